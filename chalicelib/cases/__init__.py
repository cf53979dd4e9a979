"""The state now: facts, and the case they fold into."""
