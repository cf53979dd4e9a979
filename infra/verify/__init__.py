"""`duban verify`: a log fetched and checked from outside, and supervision derived again."""
