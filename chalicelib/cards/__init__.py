"""What a case leads to: warnings, cards, re-checks, annotations."""
