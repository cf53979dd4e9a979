"""Draws which calls of many fail, and how, so that every kind has its turn.

*refused*    for a moment nobody answers, and what is open breaks off
*reset*      this connection breaks off before the call has any effect
*lost*       the call has its effect, and then its answer is lost
*throttled*  the cloud says that it is too much, in the words of each service
*slow*       the answer takes its time
*silent*     it takes more time than a caller waits
*ended*      the process that calls is ended, before or after the call has its effect

Some come to a caller several times in a row: then its SDK gives up, and the function fails.
"""

import random
import threading
from collections import Counter

# How often each kind comes in one round of all.
DECK = {"refused": 1, "reset": 3, "lost": 4, "throttled": 5, "slow": 4, "silent": 1, "ended": 2}
IN_A_ROW = 4  # as often as any SDK of ours tries
_REPEATED = ("reset", "lost", "throttled")


class Faults:
    """What happens to which call, drawn from *seed*: each kind in turn, to writes more often."""

    def __init__(self, seed: str, reads: float, writes: float) -> None:
        """Spoil these shares of the calls that read, and of those that write."""
        self._shares = {False: reads, True: writes}
        self._chance, self._lock = random.Random(seed), threading.Lock()
        self._deck: list[str] = []
        self._again: dict[str, list[str]] = {}
        self.calls, self.met = 0, Counter[str]()

    def draw(self, caller: str, *, writes: bool) -> str:
        """Return what happens to this call of *caller*; "" where nothing does."""
        with self._lock:
            self.calls += 1
            kind = self._next(caller, self._shares[writes])
            if kind:
                self.met[kind] += 1
            return kind

    def end(self) -> None:
        """Spoil nothing any more."""
        with self._lock:
            self._shares = dict.fromkeys(self._shares, 0.0)
            self._again.clear()

    def between(self, least: float, most: float) -> float:
        """Return some number between."""
        with self._lock:
            return self._chance.uniform(least, most)

    def _next(self, caller: str, share: float) -> str:
        if again := self._again.get(caller):
            return again.pop()
        # One in four comes four times: they are as many together as the others.
        if self._chance.random() >= share * 4 / (4 + IN_A_ROW - 1):
            return ""
        if not self._deck:
            self._deck = [kind for kind, count in DECK.items() for _ in range(count)]
            self._chance.shuffle(self._deck)
        kind = self._deck.pop()
        if kind in _REPEATED and self._chance.random() < 1 / 4:
            self._again[caller] = [kind] * (IN_A_ROW - 1)
        return kind
