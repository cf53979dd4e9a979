"""The description of this API."""
