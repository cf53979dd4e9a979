"""Late news in the log: what an honest operator shows is sound, and each way to steer is found.

The operator here holds every key, and signs the log anew after each change. Beside each attack
stands its honest twin: the log with nothing done to it, or the same done in time.
"""

from collections.abc import Iterator

import pytest

from tests.support.attacks import attack
from tests.support.claimed import (
    HEARING,
    ClaimedWorld,
    claimed_world,
    hall,
    kinds,
    of,
    said,
    stated_as,
    without,
    without_card,
    yellow,
)
from tests.support.replayed import Leaf, found, verified
from tests.support.rewritten import leaves

__all__ = ["leaves"]  # the fixture

START = "2026-11-02T09:00:00"  # a Monday; five working days from it end on 9 November at 17:30
CONTESTED, ACCEPTED, REFUSED, HARMLESS, CLOSED, IN_TIME = "123456"


@pytest.fixture(scope="module")
def county() -> Iterator[ClaimedWorld]:
    """Give a county whose hall delivers within ten minutes, with late news of each kind.

    A pause that would have moved the end is told after the card: of three cases, of which an
    inspector accepts one and refuses one. One decision is told late and changes nothing; one is
    told after the card, as if it had come before; one is told within the ten minutes.
    """
    with claimed_world(START, hall("10m")) as made:
        for case in (CONTESTED, ACCEPTED, REFUSED, HARMLESS, CLOSED, IN_TIME):
            made.accept(START, case, department=f"D{case}")
        made.until("2026-11-04T09:00:00", minutes=12 * 60)
        made.report("case.decided", "2026-11-03T09:00:00", HARMLESS, outcome="granted")
        made.until("2026-11-09T17:33:00", minutes=12 * 60)
        made.report("case.decided", "2026-11-09T17:25:00", IN_TIME, outcome="granted")
        made.until("2026-11-09T18:00:00", minutes=1)
        for case in (CONTESTED, ACCEPTED, REFUSED):
            made.report("case.suspended", "2026-11-03T09:00:00", case, **HEARING)
            made.report("case.resumed", "2026-11-09T17:59:00", case, procedure="hearing")
        made.report("case.decided", "2026-11-09T17:00:00", CLOSED, outcome="granted")
        made.tick()
        made.until("2026-11-10T09:00:00", minutes=60)
        made.decide_claim("accepted", 3, ACCEPTED)
        made.decide_claim("refused", 3, REFUSED)
        made.until("2026-11-18T09:00:00", minutes=12 * 60)
        made.close()
        yield made


def test_an_honest_log_with_late_news_is_sound(county: ClaimedWorld) -> None:
    """It has every kind of it, counted."""
    report = verified(county.leaves(), county.rules())
    assert said(report) == []
    assert report.claims == {"late": 5, "contested": 4, "accepted": 1, "refused": 1}
    cards = {
        case: [
            (leaf["at"], leaf["data"].get("verdict", "issued"))
            for leaf in kinds(of(county.leaves(), case), "card.issued", "card.rechecked")
            if leaf["data"]["level"] == "yellow" and leaf["data"]["rule"] == "V-02"
        ]
        for case in "123456"
    }
    due = "2026-11-09T09:30:00.000Z"
    issued = [(due, "issued")]
    assert cards[CONTESTED] == cards[REFUSED] == cards[CLOSED] == issued
    assert cards[HARMLESS] == cards[IN_TIME] == []
    assert [verdict for _, verdict in cards[ACCEPTED]] == ["issued", "lost", "issued"]


@attack("late news that counts at its own time without an inspector", "any reader")
def test_late_news_that_counts_without_an_inspector(
    county: ClaimedWorld, leaves: list[Leaf]
) -> None:
    """The acceptance is not in the log, or not an inspector's, or of nothing contested."""
    case = of(leaves, ACCEPTED)
    (decision,) = kinds(case, "claim.accepted")
    issues = found(county, without(leaves, decision))
    assert any("card.rechecked yellow V-02 does not follow" in one for one in issues)
    for change, why in (
        ({"key": "e_" + "a" * 26, "src": "hall"}, "claim.accepted is not for this source"),
        ({"data": {**decision["data"], "role": "department"}}, "not for this role: department"),
        ({"data": {**decision["data"], "claim": 1}}, "about no report that was on record"),
        ({"at": "2026-11-09T17:00:00.000Z"}, "claims another time than it was recorded at"),
    ):
        forged = [{**leaf, **change} if leaf is decision else leaf for leaf in leaves]
        assert any(why in one for one in found(county, forged)), why


@attack("a card dropped as if late news had counted", "any reader")
def test_a_card_that_is_dropped_as_if_late_news_had_counted(
    county: ClaimedWorld, leaves: list[Leaf]
) -> None:
    """The decision was made in time, said the office after the card; nobody accepted that."""
    case = of(leaves, CLOSED)
    card = yellow(case)
    dropped = kinds(case, "claim.contested", "claim.overdue", "data.flagged", "card.rechecked")
    issues = found(county, without_card(without(leaves, *dropped), card))
    assert any("card.issued yellow V-02" in one and "should be there" in one for one in issues)


