"""Late and corrected news: what was issued, what should have been, what fits after all, and why.

What betters something counts when an inspector accepts it; what betters nothing, at once.
"""

import json
from datetime import date

from msgspec.structs import replace

from chalicelib.calendar.change import Change
from chalicelib.calendar.workdays import Calendar
from chalicelib.cases.fact import Fact
from chalicelib.intake.event_types import ISSUED_TYPES
from tests.unit.told import (
    CALENDAR,
    DUE,
    PROFILE,
    START,
    WARN,
    File,
    accepted,
    accepted_claim,
    at,
    clock,
    decided,
    extended,
    opened,
    reported,
    resumed,
    suspended,
)
from tests.unit.told import corrected as correction

FLOOD = Change("X", "", date(2025, 4, 18), "", "", frozenset({date(2025, 4, 18)}), frozenset())
FLOODED = Calendar("CN", CALENDAR.years.values(), [FLOOD])

DAY = {"amount": 1, "unit": "wd"}
WEEK_LATER = "2025-04-29T10:00"
NEXT_DAY = "2025-04-22T10:00"  # after the case of `opened` fell due


def told(case: File, kind: str) -> list[Fact]:
    """The facts of one kind."""
    return [fact for fact in case.facts if fact.kind == kind]


def lamp_of(case: File) -> str:
    """What the case shines."""
    return case.lamp()


def reasons(case: File) -> list[tuple[str, str, str, object]]:
    """Level, verdict, reason and cause of every re-check."""
    return [
        (fact.text("level"), fact.text("verdict"), fact.text("reason"), fact.data["cause"])
        for fact in told(case, "card.rechecked")
    ]


def overdue() -> File:
    """The case of `opened` on the morning after it fell due: its facts 0 to 2."""
    case = opened()
    case.decide_case(WARN + ":01")
    case.decide_case(DUE + ":01")
    assert case.issued() == [("warning", WARN), ("yellow", DUE)]
    return case


def accept(case: File, when: str) -> int:
    """Accept the only contested claim of *case*; return the number of the decision."""
    ((claim, _),) = case.contested()
    case.receive(accepted_claim(claim, when))
    return told(case, "claim.accepted")[-1].n


def test_an_acceptance_corrected_to_a_later_day_takes_the_card_back() -> None:
    """It was accepted on Friday: due on Friday of the week after, and warned and late then."""
    case = overdue()
    case.receive(correction(NEXT_DAY, case.facts[0], "2025-04-18T10:00"))
    assert (reasons(case), lamp_of(case)) == ([], "yellow")
    n = accept(case, "2025-04-22T10:30")
    assert reasons(case) == [
        ("warning", "lost", "claim_accepted", n),
        ("yellow", "lost", "claim_accepted", n),
    ]
    assert lamp_of(case) == "green"
    case.decide_case("2025-05-05")
    assert case.issued()[2:] == [
        ("warning", "2025-04-23T17:30"),
        ("yellow", "2025-04-25T17:30"),
        ("red", "2025-04-29T17:30"),
    ]


def test_an_acceptance_corrected_to_an_earlier_day_issues_what_was_due_by_law() -> None:
    """On 21 April it turns out to have been accepted on the 10th, and due on the 17th."""
    case = opened()
    case.decide_case(WARN + ":01")
    case.receive(correction("2025-04-21T10:00", case.facts[0], "2025-04-10T10:00"))
    assert reasons(case) == [("warning", "lost", "corrected", 2)]
    assert case.issued()[1:] == [("warning", "2025-04-15T17:30"), ("yellow", "2025-04-17T17:30")]
    for card in told(case, "card.issued"):
        assert card.text("noticed") == "late_news"
        assert card.data["rests_on"] == [0, 2]
        assert card.recorded_at == at("2025-04-21T10:00")


