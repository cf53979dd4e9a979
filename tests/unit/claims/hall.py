"""A case that the source "hall" reports: five working days from a Monday on, told within minutes.

It is warned of on 04-17, over its promise on 04-21 (yellow), and over the law's eight days on 04-24
(red), each at 17:30.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.recheck import stands
from chalicelib.permit.claims.readings import Readings
from chalicelib.permit.claims.weighing import Weighing, weigh
from chalicelib.policy.sources import Registrations
from tests.unit.told import START, File, accepted, at, clock, clock_due, delivering

TEN_MINUTES = timedelta(minutes=10)
IN_TIME = delivering("10m")


def by_hall(fact: Fact, recorded: str | datetime = "") -> Fact:
    """The same fact as "hall" reports it, *recorded* at another instant if one is given."""
    when = at(recorded) if isinstance(recorded, str) and recorded else recorded or fact.recorded_at
    assert isinstance(when, datetime)
    return replace(fact, source="hall", recorded_at=when)


def hall_case(
    *told: Fact, sources: Registrations = IN_TIME, promise: str = "5wd", statutory: str = "8wd"
) -> File:
    """The case accepted in time at START, and whatever else is *told* with it."""
    return told_case(accepted(START, promise, statutory), *told, sources=sources)


def told_case(*told: Fact, sources: Registrations = IN_TIME) -> File:
    """A case without facts, to which all that is *told* comes as it was received."""
    case = File(sources=sources)
    for fact in sorted(told, key=lambda fact: fact.recorded_at):
        tell(case, fact)
    return case


def tell(case: File, fact: Fact, recorded: str | datetime = "") -> int:
    """Live up to the receipt of *fact*, receive it, and return its number."""
    fact = by_hall(fact, recorded) if not fact.origin else fact
    if case.facts:
        live(case, fact.recorded_at)
    n = len(case.facts)
    case.receive(fact)
    return n


def live(case: File, until: str | datetime) -> File:
    """Decide *case* at each of its wakes up to *until*, as the live chain does."""
    end = at(until) if isinstance(until, str) else until
    decision = case.decide_case(max(fact.recorded_at for fact in case.facts))
    while decision.wake_at is not None and decision.wake_at <= end:
        decision = case.decide_case(decision.wake_at)
    return case


def cards(case: File, *rules: str) -> list[tuple[str, str, str]]:
    """Rule, level and legal instant of the cards that stand: issued, or proposed to a person."""
    history = CaseHistory(case.facts)
    return [
        (fact.text("rule"), fact.text("level"), clock(fact.at))
        for fact in case.facts
        if fact.kind in ("card.issued", "card.proposed")
        and (not rules or fact.text("rule") in rules)
        and stands(fact, history)
    ]


def weighed(case: File) -> Weighing:
    """How the claims of *case* are weighed."""
    return weigh(CaseHistory(case.facts), case.rules)


def contested(case: File) -> list[int]:
    """The numbers of the late news whose own time would better something, listed or not."""
    return [one.fact.n for one in weighed(case).contested]


def late_in(case: File) -> list[int]:
    """The numbers of the late news of *case*."""
    return [fact.n for fact in Readings(CaseHistory(case.facts), case.rules).late]


def acts_at(case: File, n: int) -> str:
    """When the fact of this number acts in the judged reading; empty: it does not act."""
    told = (fact for fact in weighed(case).judged.case.told if fact.n == n)
    return next((clock(fact.at) for fact in told), "")


def due(case: File, name: str = "promise") -> str:
    """When the clock of *name* runs out in the judged reading."""
    found = clock_due(weighed(case).judged.limits, name)
    return clock(found.at) if found else ""
