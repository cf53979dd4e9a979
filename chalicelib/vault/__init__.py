"""What must stay private, and must be destroyable: names, words, personal data."""
