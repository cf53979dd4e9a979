"""Reads one case as it stood at the cut-off: all later events are unknown (DESIGN §9 Replay).

A `CaseRecord` and the roles of the map in, a frozen `Reading` out. A case accepted after the
cut-off is left out altogether; a completion or any other event after it has not happened yet.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from chalicelib.policy.limit import Limit
from infra.replay.moment import Moment, end_of_day, is_before, milliseconds
from infra.replay.record import AT_ONCE, CaseRecord
from infra.replay.wanted import ACCEPTED, COMPLETED, DUE, Role, WantedKeys

Hit = tuple[Moment, int]
"""When an event that plays a role happened, and its position among such events of the case."""


class PauseRead(Struct, frozen=True):
    """Pause *number* of a *procedure*; *positions* order its ends among simultaneous events."""

    procedure: str
    number: int
    start: Moment
    end: Moment | None
    positions: tuple[int, int]


class ExtensionRead(Struct, frozen=True):
    """An extension by *limit*."""

    at: Moment
    limit: Limit
    position: int


class Reading(Struct, frozen=True):
    """A case at the cut-off. *events* are those known by then; two count dirty ones.

    *opening* is what the map names of the item, region and title, for a stage.
    """

    id: str
    department: str
    accepted: Moment | None
    completed: Moment | None
    due: Moment | None
    limit: Limit | None
    pauses: tuple[PauseRead, ...]
    extension: ExtensionRead | None
    events: int
    events_before_start: int
    events_after_end: int
    ended_before_start: bool
    opening: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Return whether its clock just runs: no pause, no extension, no end before the start."""
        return not (self.pauses or self.extension or self.ended_before_start)


_NEVER = -(1 << 62)


