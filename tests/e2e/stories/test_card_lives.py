"""The life of a card, from what a rule found to its end, as people and time go about it."""

from contextlib import contextmanager

import pytest

from chalicelib.cases.case_id import card_case, department_case, register_case
from chalicelib.instant import local, text
from chalicelib.policy.profile import read_profile
from tests.support.asker import SECOND, Asker, data
from tests.support.end_state import check
from tests.support.inspector import decide
from tests.support.memory_stage import memory_world
from tests.support.stage import judge_by
from tests.unit.policy_file import REPEATING, climbing_by

LATER = "2026-11-30T09:00:00"


@contextmanager
def county_of(at):
    """Give a county, and a function that takes a step about a card and lets all come of it."""
    with memory_world(at) as county:
        ask = Asker(county.services)

        def act(card, step, who="inspector", **body):
            data(ask("POST", f"/v1/cards/{card}/{step}", who, body or None), 202)
            county.tick()
            return data(ask("GET", f"/v1/cards/{card}"))["state"]

        yield county, act
        county.heal()
        check(county, county.told)


def of(county, case):
    """Give the facts of a case of our own."""
    return [record.fact for record in county.services.facts.of_case(case)]


def climbs(county, card):
    """Give the levels that a card climbed to, and when."""
    facts = (fact for fact in of(county, card_case(card)) if fact.kind == "case.escalated")
    return [
        (fact.text("level"), local(fact.at, county.services.profile().zone)[:16]) for fact in facts
    ]


def numbers(county, level):
    """Give the cards that have a number of *level*, in the order of the numbers."""
    given = of(county, register_case("×", level, 2026))
    found = [fact for fact in given if fact.kind == "card.numbered"]
    assert [fact.data["number"] for fact in found] == list(range(1, len(found) + 1))
    return [fact.text("card") for fact in found]


def test_a_refusal_without_reasons_is_a_card_when_a_person_says_so():
    """V-16: proposed, confirmed, appealed twice, revoked; its number stays, the next is another."""
    with county_of("2026-11-02T09:00:00") as (county, act):
        for case in "12":
            county.accept("2026-11-02T09:00:00", case, promise="10wd")
            county.report("case.decided", "2026-11-03T10:00:00", case, outcome="refused")
        county.until("2026-11-03T10:01:00")
        card, other = (f"{county.snapshot(case).public_case}.2" for case in "12")
        assert [fact.kind for fact in of(county, card_case(card))] == ["card.proposed"]
        assert county.published() == [], "a proposal is nobody's card yet"

        assert act(card, "confirm") == "issued"
        assert act(card, "appeal", "Housing", text="告知过理由") == "appealed"
        assert act(card, "decide", SECOND, outcome="sent_back", text="请附告知书") == "issued"
        assert act(card, "appeal", "Housing", text="附告知书") == "appealed"
        assert act(card, "decide", SECOND, outcome="revoked", text="已告知理由") == "revoked"
        assert act(other, "confirm") == "issued"
        county.until(LATER)

        assert numbers(county, "yellow") == [card, other]
        states = {found.card: found.state for found in county.services.board.cards(9)}
        assert states[card] == "revoked"
        tally = next(t for t in county.services.board.all_tallies() if t.department == "Housing")
        assert (tally.cards["yellow"], tally.revoked["yellow"]) == (2, 1)
        assert climbs(county, card) == [], "nobody has to answer a card that is revoked"


def test_a_silent_department_climbs_the_ladder_rung_by_rung():
    """V-51, on a ladder that rests on law: 3 working days to answer and 5 to appeal, then 5 and 5.

    Then 30 days. Meanwhile, on 30 November, the law's own limit of 20 working days runs out.
    """
    with county_of("2026-11-02T09:00:00") as (county, _):
        judge_by(county.services, read_profile(climbing_by(REPEATING), "repeating.toml"))
        county.accept("2026-11-02T09:00:00", promise="1wd")
        county.until("2026-11-03T17:45:00")
        card = next(one.card for one in county.published() if one.rule == "V-02")
        for at, last in (
            ("2026-11-06T17:45:00", []),
            ("2026-11-10T17:30:00", []),
            ("2026-11-10T17:45:00", [("red", "2026-11-10T17:30")]),
            ("2026-11-17T17:30:00", [("red", "2026-11-10T17:30")]),
            ("2026-11-17T17:45:00", [("supervision", "2026-11-17T17:30")]),
            ("2026-12-17T17:30:00", [("supervision", "2026-11-17T17:30")]),
            ("2026-12-17T17:45:00", [("supervision", "2026-11-17T17:30")]),
        ):
            county.until(at)
            assert climbs(county, card)[-1:] == last, at
        assert [level for level, _ in climbs(county, card)] == ["red", "supervision"]
        statutory = next(one for one in county.published() if one.rule == "V-03")
        assert statutory.at == "2026-11-30T09:30:00.000Z"
        assert numbers(county, "red") == [card, statutory.card]


