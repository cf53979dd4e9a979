"""Reads a whole log, once, and fixes the cut-off: log and map in, cases as they then stood out."""

from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from chalicelib.errors import Bilingual
from infra.replay.case_reading import CaseReader, Reading
from infra.replay.cut_off import end_of, far_ahead, read_until
from infra.replay.log_file import open_log
from infra.replay.log_formats import open_cases
from infra.replay.log_map import LogMap
from infra.replay.moment import Moment, MomentReader
from infra.replay.record import Records
from infra.replay.remarks import Remarks
from infra.replay.wanted import ACCEPTED, COMPLETED, WantedKeys
from infra.terminal.language import say

Progress = Callable[[str, int], Callable[[int], None]]
"""Takes a title and a size; returns a function that sets the progress."""

STEP = 256  # cases between two looks at the progress


def no_progress(_title: str, _size: int) -> Callable[[int], None]:
    """Show nothing."""
    return lambda _done: None


class ReadLog(Struct, frozen=True):
    """A log that has been read: its cases, the wanted keys, and its cut-off.

    *cut_off* is None where the log has no time at all.
    """

    records: Records
    wanted: WantedKeys
    zone: ZoneInfo
    cut_off: Moment | None

    @property
    def stray_events(self) -> int:
        """The number of events by the cut-off that belong to no case."""
        strays, cut_off = self.records.strays, self.cut_off
        return strays.undated + sum(1 for when in strays.times if cut_off and when <= cut_off)

    def readings(self) -> Iterator[Reading]:
        """Yield the cases as of the cut-off; those accepted after it are left out."""
        cases = CaseReader(self.wanted, self.zone, self.cut_off)
        for record in self.records:
            reading = cases.read_case(record)
            if reading is not None:
                yield reading


def read_log(
    path: Path,
    log_map: LogMap,
    zone: ZoneInfo,
    until: str | None = None,
    progress: Progress = no_progress,
) -> ReadLog:
    """Read the log at *path* by *log_map*, cut off at *until* or where it ends. Raises BadInput."""
    given = None if until is None else read_until(until, zone)
    wanted, remarks = WantedKeys(log_map), Remarks()
    with open_log(path) as file:
        cases, system = open_cases(file, log_map, wanted, remarks)
        read_moment = MomentReader(zone, log_map.time_formats, system)
        records = Records(wanted, read_moment, remarks, rows=log_map.format != "xes")
        show = progress(say("读入", "reading"), file.size)
        for number, raw in enumerate(cases):
            records.add(raw)
            if number % STEP == 0:
                show(file.position)
        show(file.size)
    remarks.sentences += _unplayed(records, wanted)
    cut_off = given if given is not None else end_of(records)
    ahead = None if cut_off is None else far_ahead(records, cut_off)
    if ahead is not None:
        records.dirty["far_ahead"] += ahead.later
        remarks.sentences.append(ahead.sentence(zone))
    return ReadLog(records, wanted, zone, cut_off)


def _unplayed(records: Records, wanted: WantedKeys) -> Iterator[Bilingual]:
    """Yield what a person should know where the map seems to be another log's."""
    if not len(records):
        yield Bilingual("日志里没有一件办件", "there is no case in the log")
        return
    for name, title in (
        (ACCEPTED, Bilingual("受理", "acceptance")),
        (COMPLETED, Bilingual("办结", "completion")),
    ):
        role = wanted.roles.get(name)
        is_unread = bool(records.remarks.times_unread)  # it may be among those
        if role is not None and role.index not in records.played and not is_unread:
            yield Bilingual(
                f"日志里没有一个“{role.activity}”，映射以它为{title.zh}",
                f"the log has no {role.activity!r}, which the map takes for {title.en}",
            )
