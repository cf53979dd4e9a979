"""The made-up week of the demo, lived through by a county in memory."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting
from chalicelib.intake.event import normalise
from chalicelib.permit.simulate import Simulation
from chalicelib.policy import catalogue
from chalicelib.policy.shipped import load_profile
from infra.demo.acts import MadeUpAct, MadeUpDecision, acts, card_of, claim_of, decisions
from infra.demo.cases import MadeUpEvent, closings, find_crossings, week, week_days
from infra.feeding.feed_log import stops
from tests.support.asker import Asker, data
from tests.support.memory_stage import MemoryWorld

ITEMS = Path(__file__).parents[2] / "infra" / "demo" / "catalogue.csv"


Happening = MadeUpEvent | MadeUpAct | MadeUpDecision | None


def happenings(present: datetime) -> list[tuple[datetime, Happening]]:
    """Return all that happens up to *present*, in order of time; None where time only passes."""
    profile, calendar = load_profile("statutory"), load_calendar("CN")
    entries = catalogue.read_catalogue(ITEMS.read_bytes(), ITEMS.name)
    counting = Counting(profile, calendar)
    days = week_days(present, counting)
    events = week(entries, "hall", present, counting)
    passes = find_crossings(events, entries, Simulation(Rules(profile, calendar)), present)
    passes += closings(days, present, counting)
    moments: list[tuple[datetime, Happening]] = [(at, None) for at in stops(passes)]
    moments += [(one.at, one) for one in events]
    moments += [(act.at, act) for act in acts(days, present, counting)]
    moments += [(made.at, made) for made in decisions(days, present, counting)]
    return sorted(moments, key=lambda one: one[0])


def live(county: MemoryWorld, present: datetime) -> None:
    """Let the week happen up to *present*."""
    ask = Asker(county.services)
    county.services.catalogues.write(catalogue.read_catalogue(ITEMS.read_bytes(), ITEMS.name))
    for at, what in happenings(present):
        county.wall.at = at
        if isinstance(what, MadeUpEvent):
            county.services.inbox.put_event(normalise(what.event), county.services.now())
        elif what is not None:
            _do(ask, what)
        county.tick()
    county.wall.at = present
    county.tick()


def _do(ask: Asker, act: MadeUpAct | MadeUpDecision) -> None:
    """Do what somebody does about a card, or about late news."""
    feed: list[dict[str, Any]] = []
    while page := data(ask("GET", f"/v1/alerts?lastEventId={feed[-1]['id'] if feed else ''}")):
        feed += page
    if isinstance(act, MadeUpDecision):
        case, n = claim_of(act, feed)
        address = f"/v1/cases/{quote(case, safe='')}/claims/{n}/{act.name}"
        data(ask("POST", address, body=dict(act.body)), 202)
        return
    card, department = card_of(act, feed)
    who = department if act.role == "department" else act.role
    data(ask("POST", f"/v1/cards/{card}/{act.name}", who, dict(act.body) or None), 202)
