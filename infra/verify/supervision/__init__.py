"""Supervision judged again from the leaves alone (I13)."""
