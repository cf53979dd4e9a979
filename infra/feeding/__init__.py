"""Feed a stage over HTTP, as an outside system does."""
