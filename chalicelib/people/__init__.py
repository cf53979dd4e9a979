"""Who may do what: callers, rights, people with their posts, the organisation, sessions."""
