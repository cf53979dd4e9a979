"""The way in and out: names and passwords, the identity provider, invitations."""
