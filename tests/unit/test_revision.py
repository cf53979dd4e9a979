"""What is said of a clock that new rules move: what it was, what it is, and why; else nothing."""

from datetime import date

from msgspec.structs import replace

from chalicelib.calendar.change import Change
from chalicelib.calendar.overlay import overlay_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.permit.decide import decide
from chalicelib.permit.revision import revisions
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import load_profile
from chalicelib.supervision.deciders import is_moved, snapshot_of
from tests.unit.told import (
    CALENDAR,
    PROFILE,
    RULES,
    File,
    accepted,
    accepted_claim,
    at,
    decided,
    resumed,
    suspended,
)

START = "2025-04-14T10:00"
LATER = at("2025-04-16T09:00")


def changed(off: str = "", worked: str = "") -> Calendar:
    """The calendar as published, but for a day that is off and one that is worked."""
    rests, works = (frozenset({date.fromisoformat(day)} if day else ()) for day in (off, worked))
    change = Change("a notice", "", date(2025, 4, 15), "", "", rests, works)
    return overlay_calendar(CALENDAR, [change], "")


FLOOD = changed("2025-04-17")  # a Thursday
HUNAN = load_profile("hunan")


def judged(
    *told: Fact, profile: Profile = PROFILE, calendar: Calendar = CALENDAR
) -> tuple[CaseSnapshot, File]:
    """A case on record, and its head."""
    case = File(*told, calendar=calendar, profile=profile)
    now = at("2025-04-15T09:00")
    decision = case.decide_case(now)
    snapshot = snapshot_of("hall:1", "c_1", CaseHistory(case.facts), decision, now)
    return replace(snapshot, rules=Rules(profile, calendar).name), case


def said(facts: list[Fact]) -> list[tuple[str, ...]]:
    """Clock, what it was, what it is, and the cause."""
    return [
        tuple(fact.text(name) for name in ("clock", "was", "due_at", "cause")) for fact in facts
    ]


def test_each_clock_that_moves_is_told_of() -> None:
    """Five working days from 14 April end on the 21st, with a day off on the 22nd."""
    snapshot, case = judged(accepted(START, "5wd", statutory="20wd"))
    facts = revisions(snapshot, CaseHistory(case.facts), Rules(PROFILE, FLOOD), LATER)
    assert said(facts) == [
        ("promise", "2025-04-21T09:30:00.000Z", "2025-04-22T09:30:00.000Z", "calendar"),
        ("statutory", "2025-05-14T09:30:00.000Z", "2025-05-15T09:30:00.000Z", "calendar"),
    ]
    assert [fact.n for fact in facts] == [1, 2]
    assert {fact.at for fact in facts} == {fact.recorded_at for fact in facts} == {LATER}
    assert {fact.text("calendar") for fact in facts} == {FLOOD.version}
    assert {fact.text("department") for fact in facts} == {"Housing"}


def test_a_retry_says_it_once() -> None:
    """Its own fact is on record, the head was not saved: the rest follows, in the next place."""
    snapshot, case = judged(accepted(START, "5wd", statutory="20wd"))
    first, second = revisions(snapshot, CaseHistory(case.facts), Rules(PROFILE, FLOOD), LATER)
    assert revisions(snapshot, CaseHistory([*case.facts, first]), Rules(PROFILE, FLOOD), LATER) == [
        second
    ]
    assert (
        revisions(snapshot, CaseHistory([*case.facts, first, second]), Rules(PROFILE, FLOOD), LATER)
        == []
    )


def test_what_was_told_since_is_left_out() -> None:
    """Only what the head has judged is counted again."""
    snapshot, case = judged(accepted(START, "5wd"))
    stopped = suspended("2025-04-15T10:00", "hearing").numbered(1)
    facts = revisions(snapshot, CaseHistory([*case.facts, stopped]), Rules(PROFILE, FLOOD), LATER)
    assert said(facts)[0][1:3] == ("2025-04-21T09:30:00.000Z", "2025-04-22T09:30:00.000Z")
    assert facts[0].n == 2


def test_nothing_is_said_where_nothing_moves() -> None:
    """The same rules; a day off elsewhere; a head that does not say."""
    snapshot, case = judged(accepted(START, "5wd"))
    far = changed("2025-06-05")
    assert revisions(snapshot, CaseHistory(case.facts), RULES, LATER) == []
    assert revisions(snapshot, CaseHistory(case.facts), Rules(PROFILE, far), LATER) == []
    assert not is_moved(snapshot, CaseHistory(case.facts), Rules(PROFILE, far))
    unnamed = replace(snapshot, rules="")
    assert revisions(unnamed, CaseHistory(case.facts), Rules(PROFILE, FLOOD), LATER) == []
    assert is_moved(unnamed, CaseHistory(case.facts), Rules(PROFILE, FLOOD))


