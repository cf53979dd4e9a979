"""The desk of a department: its windows, sections and heads (PEOPLE §5.3)."""
