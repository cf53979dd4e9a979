"""Who may do what: callers, the table of rights, people with their posts, sessions."""