def test_of_a_closed_case_its_cards_tell() -> None:
    """When it had to be decided by is over; but a card may lose its ground."""
    reports = accepted("2025-04-07T10:00", "5wd"), decided("2025-04-15T08:00")
    snapshot, case = judged(*reports)
    assert [fact.text("level") for fact in case.facts if not fact.told] == ["warning", "yellow", ""]
    longer = changed("2025-04-10")
    assert revisions(snapshot, CaseHistory(case.facts), Rules(PROFILE, longer), LATER) == []
    assert is_moved(snapshot, CaseHistory(case.facts), Rules(PROFILE, longer))
    checks = decide(CaseHistory(case.facts), Rules(PROFILE, longer), LATER).append
    lost = next(fact for fact in checks if fact.data.get("card") == 3)
    assert (lost.text("verdict"), lost.text("reason")) == ("lost", "calendar")


def test_a_year_that_is_published_makes_a_due_date_certain() -> None:
    """It stays the same, and is provisional no more: that is news too."""
    snapshot, case = judged(accepted("2026-12-28T10:00", "5wd"))
    assert snapshot.is_provisional
    year = CalendarYear(2027, ("a notice",), "", frozenset({date(2027, 1, 1)}), frozenset())
    (fact,) = revisions(
        snapshot,
        CaseHistory(case.facts),
        Rules(PROFILE, overlay_calendar(CALENDAR, [year], "")),
        at("2026-12-29"),
    )
    assert fact.text("was") == fact.text("due_at") == "2027-01-05T09:30:00.000Z"
    assert "provisional" not in fact.data
    calendar = overlay_calendar(CALENDAR, [year], "")
    snapshot, case = judged(accepted("2026-12-28T10:00", "5wd"), calendar=calendar)
    (fact,) = revisions(snapshot, CaseHistory(case.facts), RULES, at("2026-12-29"))
    assert (fact.data["provisional"], fact.text("missing")) == (True, "calendar:2027")


def test_a_policy_is_a_cause_of_its_own() -> None:
    """Alone, and together with a calendar."""
    snapshot, case = judged(accepted(START, "5wd"))
    names = {
        fact.text("cause")
        for fact in revisions(snapshot, CaseHistory(case.facts), Rules(HUNAN, CALENDAR), LATER)
    }
    assert names == {"policy"}
    names = {
        fact.text("cause")
        for fact in revisions(snapshot, CaseHistory(case.facts), Rules(HUNAN, FLOOD), LATER)
    }
    assert names == {"policy_and_calendar"}


def test_a_case_whose_warning_alone_moves_is_another_and_says_nothing() -> None:
    """A Thursday is exchanged for a Saturday: ten working days end as before, eight do not."""
    snapshot, case = judged(accepted(START, "10wd"))
    exchanged = changed(off="2025-04-17", worked="2025-04-26")
    assert snapshot.wake_at == at("2025-04-24T17:30:00.001")
    assert revisions(snapshot, CaseHistory(case.facts), Rules(PROFILE, exchanged), LATER) == []
    assert is_moved(snapshot, CaseHistory(case.facts), Rules(PROFILE, exchanged))
    assert decide(CaseHistory(case.facts), Rules(PROFILE, exchanged), LATER).wake_at == at(
        "2025-04-25T17:30:00.001"
    )


def test_what_new_rules_make_due_in_the_past_is_nobodys_delay() -> None:
    """A day is worked after all, and the notice came days late."""
    snapshot, case = judged(accepted(START, "5wd"), calendar=FLOOD)
    now = at("2025-04-22T09:00")
    case.facts += revisions(snapshot, CaseHistory(case.facts), RULES, now)
    case.rules = replace(case.rules, calendar=CALENDAR)
    case.decide_case(now)
    yellow = next(fact for fact in case.facts if fact.text("level") == "yellow")
    assert yellow.at == at("2025-04-21T17:30")
    assert yellow.text("noticed") == "revised"


def test_what_was_told_before_the_rules_changed_turned_no_card() -> None:
    """New rules work one day of a pause that fell on days off: the card loses its ground by them.

    Without the pause the card stands under the new rules too. But it moved nothing under the old,
    by which an inspector accepted it.
    """
    _, case = judged(accepted(START, "5wd"))
    case.decide_case("2025-04-22T09:00")
    yellow = next(fact for fact in case.facts if fact.text("level") == "yellow")
    paused = suspended("2025-04-18T18:00", "hearing", recorded="2025-04-22T10:00")
    news = [paused, resumed("2025-04-20T10:00", "hearing", recorded="2025-04-22T10:00")]
    claims = range(len(case.facts), len(case.facts) + len(news))
    news += [accepted_claim(n, "2025-04-22T10:00") for n in claims]
    case.facts += [fact.numbered(claims[0] + n) for n, fact in enumerate(news)]
    decision = case.decide_case("2025-04-22T10:00")
    assert case.verdicts() == []
    head = snapshot_of("hall:1", "c_1", CaseHistory(case.facts), decision, at("2025-04-22T10:00"))
    exchanged = changed(off="2025-04-17", worked="2025-04-19")
    head = replace(head, rules=RULES.name)
    (moved,) = revisions(
        head, CaseHistory(case.facts), Rules(PROFILE, exchanged), at("2025-04-23T09:00")
    )
    case.facts.append(moved)
    case.rules = replace(case.rules, calendar=exchanged)
    checks = case.decide_case("2025-04-23T09:00").append
    (check,) = [fact for fact in checks if fact.data.get("card") == yellow.n]
    assert (check.text("verdict"), check.text("reason")) == ("lost", "calendar")
    assert check.data["cause"] == moved.n
