"""What applies: profiles, limits, the catalogue of items; data with a version."""
