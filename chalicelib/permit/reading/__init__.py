"""Who may read which applications."""
