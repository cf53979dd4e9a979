"""What all pages share: frame, words, style."""
