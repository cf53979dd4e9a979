"""The cut-off (截止时间): where a log ends, or where somebody said that it should.

One wrong year would put the end of a log far ahead, and make every open case overdue. So a cut-off
that lies years after all other times is reported. It is not moved: nobody guesses a year.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from heapq import nlargest
from itertools import chain, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.errors import BadInput, Bilingual
from chalicelib.instant import local, parse_iso
from infra.replay.moment import Moment, end_of_day, instant_of, moment_of
from infra.replay.record import Records

_YEAR = 366 * 86_400_000 * 2  # as moments count
_SMALL = 1000  # cases
_MOST_BEHIND = 500  # times behind a gap that are taken for wrong


class FarAhead(NamedTuple):
    """The *cut_off* lies more than a year after *last*; *later* times lie behind that gap."""

    cut_off: Moment
    last: Moment
    later: int

    def sentence(self, zone: ZoneInfo) -> Bilingual:
        """Return what a person should know of it."""
        last, cut_off = (local(instant_of(each), zone) for each in (self.last, self.cut_off))
        later = self.later
        zh = f"截止时间 {cut_off} 比此前最晚的时间 {last} 晚一年以上；"
        zh += f"其后只有 {later} 个时间，请核对年份，" if later else ""
        en = f"the cut-off {cut_off} is more than a year after the time before it, {last};"
        en += f" only {later} times come after that one: look at their years," if later else ""
        return Bilingual(f"{zh}也可用 --until 指定截止时间", f"{en} or name a cut-off by --until")


def end_of(records: Records) -> Moment | None:
    """Return the latest event of the log, without events its latest acceptance or completion."""
    if records.latest_event is not None:
        return records.latest_event
    return max(chain.from_iterable(_times_of_cases(records)), default=None)


def read_until(until: str, zone: ZoneInfo) -> Moment:
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


def far_ahead(records: Records, cut_off: Moment) -> FarAhead | None:
    """Return how far ahead *cut_off* is of the other times, None where it is near one.

    Few times lie behind the gap. A log with a gap of a year and as many times after it is no log
    with a wrong year. Of a large log the last time of each case is looked at.
    """
    times: Iterator[Moment] = chain.from_iterable(_times_of_cases(records))
    if len(records) > _SMALL:
        times = map(max, filter(len, _times_of_cases(records)))
    known = [cut_off, *nlargest(_MOST_BEHIND, (each for each in times if each <= cut_off))]
    for later, (after, before) in enumerate(pairwise(known)):
        if later * 2 > len(known):
            return None
        if after - before > _YEAR:
            return FarAhead(cut_off, _last_before(after, records), later)
    return None


def _times_of_cases(records: Records) -> Iterator[Sequence[Moment]]:
    """Yield the times of the events of each case; of a log without events, those of its ends."""
    has_events = records.latest_event is not None
    for case in records:
        ends = (case.accepted, case.completed)
        yield case.times if has_events else [end for end in ends if end is not None]


def _last_before(moment: Moment, records: Records) -> Moment:
    """Return the last time before *moment*; there is one."""
    return max(time for time in chain.from_iterable(_times_of_cases(records)) if time < moment)
