"""The alert feed for inspectors, and the reader of the log's entries."""
