"""All pauses of a rule are paired, as a live stage pairs what it is told."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from infra.replay.case_reading import pair_pauses
from infra.replay.moment import moment_of
from tests.support.replaying import report_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
MAP = """format = "csv"
timezone = "Asia/Shanghai"
activity = "act"
time = "time"
[case]
id = "id"
accepted = { event = "accept" }
completed = { event = "close" }
limit = [{ amount = 10, unit = "wd" }]
[[pause]]
start = { event = "suspend" }
end = { event = "resume" }
"""
LAST = """[[pause]]
start = { event = "suspend", which = "last" }
end = { event = "resume", which = "last" }
"""


def log_of(close, *pauses, accepted="2026-03-02T10:00"):
    """A case accepted on Monday 2 March 2026, paused from day to day of that month."""
    rows = [("accept", accepted), *_rows(pauses), ("close", close)]
    return "id,act,time\n" + "".join(f"A,{act},{at}\n" for act, at in rows)


def _rows(pauses):
    for start, end in pauses:
        yield "suspend", f"2026-03-{start:02d}T10:00"
        if end:
            yield "resume", f"2026-03-{end:02d}T10:00"


# Ten working days from 2 March end on the 16th; a pause takes out the working days in (start, end].
@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([], "16"),
        ([(4, 5)], "17"),
        ([(4, 5), (9, 11)], "19"),
        ([(4, 5), (9, 10), (12, 13)], "19"),
        ([(3, 4), (5, 6), (9, 10), (11, 12), (16, 17)], "23"),
        ([(4, 6)], "18"),
        ([(4, 4)], "16"),
        ([(6, 9)], "17"),  # over a weekend
    ],
)
@pytest.mark.parametrize("rules", [MAP, MAP + LAST])
def test_every_pause_counts_once(tmp_path: Path, pauses, due, rules) -> None:
    """Closed in the due minute is in time, a minute later is late; two rules alike are one."""
    for minute, late in (("30", 0), ("31", 1)):
        report = report_of(tmp_path, log_of(f"2026-03-{due}T17:{minute}", *pauses), rules)
        assert (report["closed"], report["closed_late"]) == (1, late)


def test_an_open_last_pause_holds_to_the_end_of_the_case(tmp_path: Path) -> None:
    """The first is over; the second is never resumed."""
    report = report_of(tmp_path, log_of("2026-04-30T10:00", (4, 5), (9, None)), MAP)
    assert (report["closed_late"], report["cards"]["yellow"]) == (0, 0)


def test_a_pause_that_was_over_stays_over(tmp_path: Path) -> None:
    """A resumption without a suspension ends nothing, and pauses nothing."""
    log = log_of("2026-03-17T17:31", (4, 5)).replace(
        "A,close", "A,resume,2026-03-10T10:00\nA,close"
    )
    assert report_of(tmp_path, log, MAP)["closed_late"] == 1


def test_without_a_zone_in_the_map_its_pauses_count_all_the_same(tmp_path: Path) -> None:
    """What a map pauses is paused, whatever procedures the profile knows."""
    rules = MAP.replace('timezone = "Asia/Shanghai"\n', "")
    report = report_of(tmp_path, log_of("2026-03-19T17:30", (4, 5), (9, 11)), rules)
    assert (report["closed_late"], report["cards"]["yellow"]) == (0, 0)


def hits(*days, by_date=False):
    """Events on days of March, each with its place in the file."""
    return [
        (moment_of(datetime(2026, 3, day, 10, tzinfo=SHANGHAI), by_date=by_date), place)
        for day, place in days
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "pairs"),
    [
        ([(4, 0), (9, 2)], [(5, 1), (11, 3)], [(0, 1), (2, 3)]),
        ([(4, 0), (5, 1), (9, 3)], [(6, 2), (11, 4)], [(0, 2), (3, 4)]),
        ([(4, 0), (9, 3)], [(5, 1), (6, 2), (11, 4)], [(0, 1), (3, 4)]),
        ([(4, 0), (5, 2)], [(5, 1), (6, 3)], [(0, 1), (2, 3)]),
        ([(4, 0), (5, 1)], [(5, 2), (6, 3)], [(0, 2)]),
        ([(4, 1)], [(4, 0), (6, 2)], [(1, 2)]),
        ([(4, 0)], [(4, 1)], [(0, 1)]),
        ([(4, 0), (9, 1)], [(3, 2)], [(0, None)]),
        ([], [(3, 0)], []),
    ],
)
@pytest.mark.parametrize("by_date", [False, True])
def test_starts_and_ends_are_paired_in_time_then_by_place(starts, ends, pairs, by_date) -> None:
    """By the instant, or by the day where only that is known."""
    found = pair_pauses(hits(*starts, by_date=by_date), hits(*ends, by_date=by_date), SHANGHAI)
    assert [(start[1], end and end[1]) for start, end in found] == pairs
