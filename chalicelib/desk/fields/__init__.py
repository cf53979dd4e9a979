"""Private fields of a case: opened for a reason that is on record, shown once (ADR 0088)."""
