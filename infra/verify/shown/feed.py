"""`duban verify --alerts`: the pages of the inspectors' feed, against the leaves.

Each alert of the log must be told once, in the log's order, with all that its leaf says and no
more. An alert names the case by the number that its source gave it, which no leaf of a permit has:
so it must name one case always by one number, and no two cases by the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from chalicelib.errors import DomainError
from chalicelib.feed.alerts import OWNING_TYPES, alert_id, make_alert
from chalicelib.feed.entry import LogEntry
from infra.verify.issue import Issue, remark
from infra.verify.shown.alike import TokenNames, differing, in_words, unreadable
from infra.verify.shown.pages import AlertPages
from infra.verify.shown.published import Leaves, settled_before

CHECK = "alerts"
Event = Mapping[str, Any]


def check_alerts(
    pages: AlertPages, leaves: Leaves, until: datetime, now: datetime | None = None
) -> Iterator[Issue]:
    """Yield an issue for each alert that *pages* do not tell as the *leaves* of a log have it.

    *until* is the log's last sign of life; of a feed that was fetched also *now*, the reader's
    clock, unless the log has its own. Entries of the last ten minutes before may be told or not.
    """
    told = _Told()
    until = max(until, now or until) if pages.is_fetched else until
    yield from told.read(pages.pages)
    yield from told.compare(leaves, settled_before(until))


class _Told:
    """What the feed told: its events by the index of their entry."""

    def __init__(self) -> None:
        self._events: dict[int, Event] = {}
        self._last = -1
        self._names = TokenNames()
        self._numbers: dict[str, str] = {}  # how the source numbers a public case
        self._cases: dict[str, str] = {}  # and back
        self._departments: dict[str, set[str]] = {}

    def read(self, pages: Sequence[tuple[str, Sequence[Event]]]) -> Iterator[Issue]:
        """Read all *pages*; yield what is not in order, or told in two ways."""
        for where, events in pages:
            ids = [str(event["id"]) for event in events]
            if ids != sorted(set(ids)):
                zh = f"{where} 的消息没有按日志次序排列"
                en = f"the alerts of {where} are not in the order of the log"
                yield Issue(None, CHECK, zh, en)
            for event in events:
                yield from self._take(event)

    def _take(self, event: Event) -> Iterator[Issue]:
        name = str(event["id"])
        index = int(name) if name.isascii() and name.isdigit() else -1
        if index < 0 or alert_id(index) != name:
            yield Issue(None, CHECK, f"消息 {name} 不是任何记录的", f"alert {name} is of no entry")
        elif self._events.setdefault(index, event) != event:
            yield Issue(index, CHECK, f"消息 {name} 前后不一", f"alert {name} was told in two ways")
        self._last = max(self._last, index)

    def compare(self, leaves: Leaves, settled: str) -> Iterator[Issue]:
        """Yield where the events are not those of *leaves*; what came before *settled* is owed."""
        own: dict[str, str] = {}
        size, newest = 0, ""
        for index, leaf in leaves:
            entry = LogEntry.read_leaf(index, leaf)
            size, newest = index + 1, max(newest, entry.recorded_at)
            if entry.own:
                own[entry.public_case] = entry.own
            if entry.kind in OWNING_TYPES and entry.data.get("department"):
                named = self._departments.setdefault(entry.public_case, set())
                named.add(str(entry.data["department"]))
            event, is_alert = self._events.pop(index, None), entry.alert is not None
            if event is not None:
                try:
                    yield from self._check(entry, own.get(entry.public_case, ""), event)
                except (DomainError, LookupError, TypeError, ValueError) as error:
                    yield unreadable(CHECK, index, error)
            elif is_alert and newest < settled:
                yield self._untold(entry)
        later = [index for index in self._events if index >= size]
        if later:
            zh, en = "条消息比所读日志更新，未核对", "alerts are beyond the log that was read"
            yield remark(CHECK, f"{len(later)} {zh}", f"{len(later)} {en}: not compared")
        for index in sorted(self._events.keys() - set(later)):
            zh, en = "所指的记录不在日志中", "is of an entry that is not there"
            yield Issue(index, CHECK, f"消息 {alert_id(index)} {zh}", f"alert {index} {en}")

    def _check(self, entry: LogEntry, own: str, event: Event) -> Iterator[Issue]:
        number, data = str(event.get("subject", "")), event.get("data")
        shown = str(data.get("department", "")) if isinstance(data, Mapping) else ""
        named = self._departments.get(entry.public_case, ())
        department = next((name for name in named if self._names.fit(name, shown)), "")
        derived = make_alert(replace(entry, case=own or number, department=department), UTC)
        if derived is None:
            zh, en = "不是应发的消息", "is no alert by its leaf"
            yield Issue(entry.index, CHECK, f"{entry.kind} {zh}", f"{entry.kind} {en}")
            return
        if wrong := [*differing(derived, event, self._names, is_whole=True)]:
            zh, en = in_words(wrong)
            zh = f"{entry.kind} 的消息与日志不一致（{zh}）"
            en = f"{entry.kind} is told otherwise than the log has it ({en})"
            yield Issue(entry.index, CHECK, zh, en)
        case = entry.public_case
        is_one = self._numbers.setdefault(case, number) == number
        if not is_one or self._cases.setdefault(number, case) != case:
            zh = f"消息中的案件 {number} 与公开案号 {case} 不是一一对应"
            en = f"case {number} of the alert and {case} of the log are not one"
            yield Issue(entry.index, CHECK, zh, en)

    def _untold(self, entry: LogEntry) -> Issue:
        is_behind = entry.index > self._last
        zh = "（若是先前保存的文件，请重新取得）" if is_behind else ""
        en = " (if these are old files, fetch the feed anew)" if is_behind else ""
        level, where = entry.data.get("level", ""), f"{entry.public_case}.{entry.n}"
        zh = f"{entry.kind} {level}（{where}）没有告知监察人员{zh}"
        en = f"{entry.kind} {level} ({where}) was never told to the inspectors{en}"
        return Issue(entry.index, CHECK, zh, en)
