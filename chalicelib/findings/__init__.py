"""How a broken rule becomes a fact, for every kind of case."""
