"""Who may do what: callers, rights, people and the organisation, sessions, acts they sign."""
