"""Feeds the made-up week into the local stage: signed webhooks, its clock driven up to now."""

import sys
import time
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tqdm import tqdm

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cards.simulate import Simulation
from chalicelib.clock.counting import Counting
from chalicelib.instant import local, whole
from chalicelib.policy import catalogue
from chalicelib.policy.shipped import load_profile
from infra import stage
from infra.access_file import Told
from infra.cloud import LOCAL_STAGE, TOLD, Cloud
from infra.courier import Access, Courier
from infra.feed import pass_stops, post
from infra.feed_log import stops
from infra.made_up_week import MadeUp, crossed, week

CATALOGUE = Path(__file__).with_name("demo_catalogue.csv")
STEP = timedelta(hours=2)


def run(where: Cloud, told: Told, speed: int | None) -> None:
    """Feed the week, then let the clock run on from the present, *speed* times as fast if given."""
    since = time.monotonic()
    entries = catalogue.read(CATALOGUE.read_bytes(), CATALOGUE.name)
    _register(where, told, entries)
    (source, secret), *_ = told.sources.items()
    courier = Courier(Access(told.url, source, secret, told.keys["operator"]))
    policy = load_profile("statutory")
    counting = Counting(load_calendar("CN"), policy)
    present = whole(datetime.now(UTC))
    events = week(entries, source, present, counting)
    crossings = crossed(events, entries, Simulation(policy, load_calendar("CN")), present)
    clock_stops = deque(stops(crossings))
    fed, has_yellow = 0, False
    with tqdm(total=len(events), unit=" events", desc="一周办件", disable=None) as progress:
        for chunk in _chunks(events):
            pass_stops(clock_stops, chunk[-1].at, courier)
            courier.set_clock(chunk[-1].at, 0)
            post(courier, [one.event for one in chunk])
            courier.set_clock(chunk[-1].at, 0)  # and is judged before time goes on
            fed += len(chunk)
            progress.update(len(chunk))
            progress.set_postfix_str(local(chunk[-1].at, counting.zone)[:16])
            if progress.disable:  # no terminal: a line now and then says as much
                _tell(f"{local(chunk[-1].at, counting.zone)[:16]}  {fed}/{len(events)} events")
            if not has_yellow and _has_yellow(courier):
                has_yellow = True
                _tell(f"the first yellow card is on the board, {time.monotonic() - since:.1f} s in")
    pass_stops(clock_stops, present, courier)
    courier.set_clock(whole(datetime.now(UTC)), speed or 1)
    _tell(f"{len(events)} events fed in {time.monotonic() - since:.1f} s")


def _register(where: Cloud, told: Told, entries: tuple[catalogue.Entry, ...]) -> None:
    """Put the catalogue in force, and give one department a key."""
    from chalicelib.plumbing.services import Services
    from chalicelib.plumbing.settings import read

    with stage.inside(where, LOCAL_STAGE):
        services = Services(read())
        services.catalogues.write(entries)
        told.keys["department"] = services.keys.issue("department", entries[2].department)
    told.write(TOLD)


def _chunks(events: list[MadeUp]) -> list[list[MadeUp]]:
    """Cut the week into runs of at most *STEP*: none is posted before its time has come."""
    chunks: list[list[MadeUp]] = []
    for one in events:
        if chunks and one.at - chunks[-1][0].at <= STEP:
            chunks[-1].append(one)
        else:
            chunks.append([one])
    return chunks


def _has_yellow(courier: Courier) -> bool:
    cards = courier.get("/cards.json")["cards"]
    return any(card["level"] == "yellow" for card in cards)


def _tell(line: str) -> None:
    tqdm.write(line, file=sys.stderr)
