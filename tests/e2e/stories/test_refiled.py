"""A case withdrawn near its limit and handed in again: linked, watched from the first day."""

from typing import Any

from tests.support.story import story
from tests.support.world import World

START = "2026-11-02T09:00:00"
SHOP = {"title": "甲店食品经营许可"}
PERSON = {"applicant": {"kind": "person", "name": "王五", "contact": "1"}}


def hand_in_again(county: World, first: dict[str, Any], again: dict[str, Any]) -> None:
    """Accept a case, withdraw it half an hour before it is due, accept another a minute later."""
    county.accept(START, "1", **first)
    county.until("2026-11-09T16:59:00")
    county.report("case.withdrawn", "2026-11-09T16:59:00", "1", reason="x")
    county.until("2026-11-09T17:00:00")
    county.accept("2026-11-09T17:00:00", "2", promise="30wd", **again)
    county.until("2026-11-10T09:00:00", minutes=5)


def proposals(county: World, case: str) -> list[tuple[str, str, str]]:
    """Return rule, ground and due instant of what waits for a person in *case*."""
    facts = [fact for fact in county.facts(case) if fact.kind == "card.proposed"]
    return [(fact.text("rule"), fact.text("ground"), fact.text("due_at")) for fact in facts]


def test_a_case_handed_in_again_is_watched_from_its_first_acceptance() -> None:
    """The withdrawal goes to a person, and so does the breach by the first promise."""
    with story(START) as county:
        hand_in_again(county, SHOP, SHOP)
        due = "2026-11-09T09:30:00.000Z"
        assert proposals(county, "1") == [("V-02", "ended_near_limit", due)]
        links = [fact for fact in county.facts("2") if fact.kind == "case.refiled"]
        assert [link.text("time") for link in links] == ["2026-11-02T01:00:00.000Z"]
        assert proposals(county, "2") == [("V-02", "refiled", due)]
        assert county.snapshot("2").lamp == "green"
        assert "王五" not in str([fact.data for fact in county.facts("2")])


def test_another_applicant_is_not_linked() -> None:
    """By name where one is told, else by title."""
    others: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (SHOP, {"title": "乙店食品经营许可"}),
        (PERSON, {"applicant": {"kind": "person", "name": "赵六", "contact": "1"}}),
        (SHOP | PERSON, SHOP),
        ({}, {}),
    ]
    for first, again in others:
        with story(START) as county:
            hand_in_again(county, first, again)
            assert [f.kind for f in county.facts("2") if f.kind == "case.refiled"] == []


def test_one_applicant_under_another_title_is_linked() -> None:
    """The name counts, not what the application is called."""
    with story(START) as county:
        hand_in_again(county, SHOP | PERSON, {"title": "别的名称", **PERSON})
        assert [f.kind for f in county.facts("2") if f.kind == "case.refiled"] == ["case.refiled"]


def test_a_case_withdrawn_early_is_followed_by_nothing() -> None:
    """Whoever withdraws on the second day did not run away from the limit."""
    with story(START) as county:
        county.accept(START, "1", **SHOP)
        county.report("case.withdrawn", "2026-11-02T09:00:00", "1", reason="x")
        county.accept(START, "2", **SHOP)
        county.until("2026-11-10T09:00:00", minutes=600)
        assert proposals(county, "1") == []
        assert [f.kind for f in county.facts("2") if f.kind == "case.refiled"] == []
        assert county.snapshot("1").wake_at is None
