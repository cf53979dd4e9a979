"""A witness to be run by somebody else than the log's operator (c2sp.org/tlog-witness)."""
