"""Who may do what: people, their posts, departments and their successors, regions, rights."""
