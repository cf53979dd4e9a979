"""What follows: warnings, cards, re-checks."""
