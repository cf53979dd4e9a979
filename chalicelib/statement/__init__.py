"""What the log says of itself each day: the rules in force, and that somebody is there."""
