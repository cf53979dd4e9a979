"""A command of the operator that ends where a test wants it."""

from collections.abc import Callable


class Killed(Exception):
    """As a process that ends."""


def dies_at(words: str) -> Callable[[str], None]:
    """Return a progress that ends the command as soon as it reports *words*."""

    def report(line: str) -> None:
        if words in line:
            raise Killed(line)

    return report
