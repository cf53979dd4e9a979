"""Who must know: the alert feed."""
