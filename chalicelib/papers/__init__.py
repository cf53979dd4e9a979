"""Documents (文书) as a reader gets them: one page of HTML, or a PDF that carries its own font.

The same paper gives the same bytes, in every process and on every Python. No code here reads a
clock, and no library compresses or numbers anything.
"""
