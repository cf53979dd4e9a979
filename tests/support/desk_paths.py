"""Which addresses are pages for those who sign in: no program relies on their form."""


def is_for_people(path: str) -> bool:
    """Say whether *path* is a desk, or the way in or out."""
    return path.split("/")[1] in ("desk", "signin", "signout")
