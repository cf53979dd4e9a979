"""Profiles as an operator works with them: chosen by name or path, reviewed, compared, shown."""
