"""The report of a replay: counts, and nothing but counts (DESIGN §9). Integers only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.instant import MILLISECOND, local
from infra.replay.case_reading import Reading
from infra.replay.moment import Moment, is_before, is_date, moment
from infra.replay.moment import instant as instant_of
from infra.replay.supervise import Supervised

LEVELS = ("warning", "yellow", "red")
DIRTY = ("ended_before_start", "event_before_start", "event_after_end", "unreadable_time")


@dataclass(slots=True)
class Tally:
    """The counts over some of the cases."""

    counts: Counter[str] = field(default_factory=Counter)
    crossed: Counter[int] = field(default_factory=Counter)
    crossed_open: Counter[int] = field(default_factory=Counter)
    cards: Counter[str] = field(default_factory=Counter)

    def written(self, crossings: Sequence[int]) -> dict[str, object]:
        """As the report has them."""
        names = (
            "cases", "events", "not_accepted", "without_due", "closed", "open",
            "closed_late", "open_overdue", "breached",
        )  # fmt: skip
        return {
            **{name: self.counts[name] for name in names},
            "crossed": {
                str(percent): {"total": self.crossed[percent], "open": self.crossed_open[percent]}
                for percent in crossings
            },
            "cards": {level: self.cards[level] for level in LEVELS},
        }


class Report:
    """Counts the cases of one log as they stood at *cut_off*."""

    def __init__(self, crossings: Sequence[int], zone: ZoneInfo, cut_off: datetime | None) -> None:
        """Count the *crossings* (per cent of the time budget); days are those of *zone*."""
        self._crossings = crossings
        self._zone = zone
        self._cut_off = cut_off
        self._all = Tally()
        self._departments: dict[str, Tally] = {}
        self.dirty: Counter[str] = Counter()

    def add(self, reading: Reading, seen: Supervised) -> None:
        """Count one case."""
        tally = self._departments.setdefault(reading.department, Tally())
        for each in (self._all, tally):
            each.counts.update(_standing(reading, seen))
            each.cards.update(seen.issued)
        if reading.accepted is not None and seen.due_at is not None:
            self._count_time(reading, reading.accepted, seen.due_at, tally)
        self.dirty["ended_before_start"] += reading.ended_before_start
        self.dirty["event_before_start"] += reading.events_before_start
        self.dirty["event_after_end"] += reading.events_after_end
        self.dirty["beyond_calendar"] += seen.is_beyond

    def add_log(self, dirty: Counter[str], stray_events: int) -> None:
        """Count what is *dirty* in the log itself, and the events that stand outside any case."""
        self.dirty.update(dirty)
        self._all.counts["events"] += stray_events

    def _count_time(
        self, reading: Reading, accepted: Moment, due_at: datetime, tally: Tally
    ) -> None:
        """How much of its time budget the case used, and whether that was too much."""
        start, done = instant_of(accepted), reading.completed
        end = instant_of(done) if done is not None else self._cut_off
        if end is None:
            return
        self.dirty["due_before_start"] += due_at < start
        if done is not None and is_date(done):
            is_late = is_before(moment(due_at), done, self._zone)
        else:
            is_late = end > due_at
        used, budget = (end - start) // MILLISECOND, (due_at - start) // MILLISECOND
        crossed = [percent for percent in self._crossings if used * 100 > percent * budget]
        for each in (self._all, tally):
            each.counts["closed_late"] += is_late and done is not None
            each.counts["open_overdue"] += is_late and done is None
            each.counts["breached"] += is_late
            each.crossed.update(crossed)
            if done is None:
                each.crossed_open.update(crossed)

    def written(self) -> dict[str, object]:
        """The whole report, ready for JSON."""
        named = {name: self.dirty[name] for name in DIRTY}
        more = {name: count for name, count in sorted(self.dirty.items()) if count}
        return {
            **self._all.written(self._crossings),
            "by_department": {
                name: self._departments[name].written(self._crossings)
                for name in sorted(self._departments)
            },
            "dirty": {**named, **more},
            "cut_off": local(self._cut_off, self._zone) if self._cut_off else None,
        }


def _standing(reading: Reading, seen: Supervised) -> dict[str, int]:
    is_accepted = reading.accepted is not None
    return {
        "cases": 1,
        "events": reading.events,
        "not_accepted": not is_accepted,
        "without_due": is_accepted and seen.due_at is None,
        "closed": reading.completed is not None,
        "open": reading.completed is None,
    }
