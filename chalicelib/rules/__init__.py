"""What is wrong: the rule table and its findings."""
