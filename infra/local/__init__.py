"""The local cloud and its stage."""
