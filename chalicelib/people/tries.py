"""Tries that are counted, wrong ones to sign in first, and how long one waits after them.

Pure. A name has a wait, so that nobody guesses at one person from everywhere; an address has one,
so that nobody guesses at everybody from there. No wait grows over a minute, and none ends a right
for good. A browser in which a name signed in before is counted for itself alone: strangers cannot
make it wait. Who opens private fields waits too, after many, so that nobody floods a case.
"""

from datetime import datetime, timedelta

from msgspec import Struct

FREE_OF_NAME = 5  # wrong tries without a wait
FREE_OF_ADDRESS = 30  # an office shares one
FREE_OPENINGS = 20  # of private fields, by one person
LONGEST = timedelta(minutes=1)
FORGOTTEN = timedelta(hours=1)


class Tries(Struct, frozen=True):
    """*count* wrong tries in a row, the last of them *last_at*."""

    count: int = 0
    last_at: datetime | None = None

    def wait(self, now: datetime, free: int) -> timedelta:
        """Return how long the next try has to wait at *now*: 2 s, 4 s … after *free* wrong ones."""
        if self.last_at is None or self.count < free or self._is_forgotten(now):
            return timedelta()
        growing = timedelta(seconds=2 ** min(self.count - free + 1, 10))
        return max(self.last_at + min(growing, LONGEST) - now, timedelta())

    def one_more(self, now: datetime) -> "Tries":
        """Return the tries with a wrong one at *now*."""
        return Tries(1 if self._is_forgotten(now) else self.count + 1, now)

    def _is_forgotten(self, now: datetime) -> bool:
        return self.last_at is not None and now - self.last_at >= FORGOTTEN
