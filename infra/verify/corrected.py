"""Corrections, compared with the events that they are about.

An event names the one that it corrects by its id; the leaf names it by a keyed hash. So an operator
could let a correction be about another event. A reader who holds both events sees it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.intake.event import Event
from chalicelib.intake.event_types import Reported

Leaf = Mapping[str, Any]


class Corrections:
    """The keys of the leaves of known events, and the corrections of events that were taken."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], str] = {}
        self._wanted: dict[tuple[str, str], list[Leaf]] = {}

    def take(self, source: str, name: str, leaf: Leaf, event: Event | None) -> Iterator[Leaf]:
        """Take the *leaf* of an event, and the *event* if it is known; yield wrong corrections."""
        self._keys[source, name] = str(leaf["key"])
        yield from self._wrong(source, name, self._wanted.get((source, name), []))
        if event is not None and event["type"] == Reported.CASE_CORRECTED:
            about = str(event["data"].get("event", ""))
            self._wanted.setdefault((source, about), []).append(leaf)
            yield from self._wrong(source, about, [leaf])

    def _wrong(self, source: str, name: str, corrections: list[Leaf]) -> Iterator[Leaf]:
        key = self._keys.get((source, name))
        yield from (each for each in corrections if key not in (None, each.get("corrects")))
