"""A made-up log of the size of a large real one: 150,000 cases with 561,000 events, as XES.gz.

Shaped like a fine-collection log: create, send, pay, remind. The numbers are drawn from a fixed
seed, so that two runs measure the same work.
"""

import gzip
import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

CASES = 150_000
EVENTS = 561_000
ZONE = timezone(timedelta(hours=1))
START = datetime(2010, 1, 4, tzinfo=ZONE)
LATER = ["Send Fine", "Insert Fine Notification", "Add penalty", "Payment", "Send for Collection"]
DAY_IN_MS = 86_400_000

MAP = """\
format = "xes"
timezone = "Europe/Rome"
[clock]
cutoff = "24:00"
rest_day = "keep"
[case]
id = "concept:name"
accepted = { event = "Create Fine" }
completed = { event = "Send Fine" }
limit = [{ amount = 90, unit = "d" }]
"""


def write_log(
    path: Path, cases: int = CASES, events: int = EVENTS, *, to_the_millisecond: bool = False
) -> None:
    """Write a log of *cases* and *events* to *path*, gzipped; times are days, or milliseconds."""
    draw = random.Random(20)
    step = 1 if to_the_millisecond else DAY_IN_MS
    extra = events - 2 * cases
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=5) as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write('<log xes.version="1.0" xmlns="http://www.xes-standard.org/">\n')
        out.write('<global scope="event"><string key="concept:name" value="UNKNOWN"/></global>\n')
        for number in range(cases):
            share = extra // cases + (number < extra % cases)
            out.writelines(_trace(number, 2 + share, step, draw))
        out.write("</log>\n")


def _trace(number: int, events: int, step: int, draw: random.Random) -> Iterator[str]:
    moment = START + _some_days(1200, step, draw)
    yield f'<trace>\n<string key="concept:name" value="A{number}"/>\n'
    yield (
        f'<event>\n<float key="amount" value="{draw.randrange(20, 900)}.0"/>\n'
        f'<string key="org:resource" value="{draw.randrange(600)}"/>\n'
        '<string key="dismissal" value="NIL"/>\n'
        '<string key="concept:name" value="Create Fine"/>\n'
        '<string key="vehicleClass" value="A"/>\n'
        '<float key="totalPaymentAmount" value="0.0"/>\n'
        '<string key="lifecycle:transition" value="complete"/>\n'
        f'<date key="time:timestamp" value="{moment.isoformat(timespec="milliseconds")}"/>\n'
        '<int key="article" value="157"/>\n<int key="points" value="0"/>\n</event>\n'
    )
    for position in range(events - 1):
        moment += _some_days(150, step, draw)
        yield (
            f'<event>\n<string key="concept:name" value="{LATER[position % len(LATER)]}"/>\n'
            '<string key="lifecycle:transition" value="complete"/>\n'
            f'<date key="time:timestamp" value="{moment.isoformat(timespec="milliseconds")}"/>\n'
            f'<float key="expense" value="{draw.randrange(5, 20)}.0"/>\n</event>\n'
        )
    yield "</trace>\n"


def _some_days(most: int, step: int, draw: random.Random) -> timedelta:
    return timedelta(milliseconds=draw.randrange(1, most * DAY_IN_MS // step) * step)
