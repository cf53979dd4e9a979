"""Who may look: tallies and pages."""
