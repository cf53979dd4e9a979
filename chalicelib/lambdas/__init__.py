"""The shell: gather, decide, apply."""
