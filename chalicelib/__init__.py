"""Duban (督办): e-supervision and timing. The folders follow a case's journey; imports point up it."""
