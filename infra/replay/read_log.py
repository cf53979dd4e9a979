"""Reads a whole log, once, and fixes the cut-off: log and map in, cases as they then stood out.

The cut-off (截止时间) is where a log ends, or where somebody said that it should. One wrong year
would put the end of a log far ahead, and make every open case overdue. So a cut-off that lies years
after all other times is reported. It is not moved: nobody guesses a year.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from heapq import nlargest
from itertools import chain, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from chalicelib.errors import BadInput, Bilingual
from chalicelib.instant import local, parse_iso
from infra.replay.case_reading import CaseReader, Reading
from infra.replay.log_file import open_log
from infra.replay.log_formats import open_cases
from infra.replay.log_map import LogMap
from infra.replay.moment import Moment, MomentReader, end_of_day, instant_of, moment_of
from infra.replay.record import Records
from infra.replay.remarks import Remarks
from infra.replay.wanted import ACCEPTED, COMPLETED, WantedKeys
from infra.terminal.language import say

Progress = Callable[[str, int], Callable[[int], None]]
"""Takes a title and a size; returns a function that sets the progress."""

STEP = 256  # cases between two looks at the progress
_YEAR = 366 * 86_400_000 * 2  # as moments count
_SMALL = 1000  # cases
_MOST_BEHIND = 500  # times behind a gap that are taken for wrong


def no_progress(_title: str, _size: int) -> Callable[[int], None]:
    """Show nothing."""
    return lambda _done: None


class ReadLog(Struct, frozen=True):
    """A log that has been read; *cut_off* is None where it has no time at all."""

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
    given = None if until is None else _read_until(until, zone)
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
    cut_off = given if given is not None else _end_of(records)
    if cut_off is not None and (gap := _gap_before(records, cut_off)):
        last, later = gap
        records.dirty["far_ahead"] += later
        ends, before = local(instant_of(cut_off), zone), local(instant_of(last), zone)
        remarks.sentences.append(_far_ahead_text(ends, before, later))
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


def _far_ahead_text(cut_off: str, last: str, later: int) -> Bilingual:
    """Return what a person should know of a *cut_off* so long after *last*."""
    zh = f"截止时间 {cut_off} 比此前最晚的时间 {last} 晚一年以上；"
    zh += f"其后只有 {later} 个时间，请核对年份，" if later else ""
    en = f"the cut-off {cut_off} is more than a year after the time before it, {last};"
    en += f" only {later} times come after that one: look at their years," if later else ""
    return Bilingual(f"{zh}也可用 --until 指定截止时间", f"{en} or name a cut-off by --until")


def _end_of(records: Records) -> Moment | None:
    """Return the latest event of the log, without events its latest acceptance or completion."""
    if records.latest_event is not None:
        return records.latest_event
    return max(chain.from_iterable(_times_of_cases(records)), default=None)


def _read_until(until: str, zone: ZoneInfo) -> Moment:
    """Read `--until`: an instant, or a date, which means the whole day. Raises BadInput."""
    try:
        given = parse_iso(until, zone)
        if isinstance(given, datetime):
            return moment_of(given)
        midnight = datetime(given.year, given.month, given.day, tzinfo=zone)
        return end_of_day(moment_of(midnight), zone)
    except (ValueError, OverflowError) as error:
        text = Bilingual(f"不是日期或时刻：{until[:40]!r}", f"not a date or a time: {until[:40]!r}")
        raise BadInput(text, "--until") from error


def _gap_before(records: Records, cut_off: Moment) -> tuple[Moment, int] | None:
    """Return the last time before a gap of a year, and how many come between it and *cut_off*.

    None where there is no such gap. Few times lie behind it: a log with as many after it as before
    is no log with a wrong year. Of a large log the last time of each case is looked at.
    """
    times: Iterator[Moment] = chain.from_iterable(_times_of_cases(records))
    if len(records) > _SMALL:
        times = map(max, filter(len, _times_of_cases(records)))
    known = [cut_off, *nlargest(_MOST_BEHIND, (each for each in times if each <= cut_off))]
    for later, (after, before) in enumerate(pairwise(known)):
        if later * 2 > len(known):
            return None
        if after - before > _YEAR:
            all_times = chain.from_iterable(_times_of_cases(records))
            return max(time for time in all_times if time < after), later
    return None


def _times_of_cases(records: Records) -> Iterator[Sequence[Moment]]:
    """Yield the times of the events of each case; of a log without events, those of its ends."""
    has_events = records.latest_event is not None
    for case in records:
        ends = (case.accepted, case.completed)
        yield case.times if has_events else [end for end in ends if end is not None]
