"""Where a case of each kind belongs, and what its snapshot takes from the decision."""

import pytest
from msgspec.structs import replace

from chalicelib.cases.case_id import KINDS
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.clock.due import Due
from chalicelib.supervision.deciders import decider_of, snapshot_of
from tests.unit.told import accepted, at, corrected, issued, numbered, reported, suspended

MADE = "chalicelib/supervision/deciders.py has no decider of"
OWN = ["card/c_a.1", "register/370102/yellow/2026", "department/Housing/2026", "item/X-01"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_decider(kind: str) -> None:
    """A kind that the ids name and nobody decides would fail with its first case."""
    case_id = "hall:1" if kind == "permit" else f"duban:{kind}/x"
    try:
        decider_of(case_id)
    except KeyError:
        pytest.fail(f"{MADE} {kind}")


def region(case_id: str, *facts: Fact) -> str:
    """Return the region whose rules the case is judged by."""
    return decider_of(case_id).region(CaseHistory(numbered(facts)))


def test_a_permit_belongs_where_it_was_accepted() -> None:
    """Before that it names no region, whatever else is told of it."""
    early = suspended("2026-11-02T10:00", region="430100")
    assert region("hall:1", early) == ""
    assert region("hall:1", early, accepted("2026-11-02T09:00", "5wd")) == "370102"


DAY_BEFORE = "2026-11-02T10:00"


@pytest.mark.parametrize("name", OWN)
def test_a_case_of_our_own_belongs_to_the_first_region_that_it_is_told(name: str) -> None:
    """A fact that names none is passed over."""
    silent = reported("card.confirmed", "2026-11-02T09:00", role="inspector")
    first = issued("c_a.1", "2026-11-02T09:01")
    second = issued("c_a.1", "2026-11-02T09:02", region="430100")
    assert region(f"duban:{name}", silent) == ""
    assert region(f"duban:{name}", silent, first, second) == "370102"


def test_a_snapshot_shows_the_decision() -> None:
    """Every field comes from it or from the facts; the rules are for the caller to say."""
    due, now = Due(at("2026-11-09T17:30"), 2027), at("2026-11-02T09:01")
    derived = Fact(3, "due.revised", "due", now, now, told=False, data={})
    told = [accepted("2026-11-02T09:00", "5wd"), suspended(now)]
    ours = reported("field.opened", now, role="inspector")  # no step of the case
    facts = [*numbered([*(replace(fact, source="hall") for fact in told), ours]), derived]
    decision = Decision(
        wake_at=at("2026-11-05T17:30"),
        held_for="calendar:2027",
        lamp="yellow",
        belongs_to={"department": "Housing", "item": "X-01", "region": "370102"},
        dues={"promise": due},
        is_paused=True,
        level="red",
    )
    assert snapshot_of("hall:1", "c_a", CaseHistory(facts), decision, now) == CaseSnapshot(
        case="hall:1",
        public_case="c_a",
        n=4,
        judged_at=now,
        lamp="yellow",
        department="Housing",
        item="X-01",
        region="370102",
        wake_at=at("2026-11-05T17:30"),
        held_for="calendar:2027",
        dues={"promise": due},
        is_paused=True,
        told="case.suspended",
        rules="",
        level="red",
    )


def test_a_snapshot_of_what_belongs_nowhere_says_so() -> None:
    """No field is left out, and none is made up."""
    now = at("2026-11-02T09:01")
    snapshot = snapshot_of("hall:1", "c_a", CaseHistory([]), Decision(), now)
    assert snapshot == CaseSnapshot("hall:1", "c_a", 0, now, "open")
    assert (snapshot.department, snapshot.item, snapshot.region, snapshot.told) == ("", "", "", "")


@pytest.mark.parametrize(("right", "told"), [("", "case.accepted"), (DAY_BEFORE, "case.suspended")])
def test_what_was_reported_last_is_read_as_corrected(right: str, told: str) -> None:
    """A correction is no step: it moves the one that it is about, or takes it back."""
    accepted_at, now = "2026-11-02T09:00", at("2026-11-04T09:00")
    steps = [accepted(accepted_at, "5wd"), suspended("2026-11-03T10:00")]
    facts = numbered([replace(fact, source="hall") for fact in steps])
    correction = replace(corrected(now, facts[-1], right), source="hall")
    history = CaseHistory(numbered([*facts, correction]))
    assert snapshot_of("hall:1", "c_a", history, Decision(), now).told == told
