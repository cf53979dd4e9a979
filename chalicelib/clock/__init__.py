"""How long has it run: spans, limits, due instants, thresholds, explanation."""
