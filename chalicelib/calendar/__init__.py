"""Which days count: published years and working-time arithmetic."""
