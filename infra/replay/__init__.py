"""Replay of historic logs through the live rules (DESIGN §9); knows files, never AWS."""
