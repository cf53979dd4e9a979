"""How many due dates a second: our clock against a walk over `chinese_calendar`.

    .venv/bin/python -m tests.bench.bench_due

Both add 20 working days to the same days. The goal (issue 2): at least 300 times faster. Ours is
measured three times: the calendar's arithmetic alone, a whole due instant with zone and cutoff, and
one of office time (convention H).
"""

import json
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import chinese_calendar

from chalicelib.calendar.shipped import load_calendar
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import due
from chalicelib.policy.limit import Limit
from chalicelib.policy.shipped import load_profile

LIMIT = Limit(20, "wd")
ROUNDS = 5
T = TypeVar("T")


def per_second(work: Callable[[T], object], given: Sequence[T]) -> float:
    """How often *work* can be done in a second of processor time; the best of some rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        begun = time.process_time()
        for one in given:
            work(one)
        best = max(best, len(given) / (time.process_time() - begun))
    return best


def main() -> None:
    """Measure, compare, print the numbers as JSON."""
    draw = random.Random(20)
    first = date(2010, 1, 1)
    calendar = load_calendar("CN")
    drawn = (first + timedelta(days=draw.randrange(5_700)) for _ in range(30_000))
    # From a rest day, find_workday first goes to the next working day, and so counts one more.
    days = [day for day in drawn if calendar.is_workday(day)]
    starts = [datetime(day.year, day.month, day.day, 2, 30, tzinfo=UTC) for day in days]
    counting = Counting(load_profile("statutory"), calendar)
    for day in days[:500]:
        if calendar.add_workdays(day, 20) != chinese_calendar.find_workday(20, day):
            raise SystemExit(f"they differ on {day}")
    walk = per_second(lambda day: chinese_calendar.find_workday(20, day), days[:500])
    dates = per_second(lambda day: calendar.add_workdays(day, 20), days)
    instants = per_second(lambda start: due(start, (LIMIT,), (), counting), starts)
    by_office = counting.in_convention("H")
    in_office = per_second(lambda start: due(start, (LIMIT,), (), by_office), starts)
    result = {
        "find_workday_per_second": round(walk),
        "due_dates_per_second": round(dates),
        "due_instants_per_second": round(instants),
        "due_instants_of_office_time_per_second": round(in_office),
        "dates_times_faster": round(dates / walk),
        "instants_times_faster": round(instants / walk),
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
