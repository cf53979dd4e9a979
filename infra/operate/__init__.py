"""A running stage: sources, keys, dead letters, disclosure, shredding."""
