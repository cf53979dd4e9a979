"""Which kind of case decides, and who else must know."""
