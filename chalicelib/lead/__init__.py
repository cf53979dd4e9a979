"""Leads for discipline inspection (问题线索): seen by inspectors alone, and sealed in the log."""
