"""Calendars as an operator works with them: read as published, compared, put in force."""
