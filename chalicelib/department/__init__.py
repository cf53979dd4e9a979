"""A department's year (部门台账): its cards, their counts, its score."""
