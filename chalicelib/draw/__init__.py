"""Draws that anybody can draw again: the committed list, the public random value, the ranking."""
