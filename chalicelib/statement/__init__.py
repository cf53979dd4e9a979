"""The log's daily statements about itself: the rules in force, and that it is alive."""
