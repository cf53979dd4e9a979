"""The time that has run: spans, limits, due instants, thresholds, explanation."""
