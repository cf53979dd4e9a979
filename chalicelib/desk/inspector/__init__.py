"""The inspectors' desk: what waits, what is decided and why, the record of a case, search."""
