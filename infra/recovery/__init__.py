"""Recovery (AUDIT_LOG §5.8): what is public is the truth, and the tables are made from it again."""
