"""Private data that must be destroyable: names, words, personal data."""
