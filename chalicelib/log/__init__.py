"""Who may check: leaves, the tree, the one gap-free sequence."""