def test_a_card_that_is_taken_back_on_late_news(county: ClaimedWorld, leaves: list[Leaf]) -> None:
    """A re-check says that its ground is gone, as it would be if the claim were accepted."""
    lost = next(
        leaf
        for leaf in kinds(of(leaves, ACCEPTED), "card.rechecked")
        if leaf["data"]["rule"] == "V-02" and leaf["data"]["verdict"] == "lost"
    )
    case, last = of(leaves, CONTESTED), leaves[-1]["rec"]
    forged = {**lost, "case": case[0]["case"], "at": last, "rec": last}
    forged["data"] = {**lost["data"], "department": "D1", "cause": 3, "noticed_at": last}
    issues = found(county, [*leaves, forged])
    assert any("card.rechecked yellow V-02 does not follow" in one for one in issues)


@attack("a contest held back from the inspector", "any reader")
def test_a_contest_that_is_held_back_from_the_inspector(
    county: ClaimedWorld, leaves: list[Leaf]
) -> None:
    """It should be there: until the end, or until other news made it idle."""
    case = of(leaves, CONTESTED)
    hidden = kinds(case, "claim.contested", "claim.overdue")
    issues = found(county, without(leaves, *hidden))
    assert any("claim.contested" in one and "should be there" in one for one in issues)


@attack("a contest that is made up", "any reader")
def test_a_contest_that_is_made_up(county: ClaimedWorld, leaves: list[Leaf]) -> None:
    """Of a decision that was told late and changed nothing: the inspector's list grows long."""
    (true,) = kinds(of(leaves, CLOSED), "claim.contested")
    case, last = of(leaves, HARMLESS), leaves[-1]["rec"]
    (decided,) = kinds(case, "case.decided")
    forged = {**true, "case": case[0]["case"], "key": f"contested/{decided['n']}"}
    forged |= {"at": last, "rec": last}
    data = {"claim": decided["n"], "department": "D4", "noticed_at": last}
    issues = found(county, [*leaves, forged | {"data": {**true["data"], **data}}])
    assert any("claim.contested does not follow" in one for one in issues)


def test_late_news_that_is_judged_by_its_own_time(county: ClaimedWorld, leaves: list[Leaf]) -> None:
    """He says that it came in time: then it would have been judged so at once."""
    case = of(leaves, CLOSED)
    (decided,) = kinds(case, "case.decided")
    decided["at"] = "2026-11-09T09:55:00.000Z"  # within ten minutes of its receipt
    assert any("claim.contested does not follow" in one for one in found(county, leaves))


def test_another_delivery_time_than_is_stated(county: ClaimedWorld, leaves: list[Leaf]) -> None:
    """A longer one and a shorter one; the true one is sound."""
    assert said(stated_as(county, leaves, (START, hall("10m")))) == []
    longer = said(stated_as(county, leaves, (START, hall("1wd"))))
    assert any("card.issued yellow V-02 does not follow" in one for one in longer)
    shorter = said(stated_as(county, leaves, (START, hall("5s"))))
    (public,) = {leaf["case"] for leaf in of(leaves, IN_TIME)}
    assert any(public in one and "should be there" in one for one in shorter)


@attack("a delivery time stated after it was used", "any reader")
@pytest.mark.parametrize(
    ("since", "is_sound"),
    [("2026-11-12T08:59:59.999", False), ("2026-11-12T09:00:00", True)],
)
def test_a_delivery_time_that_is_stated_after_it_was_used(
    county: ClaimedWorld, leaves: list[Leaf], since: str, *, is_sound: bool
) -> None:
    """It holds for what occurs once it was stated."""
    later = hall("10m", ("1h", since))
    issues = said(stated_as(county, leaves, (START, hall("10m")), ("2026-11-12T09:00:00", later)))
    assert (issues == []) == is_sound
    if not is_sound:
        assert "the delivery time of hall changes before 2026-11-12T01:00:00.000Z" in issues[0]


@pytest.mark.parametrize(
    ("at", "is_owed"), [("2026-11-09T09:50:00.000Z", False), ("2026-11-09T09:50:00.001Z", True)]
)
def test_a_card_is_owed_after_the_delivery_time_and_the_promise_of_the_log(
    county: ClaimedWorld, leaves: list[Leaf], at: str, *, is_owed: bool
) -> None:
    """Due at 17:30, settled at 17:40, public by 17:50: not before does anybody miss it."""
    card = yellow(of(leaves, CONTESTED))
    begun = [leaf for leaf in without_card(leaves, card) if leaf["rec"] <= card["rec"]]
    beat = kinds(begun, "heartbeat")[-1]
    alive = {**beat, "key": "duban/heartbeat/last", "at": at, "rec": at}
    issues = found(county, [*begun, alive])
    assert any("should be there, and is not" in one for one in issues) == is_owed
