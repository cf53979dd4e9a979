"""A case that was handed in to one department and accepted by another: whose its cards are."""

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.recheck import stands
from chalicelib.permit.decide import evaluate
from tests.unit.claims.hall import by_hall, contested, live, tell, told_case
from tests.unit.told import RULES, File, accepted, corrected, numbered, reported

HANDED_IN = "2025-04-14T10:00"
LATER = "2025-06-20T10:00"
TWO_DAYS = {"amount": 2, "unit": "wd"}
CARDS = [("V-02", "yellow"), ("V-14", "yellow"), ("V-03", "red")]


def handed_in(when: str, department: str = "Housing") -> Fact:
    """An application, which is to be accepted or answered within five working days."""
    data = {"item": "X-01", "region": "370102", "department": department}
    return reported("received", when, **data, terms={"promise": "5wd", "statutory": "8wd"})


def by_roads(when: str) -> Fact:
    """The acceptance by another department."""
    fact = accepted(when, "5wd", "8wd")
    return replace(fact, data={**fact.data, "department": "Roads"})


def owned(case: File) -> list[tuple[str, str, str]]:
    """Rule, level and department of the cards that stand."""
    history = CaseHistory(case.facts)
    return [
        (fact.text("rule"), fact.text("level"), fact.text("department"))
        for fact in case.facts
        if fact.kind == "card.issued" and stands(fact, history)
    ]


@pytest.mark.parametrize("department", ["Parks", "Housing", "Roads"])
def test_an_earlier_application_told_later_moves_no_card(department: str) -> None:
    """Not to whoever accepted the case, and not to a third one: it is contested."""
    case = told_case(handed_in(HANDED_IN), by_roads("2025-05-20T10:00"))
    live(case, "2025-06-20")
    assert owned(case) == [(*card, "Housing") for card in CARDS]
    n = tell(case, handed_in("2025-04-14T09:30", department), LATER)
    live(case, "2025-09-01")
    assert owned(case) == [(*card, "Housing") for card in CARDS]
    assert contested(case) == [n]


def test_a_correction_told_later_hands_no_card_back() -> None:
    """Without the notice of what is missing silence would have accepted it at the first one."""
    notice = reported("supplement_notified", "2025-04-16T10:00", unlisted=0)
    told = [notice, reported("supplement_submitted", "2025-04-17T10:00")]
    case = told_case(handed_in(HANDED_IN), *told, by_roads("2025-04-22T10:00"))
    live(case, "2025-05-05")
    assert owned(case) == [("V-02", "yellow", "Roads")]
    n = tell(case, corrected("2025-05-05T10:00", notice))
    live(case, "2025-09-01")
    assert owned(case) == [("V-02", "yellow", "Roads"), ("V-03", "red", "Roads")]
    assert contested(case) == [n]


def test_an_application_dated_back_after_the_acceptance_finds_nothing_at_the_first_one() -> None:
    """It was in time by what was known when another accepted it; who says so answers for it."""
    application = handed_in(HANDED_IN)
    case = told_case(application, by_roads("2025-04-18T10:00"))
    live(case, "2025-04-22")
    tell(case, corrected("2025-04-22T10:00", application, "2025-03-03T10:00"))
    live(case, "2025-09-01")
    assert {department for _, _, department in owned(case)} == {"Roads"}


def test_an_acceptance_by_another_undoes_no_card_of_the_first_one() -> None:
    """What was told late before it, and counted, counts for the same cards as before."""
    application = by_hall(handed_in(HANDED_IN), "2025-04-22T10:00")
    case = live(told_case(application), "2025-05-06")
    cards = [(*card, "Housing") for card in CARDS]
    assert owned(case) == cards
    tell(case, by_roads("2025-05-06T10:00"))
    live(case, "2025-09-01")
    assert owned(case) == cards


def test_late_news_that_does_no_harm_needs_no_inspector() -> None:
    """The cards of the first department are the same with it as without."""
    case = told_case(handed_in(HANDED_IN), by_roads("2025-05-20T10:00"))
    before = owned(live(case, "2025-05-20T10:30"))
    assert before == [(*card, "Housing") for card in CARDS]
    stage = reported("stage.entered", "2025-05-20T11:00", stage="review", limit=TWO_DAYS)
    tell(case, stage, "2025-05-20T15:00")
    tell(case, reported("stage.left", "2025-05-21T11:00", stage="review"), "2025-05-21T15:00")
    assert contested(case) == []
    live(case, "2025-09-01")
    assert owned(case) == before


def test_an_application_that_comes_after_the_acceptance_hands_nothing_on() -> None:
    """Of two received at the very same instant the first on record has what came before it."""
    entered = reported("stage.entered", "2025-04-01T15:00", stage="review", limit=TWO_DAYS)
    facts = numbered([entered, by_roads(HANDED_IN), handed_in(HANDED_IN)])
    findings = evaluate(CaseHistory(facts), RULES).limits.findings
    assert [each.department for each in findings if each.rule == "V-05"] == [""], "the owner"
    facts = numbered([entered, handed_in(HANDED_IN), by_roads(HANDED_IN)])
    findings = evaluate(CaseHistory(facts), RULES).limits.findings
    assert [each.department for each in findings if each.rule == "V-05"] == ["Housing"]
