"""Knows AWS, not cases."""
