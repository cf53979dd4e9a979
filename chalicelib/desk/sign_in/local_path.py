"""Where to go on after sign-in: a page of this site, never another one.

Pure. The address comes from a link that anybody can make (open redirect).
"""

DESK = "/desk"
LONGEST = 500


def local_path(text: str | None) -> str:
    """Return *text* if it is a path on this site; else the desk's.

    A browser takes two slashes, of either kind, for another site, and drops tabs and line ends.
    """
    path = text or DESK
    is_path = path.startswith("/") and not path.startswith(("//", "/\\"))
    is_plain = path.isascii() and path.isprintable() and "\\" not in path and " " not in path
    is_ours = is_path and is_plain and "//" not in path.partition("?")[0]
    return path if is_ours and len(path) <= LONGEST and ".." not in path else DESK
