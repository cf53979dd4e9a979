"""What were we told: events, signatures, the inbox."""