def test_a_withdrawn_decision_opens_the_case_again() -> None:
    """As if it had never been told: what would have been issued is issued, as of when by law."""
    case = opened()
    case.receive(decided("2025-04-16T10:00"))
    assert lamp_of(case) == "closed"
    assert case.decide_case(NEXT_DAY).append == ()
    decision = case.receive(correction("2025-04-23T10:00", case.facts[1]))
    assert case.issued() == [("warning", WARN), ("yellow", DUE)]
    assert lamp_of(case) == "yellow"
    assert {fact.text("noticed") for fact in case.facts if fact.kind in ISSUED_TYPES} == {
        "late_news"
    }
    assert told(case, "card.issued")[0].data["rests_on"] == [0, 2]
    assert decision.wake_at is not None
    assert clock(decision.wake_at) == "2025-04-24T17:30:00.001"


def test_a_correction_withdrawn_gives_the_card_its_ground_back() -> None:
    """Both re-checks stay, each with its cause. The withdrawal betters nothing."""
    case = overdue()
    case.receive(correction(NEXT_DAY, case.facts[0], "2025-04-18T10:00"))
    mistake = told(case, "case.corrected")[0]
    accept(case, "2025-04-22T10:30")
    case.receive(correction("2025-04-22T11:00", mistake))
    undo = told(case, "case.corrected")[1]
    assert reasons(case)[2:] == [
        ("warning", "stands", "corrected", undo.n),
        ("yellow", "stands", "corrected", undo.n),
    ]
    assert lamp_of(case) == "yellow"


def test_late_news_is_the_cause_that_turned_the_card() -> None:
    """Not what was told with it, before it or after it.

    All of it comes when the case is decided, so that from its receipt nothing would be found.
    """
    case = opened()
    case.receive(decided("2025-04-17T10:00"))
    entered = reported("stage.entered", "2025-04-15T10:00", stage="a", limit=DAY, recorded=NEXT_DAY)
    case.receive(entered)
    assert case.proposed() == [("V-05", "stage", "2025-04-16T17:30")]
    news = [
        reported("stage.entered", "2025-04-15T10:00", stage="b", recorded=WEEK_LATER),
        reported("stage.left", "2025-04-16T09:00", stage="a", recorded=WEEK_LATER),
        reported("stage.left", "2025-04-16T10:00", stage="b", recorded=WEEK_LATER),
    ]
    case.facts += [fact.numbered(len(case.facts) + i) for i, fact in enumerate(news)]
    case.decide_case(WEEK_LATER)
    assert case.contested() == []
    cause = next(fact for fact in told(case, "stage.left") if fact.text("stage") == "a")
    assert [row[1:] for row in reasons(case)] == [("lost", "late_news", cause.n)]


def test_a_pause_that_comes_after_the_card() -> None:
    """It was paused for two days: the card had no ground, and the reason is the pause."""
    case = overdue()
    case.receive(suspended("2025-04-15T10:00", recorded=NEXT_DAY), NEXT_DAY)
    n = accept(case, NEXT_DAY)
    case.receive(resumed("2025-04-17T10:00", recorded="2025-04-22T10:01"), "2025-04-22T10:01")
    yellow = [row for row in reasons(case) if row[0] == "yellow"]
    assert yellow == [("yellow", "lost", "claim_accepted", n)]
    assert lamp_of(case) == "green"
    case.decide_case("2025-04-24T08:00")
    assert case.issued()[-1] == ("yellow", "2025-04-23T17:30")


def test_where_no_news_turned_it_the_rules_did() -> None:
    """A calendar by which nobody worked on 18 April: who had judged by the old one is put right."""
    case = overdue()
    case.rules = replace(case.rules, calendar=FLOODED)
    case.decide_case(NEXT_DAY)
    checks = told(case, "card.rechecked")
    assert [check.text("reason") for check in checks] == ["calendar"] * len(checks)
    assert checks
    assert all("cause" not in check.data for check in checks)


