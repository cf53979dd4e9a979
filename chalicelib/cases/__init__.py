"""What is true now: facts, and the case they fold into."""
