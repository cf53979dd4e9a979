"""Which readers of the feed wait: a limited number, since each keeps a process of the API busy.

    FEED/WAITING   the places that are taken, each with the instant from which it is free by itself

All processes of the API share this document. A place costs one write, and another where the reader
leaves before its end. A reader that finds no place is answered at once.
"""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.errors import Conflict
from chalicelib.instant import text
from chalicelib.plumbing.registry import Registry

_WAITING = ("FEED", "WAITING")
_TRIES = 3


class WaitingRoom:
    """A room with a number of *places* for readers that wait."""

    def __init__(self, registry: Registry, places: int) -> None:
        self._registry = registry
        self._places = places

    def enter(self, now: datetime, seconds: float) -> str | None:
        """Take a place for *seconds* from *now* on, and return its name; None where all are taken.

        Crash after the write: the place is taken until its end, and then free. A race that is lost
        time and again means that many come at once: then there is no place either.
        """
        name, until = secrets.token_hex(4), text(now + timedelta(seconds=seconds))
        for _ in range(_TRIES):
            stored = self._registry.get(*_WAITING)
            taken = {each: end for each, end in (stored or {}).items() if end > text(now)}
            if len(taken) >= self._places:
                return None
            with suppress(Conflict):
                taken[name] = until
                self._registry.put(*_WAITING, taken, new=stored is None, instead_of=stored)
                return name
        return None

    def leave(self, name: str) -> None:
        """Give the place *name* back before its end. Crash before the write: it ends by itself."""
        for _ in range(_TRIES):
            stored = self._registry.get(*_WAITING) or {}
            if name not in stored:
                return
            others = {each: end for each, end in stored.items() if each != name}
            with suppress(Conflict):
                self._registry.put(*_WAITING, others, instead_of=stored)
                return
