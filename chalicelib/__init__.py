"""Duban (督办): e-supervision and timing. Folders follow a case's journey; imports point up it."""
