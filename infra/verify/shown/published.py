"""The cards of a log and the counts of its departments, folded from the leaves alone.

By the same pure functions as on the board: nothing here knows what the board says.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from chalicelib.board.published_card import PublishedCard, apply_entry, card_id_of
from chalicelib.errors import DomainError
from chalicelib.feed.entry import LogEntry
from infra.verify.shown.window import ReadingTime, Window

Leaves = Iterable[tuple[int, Mapping[str, Any]]]
"""All leaves of a log in its order, each with its index."""
Count = tuple[str, str, str]
"""A department, a count of its cards, and the level that is counted."""


class LoggedCards:
    """The *cards* by their ids and the *counts*, each in the states that may be shown.

    The log has *size* entries. *stopped* is the first one that was not counted when it was read.
    Those that are *unread* make no sense.
    """

    def __init__(self, leaves: Leaves, through: int, shown_now: datetime | None = None) -> None:
        """Fold *leaves* for a reader of what counts *through* so many entries.

        It may be *shown_now*, by the reader's clock.
        """
        self.reading = ReadingTime(through, shown_now)
        self.cards: dict[str, Window[PublishedCard]] = {}
        self.counts: dict[Count, Window[int]] = {}
        self.size = 0
        self.stopped: LogEntry | None = None
        self.unread: list[tuple[int, Exception]] = []
        own: dict[str, str] = {}
        for index, leaf in leaves:
            entry = LogEntry.read_leaf(index, leaf)
            if entry.own:
                own[entry.public_case] = entry.own
            try:
                self._take(replace(entry, own=own.get(entry.public_case, "")))
            except (DomainError, LookupError, TypeError, ValueError) as error:
                self.unread.append((index, error))
        for card in self.cards.values():
            card.settle(self.reading)
        for count in self.counts.values():
            count.settle(self.reading)

    def _take(self, entry: LogEntry) -> None:
        self.size = entry.index + 1
        self.reading.pass_entry(entry.index, entry.recorded_at)
        if entry.index == self.reading.through:
            self.stopped = entry
        card_id = card_id_of(entry)
        if not card_id:
            return
        window = self.cards.setdefault(card_id, Window(PublishedCard(card_id)))
        before, after = window.last, apply_entry(window.last, entry)
        window.add(after, self.reading)
        if after.is_issued:
            changed = Counter(after.counts())
            changed.subtract(before.counts())
            for (name, level), number in changed.items():
                self._count((after.department, name, level), number)

    def _count(self, count: Count, number: int) -> None:
        if number:
            window = self.counts.setdefault(count, Window(0))
            window.add(window.last + number, self.reading)