def test_a_fact_that_says_what_the_rules_moved_is_the_cause() -> None:
    """And what had been told before it is not, though by the new rules it would matter."""
    case = overdue()
    case.rules = replace(case.rules, calendar=FLOODED)
    revised = replace(
        reported("due.revised", NEXT_DAY, cause="calendar", clock="promise"), told=False, n=3
    )
    case.facts.append(revised)
    case.decide_case(NEXT_DAY)
    assert {row[2:] for row in reasons(case)} == {("calendar", 3)}


def test_a_card_loses_its_ground_though_the_case_has_no_limit_any_more() -> None:
    """Withdrawn the acceptance, there is an application, of an item that no catalogue knows."""
    case = File(
        reported("received", "2025-04-14T09:00", item="X-02", department="D", region="370102")
    )
    case.receive(accepted(START, "5wd"))
    case.decide_case("2025-04-22T08:00")
    case.receive(correction(NEXT_DAY, case.facts[1]))
    ((claim, _),) = case.contested()
    decision = case.receive(accepted_claim(claim, "2025-04-22T11:00"))
    assert decision.held_for == ""
    assert [row[1:3] for row in reasons(case)] == [("lost", "claim_accepted")] * 2


def test_a_correction_is_named_with_what_it_corrects() -> None:
    """By number, once; which event it was stands in no fact."""
    case = opened(key="hall/a")
    case.receive(correction("2025-04-15T10:00", "hall/a", "2025-04-14T09:00", key="hall/c"))
    case.receive(correction("2025-04-15T11:00", "hall/a", key="hall/d"))
    withdrawal = told(case, "case.corrected")[1]
    first, second = told(case, "event.corrected")
    said = {"told": 0, "type": "case.accepted", "cause": 1, "time": "2025-04-14T01:00:00.000Z"}
    assert first.data.items() >= said.items()
    assert second.data.items() >= {"told": 0, "cause": withdrawal.n, "withdrawn": True}.items()
    case.decide_case("2025-04-16")
    assert len(told(case, "event.corrected")) == 2


def test_another_policy_is_the_reason_where_nothing_says_what_it_moved() -> None:
    """The last day ends at midnight now; the versions alone say that the rules are others."""
    case = overdue()
    case.rules = replace(case.rules, profile=replace(PROFILE, version="other"))
    case.decide_case(NEXT_DAY)
    assert told(case, "card.rechecked") == []
    case.rules = replace(case.rules, profile=PROFILE.with_counting(cutoff="24:00"))
    case.decide_case("2025-04-22T10:01")
    assert [(f.text("verdict"), f.text("reason")) for f in told(case, "card.rechecked")] == [
        ("lost", "policy"),
        ("lost", "policy"),
    ]


def test_no_id_of_an_event_gets_into_what_is_derived() -> None:
    """It may hold a name. Keys hold it, and stay beside the leaf; data are public."""
    case = File(
        accepted(START, "5wd", key="hall/张三/受理"),
        reported(
            "stage.entered",
            START,
            stage="review",
            limit={"amount": 1, "unit": "wd"},
            key="hall/张三/1",
        ),
        suspended("2025-04-15T10:00", approved="1wd", key="hall/张三/2", notified_at=""),
        resumed("2025-04-14T11:00", key="hall/张三/3"),
        extended("2025-04-30T10:00", "2wd", key="hall/张三/4"),
    )
    case.decide_case("2025-05-20T08:00")
    for n in range(5):
        key = case.facts[n].key
        case.receive(correction("2025-05-20T09:00", key, "2025-05-19T09:00", key=f"hall/张三/c{n}"))
    for claim, _ in case.contested():
        case.receive(accepted_claim(claim, "2025-05-20T09:30", key=f"duban/张三/{claim}"))
    derived = [fact for fact in case.facts if not fact.told]
    assert {"card.rechecked", "event.set_aside", "event.corrected"} <= {f.kind for f in derived}
    assert any("张三" in fact.key for fact in derived)
    assert all("张三" not in json.dumps(fact.data, ensure_ascii=False) for fact in derived)
