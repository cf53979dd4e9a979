"""Reads one case as it stood at the cut-off: what lies after it is unknown (DESIGN §9 Replay).

A `CaseRecord` and the map's wishes in, a frozen `Reading` out. A case accepted after the cut-off
is left out altogether; a completion after it has not happened yet; so has no other event.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chalicelib.policy.limit import Limit
from infra.replay.moment import Moment, is_before
from infra.replay.record import CaseRecord
from infra.replay.wanted import ACCEPTED, COMPLETED, DUE, Condition, Role, WantedKeys


@dataclass(frozen=True, slots=True)
class PauseRead:
    """A pause by rule number *rule*; *places* order its ends among events at the same instant."""

    rule: int
    start: Moment
    end: Moment | None
    places: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ExtensionRead:
    """An extension by *limit*."""

    at: Moment
    limit: Limit
    place: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A case at the cut-off. *events* are those known by then; the last two count dirty ones."""

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

    @property
    def is_dirty(self) -> bool:
        """Whether anything about its times cannot be."""
        return bool(self.events_before_start or self.events_after_end or self.ended_before_start)


Hit = tuple[Moment, int]
"""When an event that plays a role happened, and its place among such events of the case."""


class CaseReader:
    """Reads the cases of one log at one cut-off."""

    def __init__(self, wanted: WantedKeys, zone: ZoneInfo, cut_off: Moment | None) -> None:
        """Read by the roles of *wanted*; days are those of *zone*."""
        self._wanted = wanted
        self._zone = zone
        self._cut_off = cut_off

    def read(self, record: CaseRecord) -> Reading | None:
        """Read *record*; None where the case was accepted after the cut-off."""
        accepted, later = self._found(record, ACCEPTED, record.accepted)
        if accepted is None and later:
            return None
        completed, _ = self._found(record, COMPLETED, record.completed)
        due = record.due if DUE not in self._wanted.roles else self._found(record, DUE, None)[0]
        times = self._known(record)
        return Reading(
            id=record.id,
            department=record.department,
            accepted=accepted,
            completed=completed,
            due=due,
            limit=self._limit(record),
            pauses=tuple(self._pauses(record)),
            extension=self._extension(record),
            events=len(times) + record.undated,
            events_before_start=self._count(times, before=accepted),
            events_after_end=self._count(times, after=completed),
            ended_before_start=(
                accepted is not None
                and completed is not None
                and is_before(completed, accepted, self._zone)
            ),
        )

    def _is_known(self, when: Moment) -> bool:
        return self._cut_off is not None and when >> 1 <= self._cut_off >> 1

    def _known(self, record: CaseRecord) -> Sequence[Moment]:
        times = record.times
        if not times or self._is_known(max(times)):
            return times
        return [when for when in times if self._is_known(when)]

    def _found(
        self, record: CaseRecord, name: str, attribute: Moment | None
    ) -> tuple[Moment | None, bool]:
        """Find the moment *name* by the cut-off; and whether there is one after it."""
        role = self._wanted.roles.get(name)
        if role is None:
            is_known = attribute is not None and self._is_known(attribute)
            return (attribute if is_known else None), attribute is not None and not is_known
        hit = self._hit(record, role)
        if hit is not None:
            return hit[0], False
        return None, bool(_hits(record, role))

    def _hit(self, record: CaseRecord, role: Role, since: Moment | None = None) -> Hit | None:
        """Choose the event that plays *role*: first or last by time, then by place in the file."""
        hits = [
            hit
            for hit in _hits(record, role)
            if self._is_known(hit[0])
            and (since is None or not is_before(hit[0], since, self._zone))
        ]
        if len(hits) <= 1:
            return hits[0] if hits else None
        by_time = [(when >> 1, place, when) for when, place in hits]
        _, place, when = max(by_time) if role.last else min(by_time)
        return when, place

    def _limit(self, record: CaseRecord) -> Limit | None:
        values: dict[str, str | None] | None = None
        for conditions, limit in self._wanted.limits:
            if conditions and values is None:
                values = dict(zip(self._wanted.when, record.when, strict=True))
            if not conditions or (values and _all_hold(conditions, values)):
                return limit
        return None

    def _pauses(self, record: CaseRecord) -> Iterable[PauseRead]:
        for rule, (starts, ends) in enumerate(self._wanted.pauses):
            start = self._hit(record, starts)
            if start is None:
                continue
            # Its end is one that does not lie before it: a resumption of something else is not.
            end = self._hit(record, ends, since=start[0]) if ends else None
            yield PauseRead(
                rule, start[0], end[0] if end else None, (start[1], end[1] if end else start[1])
            )

    def _extension(self, record: CaseRecord) -> ExtensionRead | None:
        """The first extension counts, whichever rule it comes by."""
        found = []
        for role, limit in self._wanted.extensions:
            hit = self._hit(record, role)
            if hit is not None:
                found.append(ExtensionRead(hit[0], limit, hit[1]))
        return min(found, key=lambda one: (one.at >> 1, one.place), default=None)

    def _count(
        self,
        times: Sequence[Moment],
        *,
        before: Moment | None = None,
        after: Moment | None = None,
    ) -> int:
        """Count events *before* a moment, or *after* one; by date where only that is known."""
        if not times:
            return 0
        if before is not None and min(times) < before:
            return sum(is_before(when, before, self._zone) for when in times if when < before)
        if after is not None and max(times) > after:
            return sum(is_before(after, when, self._zone) for when in times if when > after)
        return 0


def _hits(record: CaseRecord, role: Role) -> list[Hit]:
    if record.hits is None:
        return []
    pairs = record.hits
    return [
        (pairs[place + 1], place // 2)
        for place in range(0, len(pairs), 2)
        if pairs[place] == role.index
    ]


def _all_hold(conditions: tuple[Condition, ...], values: Mapping[str, str | None]) -> bool:
    return all(condition.holds(values.get(condition.key)) for condition in conditions)