class CaseReader:
    """Reads the cases of one log at one cut-off."""

    def __init__(self, wanted: WantedKeys, zone: ZoneInfo, cut_off: Moment | None) -> None:
        """Read by the roles of *wanted*; days are those of *zone*."""
        self._wanted = wanted
        self._has_due = bool(wanted.limit) or DUE in wanted.roles
        self._has_limit = bool(wanted.limit or wanted.limits)
        self._zone = zone
        # What is known only by date has an odd moment; at the cut-off's own instant it is known.
        self._latest = _NEVER if cut_off is None else cut_off | 1

    def read_case(self, record: CaseRecord) -> Reading | None:
        """Read *record*; None where the case was accepted after the cut-off."""
        accepted, is_later = self._find_moment(record, ACCEPTED)
        if is_later:
            return None
        completed, _ = self._find_moment(record, COMPLETED)
        times: Sequence[Moment] = record.times
        if times and max(times) > self._latest:
            times = [when for when in times if when <= self._latest]
        return Reading(
            id=record.id,
            department=record.department,
            accepted=accepted,
            completed=completed,
            due=self._due(record, accepted) if self._has_due else record.due,
            limit=self._limit(record) if self._has_limit else None,
            pauses=tuple(self._pauses(record)) if self._wanted.pauses else (),
            extension=self._extension(record) if self._wanted.extensions else None,
            events=len(times) + record.undated,
            events_before_start=self._before(times, accepted) if times else 0,
            events_after_end=self._after(times, completed) if times else 0,
            ended_before_start=(
                accepted is not None
                and completed is not None
                and is_before(completed, accepted, self._zone)
            ),
            opening=self._opening(record),
        )

    def _opening(self, record: CaseRecord) -> Mapping[str, str]:
        if record.stated is None:
            return {}
        values = zip(self._wanted.opening, record.stated.opening, strict=True)
        return {name: value for name, value in values if value}

    def _find_moment(self, record: CaseRecord, name: str) -> tuple[Moment | None, bool]:
        """Return the moment *name* by the cut-off, else None and whether there is one later."""
        role = self._wanted.roles.get(name)
        if role is not None:
            if hit := self._hit(record, role):
                return hit[0], False
            return None, record.hits is not None and role.index in record.hits[::2]
        attribute: Moment | None = getattr(record, name)
        is_later = attribute is not None and attribute > self._latest
        return None if is_later else attribute, is_later

    def _hit(self, record: CaseRecord, role: Role) -> Hit | None:
        """Return the event that plays *role*: first or last by time, then by order in the file."""
        hits = self._hits(record, role)
        return hits[-1 if role.last else 0] if hits else None

    def _due(self, record: CaseRecord, accepted: Moment | None) -> Moment | None:
        """Return the explicit due instant; what is decided at once (即办) is due on its day."""
        if record.stated is not None and record.stated.limit == AT_ONCE:
            return None if accepted is None else end_of_day(accepted, self._zone)
        if DUE in self._wanted.roles:
            return self._find_moment(record, DUE)[0]
        return record.due

    def _limit(self, record: CaseRecord) -> Limit | None:
        if self._wanted.limit:
            own = record.stated.limit if record.stated else None
            return None if own == AT_ONCE else own
        values = dict(zip(self._wanted.when, record.when, strict=True))
        for conditions, limit in self._wanted.limits:
            if all(condition.holds(values.get(condition.key)) for condition in conditions):
                return limit
        return None

    def _pauses(self, record: CaseRecord) -> Iterator[PauseRead]:
        """Yield all pauses of the case, rule by rule; what two rules say alike is one pause."""
        numbers: Counter[str] = Counter()
        seen: set[tuple[Moment, Moment | None]] = set()
        for rule in self._wanted.pauses:
            starts = self._hits(record, rule.start)
            ends = self._hits(record, rule.end) if rule.end else []
            for start, end in pair_pauses(starts, ends, self._zone):
                pair = start[0], end[0] if end else None
                if pair not in seen:
                    seen.add(pair)
                    numbers[rule.procedure] += 1
                    places = start[1], end[1] if end else start[1]
                    yield PauseRead(rule.procedure, numbers[rule.procedure], *pair, places)

    def _hits(self, record: CaseRecord, role: Role) -> list[Hit]:
        """Return the events that play *role*, by time, then by their order in the file."""
        pairs = record.hits or ()
        hits = [
            (pairs[index + 1], index)
            for index in range(0, len(pairs), 2)
            if pairs[index] == role.index and pairs[index + 1] <= self._latest
        ]
        return sorted(hits, key=_in_time)

    def _extension(self, record: CaseRecord) -> ExtensionRead | None:
        """Return the first extension, whichever rule it comes by."""
        hits = [(self._hit(record, role), limit) for role, limit in self._wanted.extensions]
        made = [ExtensionRead(hit[0], limit, hit[1]) for hit, limit in hits if hit]
        return min(made, key=lambda each: _in_time((each.at, each.position)), default=None)

    def _before(self, times: Sequence[Moment], start: Moment | None) -> int:
        """Count the events before the *start*; by date where only that is known."""
        if start is None or min(times) >= start:
            return 0
        return sum(is_before(when, start, self._zone) for when in times if when < start)

    def _after(self, times: Sequence[Moment], end: Moment | None) -> int:
        """Count the events after the *end*; by date where only that is known."""
        if end is None or max(times) <= end:
            return 0
        return sum(is_before(end, when, self._zone) for when in times if when > end)


def _in_time(hit: Hit) -> tuple[int, int]:
    """Return what *hit* is sorted by: its instant, then its position."""
    return milliseconds(hit[0]), hit[1]


def pair_pauses(
    starts: Sequence[Hit], ends: Sequence[Hit], zone: ZoneInfo
) -> Iterator[tuple[Hit, Hit | None]]:
    """Yield the pauses of one rule, as a live stage pairs *starts* and *ends*, both in order.

    A case is paused once at a time: a start within a pause begins no other, and an end without a
    start before it ends nothing. An open pause holds to the end of the case.
    """
    waiting = iter(ends)
    last: Hit | None = None
    for start in starts:
        if last is not None and _is_earlier(start, last, zone):
            continue
        last = next((end for end in waiting if not _is_earlier(end, start, zone)), None)
        yield start, last
        if last is None:
            return


def _is_earlier(hit: Hit, other: Hit, zone: ZoneInfo) -> bool:
    """Return whether *hit* comes before *other*; on one day or at one instant, their places say."""
    if is_before(hit[0], other[0], zone):
        return True
    return not is_before(other[0], hit[0], zone) and hit[1] < other[1]
