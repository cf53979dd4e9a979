"""Who may do what: callers, the table of rights, people's posts, sessions, acts that they sign."""