def test_an_answer_stops_it_and_the_card_is_closed_when_nothing_can_be_appealed():
    """On record on 3 November; the window for an appeal ends with the 10th (5 wd)."""
    with county_of("2026-11-02T09:00:00") as (county, act):
        county.accept("2026-11-02T09:00:00", promise="1wd")
        county.until("2026-11-03T17:31:00")
        card = next(one.card for one in county.published() if one.rule == "V-02")
        assert act(card, "acknowledge", "Housing") == "acknowledged"
        assert act(card, "respond", "Housing", text="已加派人手") == "responded"
        county.until("2026-11-10T17:30:00")
        assert [f.kind for f in of(county, card_case(card))][-1] == "card.responded"
        county.until("2026-11-10T17:31:00")
        closed = of(county, card_case(card))[-1]
        assert (closed.kind, text(closed.at)) == ("card.closed", "2026-11-10T09:30:00.000Z")
        county.until("2026-12-20T09:00:00")
        assert climbs(county, card) == []


@pytest.mark.parametrize("is_revoked", [False, True])
def test_the_second_yellow_of_an_item_in_a_year_is_a_red_for_the_department(is_revoked):
    """L-02, where a profile has it: a life of its own; with one of the two revoked it is lost."""
    with county_of("2026-11-02T09:00:00") as (county, act):
        judge_by(county.services, read_profile(REPEATING, "repeating.toml"))
        county.accept("2026-11-02T09:00:00", "1", promise="1wd")
        county.accept("2026-11-02T09:00:00", "2", promise="1wd")
        county.until("2026-11-03T17:31:00")
        county.tick()
        year = department_case("Housing", 2026)
        facts = [f for f in of(county, year) if f.kind == "card.issued" and not f.told]
        assert [(f.text("rule"), f.text("level")) for f in facts] == [("L-02", "red")]
        snapshot = county.services.cases.get(year)
        red = f"{snapshot.public_case}.{facts[0].n}"
        assert numbers(county, "red") == [red]
        yellow = next(card.card for card in county.published() if card.level == "yellow")
        if is_revoked:
            assert act(yellow, "revoke", text="窗口系统故障") == "revoked"
        state = county.services.cases.get(card_case(red)).lamp
        assert state == ("lost" if is_revoked else "issued")


def test_a_red_for_repetition_waits_for_the_appeal_of_a_yellow():
    """An appeal is told to the department's year where a profile counts cards, and only there."""
    for counts in (True, False):
        with county_of("2026-11-02T09:00:00") as (county, act):
            if counts:
                judge_by(county.services, read_profile(REPEATING, "repeating.toml"))
            county.accept("2026-11-02T09:00:00", "1", promise="1wd")
            county.accept("2026-11-02T09:00:00", "2", promise="1wd")
            county.until("2026-11-03T17:31:00")
            county.tick()
            year = department_case("Housing", 2026)
            yellow = next(card.card for card in county.published() if card.level == "yellow")
            assert act(yellow, "appeal", "Housing", text="当日已送达") == "appealed"
            assert act(yellow, "decide", outcome="upheld", text="没有回证") == "issued"
            told = [
                fact.kind for fact in of(county, year) if fact.kind.startswith(("card.a", "app"))
            ]
            assert told == (["card.appealed", "appeal.decided"] if counts else [])
            checks = [fact for fact in of(county, year) if fact.kind == "card.rechecked"]
            verdicts = [(check.text("verdict"), check.text("reason")) for check in checks]
            turned = [("lost", "appealed"), ("stands", "appeal_decided")]
            assert verdicts == (turned if counts else [])


def test_a_card_that_lost_its_ground_waits_for_nobody():
    """Decided in time, told late, accepted: annulled by no one, and still nobody is silent."""
    with county_of("2026-11-02T09:00:00") as (county, _):
        county.accept("2026-11-02T09:00:00", promise="5wd")
        county.until("2026-11-09T17:31:00")
        card = next(one.card for one in county.published() if one.level == "yellow")
        county.report("case.decided", "2026-11-09T16:00:00", outcome="granted")
        county.until("2026-11-10T09:00:00")
        snapshot = county.services.cases.get(card_case(card))
        assert snapshot.lamp == "issued"
        assert snapshot.wake_at is not None, "it waits for an answer"
        decide(county, "1", "case.decided", "accept")
        snapshot = county.services.cases.get(card_case(card))
        assert (snapshot.lamp, snapshot.wake_at) == ("lost", None)
        county.until(LATER)
        assert climbs(county, card) == []
