"""How a local stage keeps its data over a restart: `duban up --keep`."""
