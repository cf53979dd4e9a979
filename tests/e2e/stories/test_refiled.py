"""A case withdrawn near its limit and handed in again: linked, watched from the first day."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.story import story
from tests.support.world import World

START = "2026-11-02T09:00:00"
SHOP = {"title": "甲店食品经营许可"}
OTHER_SHOP = {"title": "乙店食品经营许可"}
PERSON = {"applicant": {"kind": "person", "name": "王五", "contact": "1"}}
OTHER_PERSON = {"applicant": {"kind": "person", "name": "赵六", "contact": "1"}}
DUE = "2026-11-09T09:30:00.000Z"  # of five working days from START

Told = Mapping[str, Any]


def withdraw_near_the_limit(county: World, first: Told) -> None:
    """Accept case 1, and withdraw it half an hour before it is due."""
    county.accept(START, "1", **first)
    county.until("2026-11-09T16:59:00")
    county.report("case.withdrawn", "2026-11-09T16:59:00", "1", reason="x")
    county.until("2026-11-09T17:00:00")


def hand_in_again(county: World, first: Told, again: Told) -> None:
    """Accept a case, withdraw it near its limit, accept another a minute later."""
    withdraw_near_the_limit(county, first)
    county.accept("2026-11-09T17:00:00", "2", **{"promise": "30wd", **again})
    county.until("2026-11-10T09:00:00", minutes=5)


def proposals(county: World, case: str) -> list[tuple[str, str, str]]:
    """Return rule, ground and due instant of what waits for a person in *case*."""
    facts = [fact for fact in county.facts(case) if fact.kind == "card.proposed"]
    return [(fact.text("rule"), fact.text("ground"), fact.text("due_at")) for fact in facts]


def links(county: World, case: str) -> list[tuple[str, bool]]:
    """Return when the case that *case* follows was accepted, and whether that is in doubt."""
    facts = [fact for fact in county.facts(case) if fact.kind == "case.refiled"]
    return [(fact.text("time"), fact.data.get("in_doubt") is True) for fact in facts]


FOLLOWS = [("2026-11-02T01:00:00.000Z", False)]
MAY_FOLLOW = [("2026-11-02T01:00:00.000Z", True)]


def test_a_case_handed_in_again_is_watched_from_its_first_acceptance() -> None:
    """The withdrawal goes to a person, and so does the breach by the first promise."""
    with story(START) as county:
        hand_in_again(county, SHOP, SHOP)
        assert proposals(county, "1") == [("V-02", "ended_near_limit", DUE)]
        assert links(county, "2") == FOLLOWS
        assert proposals(county, "2") == [("V-02", "refiled", DUE)]
        assert county.snapshot("2").lamp == "green"
        assert "王五" not in str([fact.data for fact in county.facts("2")])


@pytest.mark.parametrize(
    ("first", "again"),
    [(SHOP, OTHER_SHOP), (PERSON, OTHER_PERSON), (SHOP | PERSON, SHOP | OTHER_PERSON)],
)
def test_another_applicant_is_not_linked(first: Told, again: Told) -> None:
    """By name where both told one, else by title."""
    with story(START) as county:
        hand_in_again(county, first, again)
        assert links(county, "2") == []


@pytest.mark.parametrize(
    "again", [{"title": "别的名称", **PERSON}, {"department": "Water", **SHOP, **PERSON}, SHOP]
)
def test_one_applicant_is_linked(again: Told) -> None:
    """Under another title, another department, or with the name left out the second time."""
    with story(START) as county:
        hand_in_again(county, SHOP | PERSON, again)
        assert links(county, "2") == FOLLOWS
        assert proposals(county, "2") == [("V-02", "refiled", DUE)]


@pytest.mark.parametrize(
    ("first", "again"),
    [({}, {}), (SHOP | PERSON, {}), ({}, SHOP | PERSON), (SHOP | PERSON, OTHER_SHOP)],
)
def test_what_was_left_out_makes_a_link_in_doubt(first: Told, again: Told) -> None:
    """It serves the source no better than the fullest telling: a person is asked."""
    with story(START) as county:
        hand_in_again(county, first, again)
        assert links(county, "2") == MAY_FOLLOW
        assert proposals(county, "2") == [("V-02", "refiled", DUE)]


def test_few_are_linked_in_doubt() -> None:
    """An application comes again once: the next three may be it, and nobody is asked about more."""
    with story(START) as county:
        hand_in_again(county, {}, {})
        for number in range(3, 8):
            county.accept("2026-11-10T09:00:00", str(number), promise="30wd")
            county.pump.drain()
        assert [links(county, str(number)) for number in range(2, 8)] == [
            *[MAY_FOLLOW] * 3,
            *[[]] * 3,
        ]


def test_sixty_open_cases_hide_nothing() -> None:
    """Nor does one that was accepted just before the first was withdrawn, by another department."""
    with story(START) as county:
        county.accept(START, "1", **SHOP)
        for number in range(60):
            county.accept(START, f"n{number}", promise="3wd", title=f"另一家店{number}")
        county.until("2026-11-09T16:58:00", minutes=24 * 60)
        county.accept("2026-11-09T16:58:00", "2", "30wd", department="Water", **SHOP)
        county.accept("2026-11-09T16:58:00", "3", "30wd", **SHOP)
        county.until("2026-11-09T16:59:00")
        county.report("case.withdrawn", "2026-11-09T16:59:00", "1", reason="x")
        county.until("2026-11-10T09:00:00", minutes=60)
        assert [links(county, case) for case in ("2", "3", "n0")] == [FOLLOWS, FOLLOWS, []]
        assert proposals(county, "2") == [("V-02", "refiled", DUE)]


def test_a_case_that_is_decided_within_hours_is_found() -> None:
    """Whenever that is: weeks later it is still over by the first promise."""
    with story(START) as county:
        withdraw_near_the_limit(county, SHOP)
        county.until("2026-12-01T09:00:00", minutes=24 * 60)
        assert county.snapshot("1").wake_at is None
        county.accept("2026-12-01T09:00:00", "2", **SHOP)
        county.until("2026-12-01T11:00:00", minutes=60)
        county.report("case.decided", "2026-12-01T11:00:00", "2", outcome="granted")
        county.until("2026-12-01T12:00:00", minutes=10)
        assert links(county, "2") == FOLLOWS
        assert proposals(county, "2") == [
            ("V-02", "refiled", DUE),
            ("V-03", "refiled", "2026-11-30T09:30:00.000Z"),
        ]
        assert county.snapshot("2").lamp == "closed"


def test_a_chain_of_withdrawals_runs_from_the_first() -> None:
    """The third case comes when the first one is not looked for any more."""
    with story(START) as county:
        hand_in_again(county, SHOP, SHOP)
        county.until("2027-01-20T09:00:00", minutes=24 * 60)
        county.report("case.withdrawn", "2027-01-20T09:00:00", "2", reason="x")
        county.until("2027-03-20T09:00:00", minutes=24 * 60)
        county.accept("2027-03-20T09:00:00", "3", "30wd", **SHOP)
        county.until("2027-03-20T10:00:00", minutes=20)
        assert links(county, "3") == FOLLOWS
        assert proposals(county, "3")[0] == ("V-02", "refiled", DUE)


def test_a_case_withdrawn_early_is_followed_by_nothing() -> None:
    """Whoever withdraws on the second day did not run away from the limit."""
    with story(START) as county:
        county.accept(START, "1", **SHOP)
        county.report("case.withdrawn", "2026-11-02T09:00:00", "1", reason="x")
        county.accept(START, "2", **SHOP)
        county.until("2026-11-10T09:00:00", minutes=600)
        assert proposals(county, "1") == []
        assert links(county, "2") == []
        assert county.snapshot("1").wake_at is None
