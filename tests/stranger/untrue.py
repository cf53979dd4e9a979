"""What a stranger says who has caught the log at something."""


class Untrue(Exception):
    """The log does not keep what it promises."""


def require(holds: bool, why: str) -> None:  # noqa: FBT001 - the one thing that it is about
    """Raise Untrue, saying *why*, unless it *holds*."""
    if not holds:
        raise Untrue(why)
