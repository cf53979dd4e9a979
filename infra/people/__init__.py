"""People, posts, departments and regions as an operator has them: in tables (docs/people.md)."""
