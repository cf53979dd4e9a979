"""Who may do what: callers, rights, people and posts, the organisation, sessions, signed acts."""
