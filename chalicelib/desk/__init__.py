"""The desks: pages for those who sign in (PEOPLE §3, §5)."""
