"""Files drawn for review (案卷抽查): the list, the draw, exchanges, and what was found in each."""
