"""A made-up working week of a county."""
