"""Documents (文书) as a reader gets them: one page of HTML, or a PDF that carries its own font.

The same paper gives the same bytes, in every process and on every Python: nothing here reads a
clock, and nothing is left to a library that may one day compress or number differently.
"""
