"""Feeds the made-up week into the local stage: signed webhooks, its clock driven up to now."""

import sys
import time
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tqdm import tqdm

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cases.rules import Rules
from chalicelib.errors import BadInput
from chalicelib.instant import local, whole
from chalicelib.permit.simulate import Simulation
from chalicelib.policy import catalogue
from chalicelib.policy.shipped import load_profile
from infra.demo.acts import MadeUpAct, MadeUpDecision, acts, card_of, claim_of, decisions
from infra.demo.cases import MadeUpEvent, closings, find_crossings, week, week_days
from infra.feeding.feed import post_events
from infra.feeding.feed_log import stops
from infra.feeding.sender import Courier, CourierAccess
from infra.stack.cloud import DEPARTMENT, LOCAL_STAGE, Cloud, StageAccess
from infra.stack.services import services_in
from infra.terminal.language import say

CATALOGUE = Path(__file__).with_name("catalogue.csv")
STEP = timedelta(hours=2)


def feed_week(cloud: Cloud, access: StageAccess, speed: int | None) -> None:
    """Feed the week, then let the clock run on from the present, *speed* times as fast if given."""
    since = time.monotonic()
    entries = catalogue.read_catalogue(CATALOGUE.read_bytes(), CATALOGUE.name)
    (source, secret), *_ = access.sources.items()
    courier = Courier(CourierAccess(access.url, source, secret, access.keys["operator"]))
    rules = Rules(load_profile("statutory"), load_calendar("CN"))
    counting = rules.counting
    present = whole(datetime.now(UTC))
    days = week_days(present, counting)
    events = week(entries, source, present, counting)
    crossings = find_crossings(events, entries, Simulation(rules), present)
    crossings += closings(days, present, counting)
    courier.set_clock(events[0].at, 0)  # the catalogue is in force when the week begins
    people = {"": access.keys["inspector"], DEPARTMENT: access.keys["department"]}
    people |= _register(cloud, entries)
    done: list[MadeUpAct | MadeUpDecision]
    done = [*acts(days, present, counting), *decisions(days, present, counting)]
    calendar = _Calendar(courier, people, [*stops(crossings)], done)
    fed, has_yellow = 0, False
    desc = say("一周办件", "a week of cases")
    with tqdm(total=len(events), unit="", desc=desc, disable=None) as progress:
        for chunk in chunks(events, calendar.stops()):
            calendar.pass_until(chunk[0].at)
            _post_in_time(cloud, courier, chunk)
            courier.set_clock(chunk[-1].at, 0)  # and is judged before time goes on
            fed += len(chunk)
            progress.update(len(chunk))
            progress.set_postfix_str(local(chunk[-1].at, counting.zone)[:16])
            if progress.disable:  # no terminal: a line now and then says as much
                reached = local(chunk[-1].at, counting.zone)[:16].replace("T", " ")
                _print_progress(f"{reached}  {fed}/{len(events)} {say('条事件', 'events')}")
            cards = [] if has_yellow else courier.get("/cards.json")["cards"]
            if any(card["level"] == "yellow" for card in cards):
                has_yellow = True
                _print_progress(say("第一张黄牌已公示", "the first yellow card is on the board"))
    calendar.pass_until(present)
    courier.set_clock(whole(datetime.now(UTC)), speed or 1)
    fed, took = len(events), f"{time.monotonic() - since:.1f}"
    _print_progress(say(f"{took} 秒报送 {fed} 条事件", f"{fed} events fed in {took} s"))


class _Calendar:
    """The instants between the events: stops of the clock, and acts of people."""

    def __init__(
        self,
        courier: Courier,
        people: Mapping[str, str],
        clock_stops: Iterable[datetime],
        people_acts: Iterable[MadeUpAct | MadeUpDecision],
    ) -> None:
        self._courier = courier
        self._people = people  # keys: the inspector's under "", each department's under its name
        self._alerts: list[dict[str, Any]] = []
        coming: list[tuple[datetime, MadeUpAct | MadeUpDecision | None]]
        coming = [(at, None) for at in clock_stops]
        coming += [(act.at, act) for act in people_acts]
        self._coming = deque(sorted(coming, key=lambda stop: stop[0]))

    def stops(self) -> list[datetime]:
        """Return the instants that are still to come, in order."""
        return [at for at, _ in self._coming]

    def pass_until(self, until: datetime) -> None:
        """Stop the clock at each instant before *until*, and do the acts that are due then."""
        while self._coming and self._coming[0][0] < until:
            at, act = self._coming.popleft()
            self._courier.set_clock(at, 0)
            if act is not None:
                self._do(act)
                self._courier.set_clock(at, 0)  # and is judged before anybody does more

    def _do(self, act: MadeUpAct | MadeUpDecision) -> None:
        """Do *act*; print the refusal where the week was cut off before its card was issued."""
        last = self._alerts[-1]["id"] if self._alerts else ""
        while page := self._courier.get(f"/v1/alerts?lastEventId={last}", self._people[""]):
            self._alerts += page
            last = page[-1]["id"]
        who = ""
        if isinstance(act, MadeUpDecision):
            case, n = claim_of(act, self._alerts)
            address = f"/v1/cases/{quote(case, safe='')}/claims/{n}/{act.name}"
        else:
            card, department = card_of(act, self._alerts)
            who = department if act.role == "department" else ""
            address = f"/v1/cards/{card}/{act.name}"
        try:
            self._courier.post_document(address, act.body, self._people[who])
        except BadInput as refused:
            _print_progress(f"{act.name} {act.subject}: {refused}")


def _register(cloud: Cloud, entries: tuple[catalogue.CatalogueItem, ...]) -> dict[str, str]:
    """Put the catalogue in force, once it is stated; return a key for each other department."""
    from chalicelib.lambdas.listing import notify_items
    from chalicelib.lambdas.stating import Coming
    from infra.operate.announcing import announce

    with services_in(cloud, LOCAL_STAGE) as services:
        services.catalogues.write(entries, lambda: announce(services, Coming(catalogue=entries)))
        notify_items(services)
        departments = sorted({item.department for item in entries} - {DEPARTMENT})
        return {name: services.keys.issue("department", name) for name in departments}


def chunks(events: list[MadeUpEvent], borders: Iterable[datetime]) -> list[list[MadeUpEvent]]:
    """Cut the week into runs of at most *STEP*; none goes on past one of the *borders*."""
    cut: list[list[MadeUpEvent]] = []
    coming = deque(borders)
    for event in events:
        is_cut = not cut or event.at - cut[-1][0].at > STEP
        while coming and coming[0] < event.at:
            coming.popleft()
            is_cut = True
        if is_cut:
            cut.append([])
        cut[-1].append(event)
    return cut


def _post_in_time(cloud: Cloud, courier: Courier, chunk: list[MadeUpEvent]) -> None:
    """Post each event of *chunk* when it is reported, so that none is late by what others take.

    The clock is set behind the door: nothing has to come to rest between two of them.
    """
    with services_in(cloud, LOCAL_STAGE) as services:
        for at, together in groupby(chunk, key=lambda event: event.at):
            services.table_clock.set(at, 0)
            post_events(courier, [event.event for event in together])


def _print_progress(line: str) -> None:
    tqdm.write(line, file=sys.stderr)
