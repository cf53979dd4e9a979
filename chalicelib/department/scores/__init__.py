"""The score of a month: its points, and the facts that took points."""
