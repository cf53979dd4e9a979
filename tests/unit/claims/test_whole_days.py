"""The weighing in whole days: yellow after ten, red after twenty, and news at once or late.

No days are off, a day ends at midnight, and the delivery time is zero. Day 0 is 2025-03-01.
"""

from datetime import timedelta
from itertools import permutations

from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from tests.unit.claims.hall import by_hall, contested, live, weighed
from tests.unit.told import (
    PROFILE,
    File,
    accepted,
    accepted_claim,
    at,
    decided,
    delivering,
    extended,
    suspended,
)

FIRST = at("2025-03-01T12:00")
# Without what follows from silence about a card, so that red is the statutory limit alone.
WHOLE_DAYS = replace(
    PROFILE.with_counting(rest_day="keep", cutoff="24:00"),
    thresholds={
        clock: tuple(row for row in rows if row.after_yellow is None)
        for clock, rows in PROFILE.thresholds.items()
    },
)


def on(day: int, fact: Fact, told: int | None = None) -> Fact:
    """The *fact* as it happened at noon of a *day* and was *told* at noon of another."""
    received = FIRST + timedelta(days=day if told is None else told)
    return by_hall(replace(fact, at=FIRST + timedelta(days=day)), received)


def case_of(*told: Fact) -> File:
    """A case with all that is *told*, lived through up to day 100."""
    case = File(profile=WHOLE_DAYS, sources=delivering("0s"))
    for fact in told:
        if case.facts:
            live(case, fact.recorded_at)
        case.receive(fact)
    return live(case, FIRST + timedelta(days=100))


def found(case: File) -> dict[str, int]:
    """On which day the promise (yellow) and the statutory limit (red) are over, if they are."""
    days: dict[str, int] = {}
    for finding in weighed(case).judged.limits.findings:
        if finding.ground in ("promise", "statutory"):
            days[finding.level] = (finding.at - at("2025-03-01")).days
    return days


OPENED = on(0, accepted(FIRST, "10d", "20d"))
DECIDED = decided(FIRST)
PAUSED = suspended(FIRST, approved="5d")
EXTENDED = extended(FIRST, "10d")


def test_a_decision_told_late_closes_the_case_late() -> None:
    """Made on day 9, told on day 12: yellow stands, there is no red, and day 9 is contested."""
    case = case_of(OPENED, on(9, DECIDED, told=12))
    assert found(case) == {"yellow": 10}
    ((n, kind),) = case.contested()
    assert (kind, contested(case)) == ("case.decided", [n])
    case.receive(accepted_claim(n, FIRST + timedelta(days=101)))
    assert (found(case), contested(case)) == ({}, [])


def test_a_pause_told_late_is_not_contested_where_the_case_ends_in_time() -> None:
    """Begun on day 3, told on day 5, decided on day 8."""
    case = case_of(OPENED, on(3, PAUSED, told=5), on(8, DECIDED))
    assert (found(case), contested(case), case.contested()) == ({}, [], [])


def test_a_whole_case_told_at_once_is_judged_from_its_own_acceptance() -> None:
    """On day 30, in any order: accepted on day 0; paused, extended and decided from day 30 on."""
    news = [
        on(20, DECIDED, told=30),
        on(9, EXTENDED, told=30),
        on(8, PAUSED, told=30),
        replace(OPENED, recorded_at=FIRST + timedelta(days=30)),
    ]
    for order in permutations(news):
        case = case_of(*order)
        assert found(case) == {"yellow": 10, "red": 20}
        assert len(contested(case)) == 3
        kinds = {case.facts[n].kind for n in contested(case)}
        assert kinds == {"case.decided", "case.extended", "case.suspended"}
