"""Reported events: their types and data, their signatures, the inbox."""
