"""Tries in the table of sign-in, by a keyed digest of the name or the address, or by `p_…`.

TRIES/<digest>          wrong ones: how many, and when the last was
TRIES/opening/<p_…>     private fields that a person opened

DynamoDB removes an item when it is forgotten.
"""

from datetime import datetime, timedelta

from msgspec import json as msgjson

from chalicelib.people.session_store import SignInItem
from chalicelib.people.tries import FORGOTTEN, Tries

_PK = "TRIES"
_AGAIN = 3  # of a write that another one came before


class WrongTries:
    """Counts tries, a try of a name before its password is looked at."""

    def __init__(self, table: str) -> None:
        self._items = SignInItem.named(table)

    def wait(self, digest: str, now: datetime, free: int) -> timedelta:
        """Return how long the next try has to wait."""
        return self._read(digest)[0].wait(now, free)

    def begin(self, digest: str, now: datetime, free: int) -> timedelta:
        """Count a try as wrong, until `forget` is called; none where it has to wait, as returned.

        So of many tries at the same moment each is counted. Crash after the write: one more wrong
        try is counted than there was.
        """
        for _ in range(_AGAIN):
            tries, body = self._read(digest)
            if wait := tries.wait(now, free):
                return wait
            if self._write(digest, tries.one_more(now), body):
                return timedelta()
        return timedelta(seconds=1)  # many at once: that is no person

    def forget(self, digest: str) -> None:
        """Forget the wrong tries. Crash before the write: they are forgotten after an hour."""
        self._items(_PK, digest).delete()

    def _read(self, digest: str) -> tuple[Tries, str]:
        item = self._items.find(_PK, digest)
        return (msgjson.decode(item.body, type=Tries), item.body) if item else (Tries(), "")

    def _write(self, digest: str, tries: Tries, before: str) -> bool:
        items, body = self._items, msgjson.encode(tries).decode()
        assert tries.last_at is not None  # noqa: S101 - one_more sets it
        until = int((tries.last_at + FORGOTTEN).timestamp())
        condition = items.body == before if before else items.pk.does_not_exist()
        return items(_PK, digest, body=body, ttl=until).save_if(condition)
