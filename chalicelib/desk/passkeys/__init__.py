"""Passkeys at the desks: made, vouched for by a second person, and used to sign acts."""
