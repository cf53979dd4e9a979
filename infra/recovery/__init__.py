"""Recovery (AUDIT_LOG §5.8): the public log is the truth, and tables are rebuilt from it."""
