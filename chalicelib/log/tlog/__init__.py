"""The formats of C2SP, which any reader of transparency logs understands; nothing of ours."""
