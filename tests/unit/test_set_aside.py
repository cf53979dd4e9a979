"""What does not fit its case is set aside with a reason, and readmitted when it fits after all."""

from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.permit.lamp_history import lamp
from chalicelib.permit.state import fold
from tests.unit.told import (
    START,
    File,
    accepted,
    accepted_claim,
    at,
    decided,
    delivering,
    extended,
    opened,
    refused_claim,
    resumed,
    suspended,
)
from tests.unit.told import corrected as correction


def told(case: File, kind: str) -> list[Fact]:
    """The facts of one kind."""
    return [fact for fact in case.facts if fact.kind == kind]


def test_a_correction_that_comes_before_its_event_is_set_aside_and_readmitted() -> None:
    """Then it counts, and is named with it: both are late, and better nothing."""
    case = File(correction("2025-04-15T10:00", "hall/a", "2025-04-10T10:00"))
    case.decide_case("2025-04-15T10:00")
    assert case.set_aside() == [("case.corrected", "nothing to correct")]
    case.receive(accepted(START, "5wd", key="hall/a", recorded="2025-04-15T11:00"))
    back = told(case, "event.readmitted")
    assert [fact.data["told"] for fact in back] == [0]
    assert back[0].text("reason") == "nothing to correct"
    assert told(case, "event.corrected")[0].data["told"] == 2
    case.decide_case("2025-04-18")
    assert case.issued() == [("warning", "2025-04-15T17:30"), ("yellow", "2025-04-17T17:30")]


def test_what_fits_after_all_is_readmitted_and_may_be_set_aside_again() -> None:
    """A resumption told before its suspension, which is then withdrawn, and then not.

    The suspension comes when it has ended already: neither it nor its withdrawal betters anything.
    """
    case = opened()
    case.receive(resumed("2025-04-16T10:00"))
    case.receive(suspended("2025-04-15T10:00", key="hall/s", recorded="2025-04-16T11:00"))
    case.receive(correction("2025-04-16T12:00", "hall/s", key="hall/c"))
    case.receive(correction("2025-04-16T13:00", "hall/c"))
    kinds = [kind for kind in case.kinds() if kind in ("event.set_aside", "event.readmitted")]
    assert kinds == ["event.set_aside", "event.readmitted"] * 2
    assert len({fact.key for fact in case.facts}) == len(case.facts)


def test_what_is_withdrawn_does_not_fit_for_that() -> None:
    """It stays aside: it never happened. Should that be taken back, nothing new is to be said."""
    case = opened()
    case.receive(accepted("2025-04-15T10:00", "9wd", key="hall/b"))
    assert case.set_aside() == [("case.accepted", "accepted before")]
    case.receive(correction("2025-04-15T11:00", "hall/b", key="hall/c"))
    case.receive(correction("2025-04-15T12:00", "hall/c"))
    assert case.set_aside() == [("case.accepted", "accepted before")]
    assert told(case, "event.readmitted") == []


def test_the_second_acceptance_fits_when_the_first_is_withdrawn() -> None:
    """So a wrong limit is put right: told again under a new id, and the old event withdrawn.

    In time, that is. What comes a day later waits for an inspector.
    """
    first = accepted(START, "5wd", source="hall")
    case = File(first, sources=delivering("24h"))
    case.receive(accepted(START, "9wd", key="hall/b", recorded="2025-04-15T10:00", source="hall"))
    withdrawn = correction("2025-04-15T10:00", first, source="hall")
    late = replace(withdrawn, recorded_at=at("2025-04-15T10:00:00.001"))
    other = File(*case.facts[:2], sources=case.rules.sources)
    other.receive(late)
    assert told(other, "event.readmitted") == []
    case.receive(withdrawn)
    assert [f.data["told"] for f in told(case, "event.readmitted")] == [1]
    case.decide_case("2025-04-22")
    assert case.issued() == []
    case.decide_case("2025-04-28")
    assert case.issued() == [("warning", "2025-04-23T17:30"), ("yellow", "2025-04-25T17:30")]


def test_an_acceptance_after_the_end_is_set_aside() -> None:
    """Decided before it was accepted: no clock runs, and the inspectors are told why."""
    case = File(decided("2025-04-10T10:00"))
    case.receive(accepted(START, "5wd"))
    assert case.set_aside() == [("case.accepted", "the case was closed")]
    assert lamp(fold(CaseHistory(case.facts)), CaseHistory(case.facts)) == "closed"
    assert case.decide_case("2025-06-01").append == ()
    case.receive(correction("2025-06-02T10:00", case.facts[0], "2025-04-15T10:00"))
    assert [f.data["told"] for f in told(case, "event.readmitted")] == [1]
    assert case.issued() == []


def test_an_acceptance_at_the_moment_of_the_decision_is_in_time() -> None:
    """Equal instants: accepted, then decided."""
    case = File(decided(START))
    case.receive(accepted(START, "5wd"))
    assert case.set_aside() == []


def test_while_no_calendar_is_known_it_is_still_known_what_fits() -> None:
    """Moved to a year beyond all calendars and back: nothing about its second extension is news.

    An inspector accepts the move, and takes that back.
    """
    case = opened()
    case.receive(extended("2025-04-15T10:00", "5wd"))
    case.receive(extended("2025-04-15T11:00", "5wd", key="hall/x"))
    assert case.set_aside() == [("case.extended", "extended before")]
    case.receive(correction("2025-04-16T10:00", case.facts[0], "2201-04-18T10:00", key="hall/c"))
    moved = told(case, "case.corrected")[0].n
    assert case.decide_case("2025-04-16T10:01").held_for == ""
    assert case.receive(accepted_claim(moved, "2025-04-16T10:30")).held_for == "calendar:2201"
    assert case.set_aside() == [("case.extended", "extended before")]
    case.receive(correction("2025-04-16T11:00", "hall/x"))
    assert case.receive(refused_claim(moved, "2025-04-16T12:00")).held_for == ""
    assert case.set_aside() == [("case.extended", "extended before")]
    assert told(case, "event.readmitted") == []
