"""The records of the cases while a log is read: small, for there may be millions of events.

A case is complete only at the end of the log (its id may come again in another trace) and the
cut-off is known only then, so nothing is judged here. Times are moments in flat arrays.
"""

from array import array
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct, field

from chalicelib.errors import Bilingual
from chalicelib.intake.name_text import NoText
from chalicelib.policy.limit import Limit
from chalicelib.policy.limit_words import is_at_once, read_limit_words
from infra.replay.moment import Moment, MomentReader
from infra.replay.remarks import Remarks
from infra.replay.wanted import RawCase, WantedKeys

AT_ONCE = Limit(0, "wd")  # 即办: the day itself
_NO_TIME = Bilingual("不是能读的时间", "not a time that can be read")


class Stated(NamedTuple):
    """Values that few maps ask for: of `item`, `region` and `title`; and the case's own *limit*."""

    opening: tuple[str | None, ...]
    limit: Limit | None


class CaseRecord(Struct):
    """One case: its attributes, the times of its events, and the events that play a role.

    *hits* holds pairs: the index of a role, and the moment of the event that plays it. *undated*
    counts the events whose time is missing or unreadable, and rows that are no events.
    """

    id: str
    department: str = ""
    stated: Stated | None = None
    when: tuple[str | None, ...] = ()
    accepted: Moment | None = None
    completed: Moment | None = None
    due: Moment | None = None
    undated: int = 0
    times: "array[int]" = field(default_factory=lambda: array("q"))
    hits: "array[int] | None" = None


class Records:
    """All cases of a log in the order of the file, and counts of its defects.

    *strays* are the events that stand outside any case. *dirty* counts, and drops nothing; what
    cannot be read is listed in *remarks* as well.
    """

    def __init__(
        self, wanted: WantedKeys, read_moment: MomentReader, remarks: Remarks, *, rows: bool
    ) -> None:
        """Keep the fields of *wanted*; with *rows* (CSV) the first row of a case counts."""
        self._wanted = wanted
        self._read = read_moment
        self._rows = rows
        self.remarks = remarks
        self.played: set[int] = set()  # the roles that some event plays
        self._cases: dict[str, CaseRecord] = {}
        self._shared: dict[tuple[str | None, ...], tuple[str | None, ...]] = {}
        self.strays = CaseRecord("")
        self.latest_event: Moment | None = None
        self.dirty: Counter[str] = Counter()

    def __iter__(self) -> Iterator[CaseRecord]:
        """Yield the cases in the order in which the log first names them."""
        return iter(self._cases.values())

    def __len__(self) -> int:
        """Return how many cases there are."""
        return len(self._cases)

    def add(self, raw: RawCase) -> None:
        """Add one trace or row."""
        if raw.stray or (self._rows and raw.events and not raw.id):
            self.dirty["event_without_case"] += len(raw.events)
            record = self.strays
        else:
            record = self._record_of(raw)
        if raw.events:
            self._add_events(record, raw)
        elif self._rows:
            record.undated += 1

    def _record_of(self, raw: RawCase) -> CaseRecord:
        # A case that the log does not name is a case all the same; no id begins with a zero byte.
        key = raw.id or f"\0{len(self._cases)}"
        record = self._cases.get(key)
        if record is None:
            record = self._cases[key] = CaseRecord(raw.id)
            self.dirty["missing_id"] += not raw.id
            self._fill(record, raw)
        elif not (self._rows and raw.events):
            self.dirty["repeated_case"] += 1
            if not self._rows:
                self._fill(record, raw)
        return record

    def _fill(self, record: CaseRecord, raw: RawCase) -> None:
        """Fill the fields that the case does not have yet from the attributes of *raw*."""
        wanted, attributes = self._wanted, raw.attributes
        for name, key in wanted.moments.items():
            if getattr(record, name) is None and key in attributes:
                moment = self._read(attributes[key])
                if moment is None:
                    self._is_unreadable(raw, key, attributes[key])
                setattr(record, name, moment)
        if (wanted.limit or wanted.opening) and record.stated is None:
            opening = self._share(tuple(map(attributes.get, wanted.opening.values())))
            record.stated = Stated(opening, self._limit(raw, wanted.limit))
        if wanted.department and not record.department:
            record.department = self._share((attributes.get(wanted.department, ""),))[0] or ""
        if wanted.when:
            before = record.when or (None,) * len(wanted.when)
            now = (attributes.get(key) for key in wanted.when)
            pairs = zip(before, now, strict=True)
            record.when = self._share(tuple(old if old is not None else new for old, new in pairs))

    def _share(self, values: tuple[str | None, ...]) -> tuple[str | None, ...]:
        """Keep equal texts once: a hundred thousand cases have a handful of departments."""
        return self._shared.setdefault(values, values)

    def _limit(self, raw: RawCase, key: str | None) -> Limit | None:
        """Return the limit that the case itself states (DOMAIN LED-03).

        A bare number counts in the unit that the map names, else in the one that the column's name
        does: 承诺时限(工作日). Without either it cannot be read.
        """
        if key is None or key not in raw.attributes:
            return None
        written = raw.attributes[key]
        try:
            if is_at_once(written):
                return AT_ONCE
            return read_limit_words(written, self._wanted.limit_unit or raw.limit_unit)
        except NoText as error:
            self.dirty["unreadable_limit"] += 1
            self.remarks.cannot_read(raw, key, written, Bilingual(error.zh, str(error)))
            return None

    def _is_unreadable(self, raw: RawCase, key: str, written: str) -> bool:
        """Return whether *written*, which is no moment, should be one; then it is put on record."""
        if self._read.says_none(written):
            return False
        self.dirty["unreadable_time"] += 1
        self.remarks.cannot_read(raw, key, written, _NO_TIME)
        return True

    def _add_events(self, record: CaseRecord, raw: RawCase) -> None:
        read, time_key, activity_key = self._read.moment, self._wanted.time, self._wanted.activity
        roles_of = self._wanted.by_activity.get
        for event in raw.events:
            written = event.get(time_key)
            when = None if written is None else read(written)
            if when is None:
                record.undated += 1
                if written is None or not self._is_unreadable(raw, time_key, written):
                    self.dirty["missing_time"] += 1
                continue
            record.times.append(when)
            if self.latest_event is None or when > self.latest_event:
                self.latest_event = when
            for role in roles_of(event.get(activity_key, ""), ()):
                if not role.where or role.fits(event):
                    self.played.add(role.index)
                    if record.hits is None:
                        record.hits = array("q")
                    record.hits.extend((role.index, when))
