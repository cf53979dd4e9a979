"""What the operator does with calendars: read them as published, compare, put in force."""
