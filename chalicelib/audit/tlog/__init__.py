"""The formats of C2SP: what any reader of transparency logs understands, and nothing of ours."""
