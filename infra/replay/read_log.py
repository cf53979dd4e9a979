"""Reads a whole log, once, and fixes the cut-off: log and map in, cases as they then stood out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib.errors import BadInput
from infra.replay.case_reading import CaseReader, Reading
from infra.replay.csv_log import read_csv
from infra.replay.log_file import LogFile, open_log
from infra.replay.log_map import LogMap
from infra.replay.moment import Moment, instant_of, is_date_only, moment_of, moment_reader
from infra.replay.raw_case import RawCase
from infra.replay.record import Records
from infra.replay.wanted import WantedKeys
from infra.replay.xes import read_xes

Progress = Callable[[str, int], Callable[[int], None]]
"""Takes a title and a size; returns a function that sets the progress."""

STEP = 256  # cases between two looks at the progress


def no_progress(_title: str, _size: int) -> Callable[[int], None]:
    """Show nothing."""
    return lambda _done: None


@dataclass(frozen=True, slots=True)
class ReadLog:
    """A log that has been read: its cases, the wanted keys, and its cut-off.

    *cut_off* is None where the log has no time at all.
    """

    records: Records
    wanted: WantedKeys
    zone: ZoneInfo
    cut_off: Moment | None

    @property
    def stray_events(self) -> int:
        """How many events by the cut-off belong to no case."""
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
    wanted = WantedKeys(log_map)
    records = Records(
        wanted, moment_reader(zone, log_map.time_format), rows=log_map.format == "csv"
    )
    with open_log(path) as file:
        show = progress("reading", file.size)
        for number, raw in enumerate(_raw_cases(file, log_map, wanted)):
            records.add(raw)
            if number % STEP == 0:
                show(file.position)
        show(file.size)
    return ReadLog(records, wanted, zone, given if given is not None else _end_of(records))


def read_until(until: str, zone: ZoneInfo) -> Moment:
    """Read `--until`: an instant, or a date, which means the whole day. Raises BadInput."""
    until_moment = moment_reader(zone)(until)
    if until_moment is None:
        raise BadInput(f"not a date or a time: {until[:40]!r}", "--until")
    if not is_date_only(until_moment):
        return until_moment
    day = instant_of(until_moment).astimezone(zone)
    return moment_of(day.replace(hour=23, minute=59, second=59, microsecond=999_000))


def _raw_cases(file: LogFile, log_map: LogMap, wanted: WantedKeys) -> Iterable[RawCase]:
    where = str(file.path)
    if log_map.format == "xes":
        return read_xes(file.stream, wanted, where)
    return read_csv(file.stream, log_map, wanted, where)


def _end_of(records: Records) -> Moment | None:
    """Return the latest event of the log, without events its latest acceptance or completion."""
    if records.latest_event is not None:
        return records.latest_event
    ends = (end for case in records for end in (case.accepted, case.completed))
    return max((end for end in ends if end is not None), default=None)
