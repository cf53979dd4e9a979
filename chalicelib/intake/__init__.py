"""What was reported to us: events, signatures, the inbox."""
