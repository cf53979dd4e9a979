"""Stages and parts (环节、分办): V-05, DOMAIN §1.1, §1.5; 浙江省保障“最多跑一次”改革规定 5."""

from datetime import datetime
from typing import Any

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.policy.limit import Limit
from tests.unit.clocks.living import dues, findings_of, listed, live, received
from tests.unit.told import (
    MS,
    accepted,
    at,
    clock,
    decided,
    reported,
    resumed,
    suspended,
)

START = "2025-04-14T10:00"  # a Monday


def entered(when: str, stage: str = "review", limit: str = "", **more: Any) -> Fact:
    """A stage is entered."""
    by = {"limit": Limit.parse(limit).written()} if limit else {}
    return reported("stage.entered", when, stage=stage, **by, **more)


def left(when: str | datetime, stage: str = "review", **more: Any) -> Fact:
    """It is left."""
    return reported("stage.left", when, stage=stage, **more)


def part(department: str, limit: str, **more: str) -> dict[str, object]:
    """An authority's part of a joint case."""
    return {"department": department, "limit": Limit.parse(limit).written(), **more}


SIMULTANEOUS = [part("Planning", "5wd"), part("Fire", "3wd")]
SEQUENCE = [part("Planning", "5wd", stage="plan"), part("Fire", "3wd", after="plan")]


def cards(facts: list[Fact]) -> list[tuple[str, str, str]]:
    """Department, stage and instant of each card of a stage."""
    return [
        (fact.text("department"), fact.text("stage"), clock(fact.at))
        for fact in facts
        if fact.text("rule") == "V-05"
    ]


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        ("2wd", "2025-04-16T17:30"),
        ("5d", "2025-04-21T17:30"),  # the 19th is a Saturday
        ("1mo", "2025-05-14T17:30"),
        ("30h", "2025-04-15T16:00"),
        ("8wh", "2025-04-15T11:00"),  # 2 + 3.5 hours on Monday, 2.5 on Tuesday
    ],
)
def test_to_the_millisecond_in_the_units_of_its_limit(limit: str, due: str) -> None:
    """Units are per limit, never global."""
    case = accepted(START, "40wd"), entered(START, limit=limit)
    assert dues(live(*case, until=START))["stage review"] == due
    assert findings_of(live(*case, left(due), until="2025-05-20")) == []
    assert findings_of(live(*case, left(at(due) + MS), until="2025-05-20")) == [
        f"V-05 (stage) {due}"
    ]


def test_the_catalogue_has_limits_and_the_event_may_only_shorten_them() -> None:
    """In any unit. And a stage without any limit has no clock."""
    case = listed(accepted(START, "40wd"), stages={"review": "3wd"})
    stages = [entered(START), entered(START, "decide")]
    assert dues(live(case, *stages, until=START)) == {
        "promise": dues(live(case, until=START))["promise"],
        "stage review": "2025-04-17T17:30",
    }
    for told, due in (
        ("1wd", "2025-04-15T17:30"),
        ("3d", "2025-04-17T17:30"),
        ("30wd", "2025-04-17T17:30"),
        ("4d", "2025-04-17T17:30"),
        ("10h", "2025-04-14T20:00"),
        ("90h", "2025-04-17T17:30"),
    ):
        facts = live(case, entered(START, limit=told), until=START)
        assert dues(facts)["stage review"] == due


def test_without_a_promise_no_stage_is_late() -> None:
    """V-05 rests on it (DFT-04); a first review and the parts of a joint case have their own."""
    bare = accepted(START, statutory="40wd")
    assert findings_of(live(bare, entered(START, limit="1wd"), until="2025-05-20")) == []
    forwarded = accepted(START, kind="forwarded")
    facts = live(forwarded, entered(START, limit="1wd"), until="2025-04-20")
    assert findings_of(facts) == ["V-05 (stage) 2025-04-15T17:30"]


@pytest.mark.parametrize(
    ("enters", "leaves", "is_left"),
    [
        ({}, {"department": "Fire"}, True),
        ({"department": "Fire"}, {}, True),
        ({"department": "Fire"}, {"department": "Fire"}, True),
        ({"department": "Fire"}, {"department": "Planning"}, False),
    ],
)
def test_who_leaves_need_not_say_the_department_again(
    enters: dict[str, str], leaves: dict[str, str], *, is_left: bool
) -> None:
    """The name of the stage is enough where only one of that name is meant."""
    facts = live(
        accepted(START, "40wd"),
        entered(START, limit="2wd", **enters),
        left("2025-04-15T10:00", **leaves),
        until="2025-04-20",
    )
    assert (cards(facts) == []) is is_left
    assert ("event.set_aside" in {fact.kind for fact in facts}) is not is_left


def test_which_of_two_departments_left_is_not_guessed() -> None:
    """Each goes on until it is named; an exact name goes before one that is only alike."""
    both = [entered(START, limit="2wd", department=name) for name in ("Fire", "Planning")]
    case = [accepted(START, "40wd"), *both]
    facts = live(*case, left("2025-04-15T10:00"), until="2025-04-20")
    assert {department for department, _, _ in cards(facts)} == {"Fire", "Planning"}
    own = entered(START, limit="2wd")
    facts = live(*case, own, left("2025-04-15T10:00"), until="2025-04-20")
    assert {department for department, _, _ in cards(facts)} == {"Fire", "Planning"}


def test_a_part_is_left_by_its_stage_alone() -> None:
    """A part begins without being entered, and its authority may only name the stage."""
    case = accepted(START, "40wd", kind="joint", parts=[part("Planning", "5wd", stage="plan")])
    facts = live(case, left("2025-04-16T10:00", "plan"), until="2025-05-20")
    assert findings_of(facts, "V-05") == []


def test_each_time_it_is_entered_it_is_another_clock() -> None:
    """Sent back and entered again (退回): the main clock runs on all the while."""
    facts = live(
        accepted(START, "10wd"),
        entered(START, limit="2wd"),
        left("2025-04-17T10:00"),
        entered("2025-04-18T10:00", limit="2wd"),
        until="2025-04-24",
    )
    assert cards(facts) == [
        ("Housing", "review", "2025-04-16T17:30"),
        ("Housing", "review", "2025-04-22T17:30"),
    ]
    assert dues(facts)["promise"] == "2025-04-27T17:30"  # a make-up Sunday


def test_a_pause_of_the_case_is_one_of_its_stages() -> None:
    """15=1, 16 and 17 out, 18=2."""
    facts = live(
        accepted(START, "40wd"),
        entered(START, limit="2wd"),
        suspended("2025-04-15T09:00"),
        resumed("2025-04-17T09:00"),
        until="2025-04-19",
    )
    assert cards(facts) == [("Housing", "review", "2025-04-18T17:30")]
    card = next(fact for fact in facts if fact.text("rule") == "V-05")
    assert card.data["rests_on"] == [0, 1, 2, 3]


@pytest.mark.parametrize("end", ["decided", "withdrawn", "returned"])
def test_the_end_of_the_case_ends_its_stages(end: str) -> None:
    """Nobody has to leave them."""
    case = accepted(START, "40wd"), entered(START, limit="2wd")
    due = at("2025-04-16T17:30")
    assert cards(live(*case, reported(end, due), until="2025-05-01")) == []
    assert len(cards(live(*case, reported(end, due + MS), until="2025-05-01"))) == 1


def test_so_does_a_deemed_approval() -> None:
    """Approved by silence on 04-17: what a stage had until the 21st is no matter any more."""
    case = listed(accepted(START, "3wd"), deemed="泰政办发〔2022〕58号")
    facts = live(case, entered(START, limit="5wd"), until="2025-05-01")
    assert cards(facts) == []
    facts = live(case, entered(START, limit="3wd"), until="2025-05-01")
    assert cards(facts) == [("Housing", "review", "2025-04-17T17:30")]


def test_before_the_acceptance_there_are_stages_too() -> None:
    """And after the end there are none."""
    facts = live(
        received(START, promise="20wd"),
        entered(START, "intake", limit="1wd"),
        decided("2025-04-16T10:00"),
        entered("2025-04-16T11:00", limit="1wd"),
        until="2025-05-01",
    )
    assert cards(facts) == [("Housing", "intake", "2025-04-15T17:30")]


class TestParts:
    """Each authority its own clock and its own cards, one clock over all."""

    def case(self, *parts: dict[str, object]) -> Fact:
        """A joint case in *parts*."""
        return accepted(START, kind="joint", parts=list(parts or SIMULTANEOUS))

    def test_simultaneous_parts_begin_with_the_acceptance(self) -> None:
        """Whoever enters them, when, and whether anybody does."""
        joint = "2025-06-19T17:30"  # 13 days of April (27 too), 19 of May, 13 of June make 45
        for told in ([], [entered("2025-04-16T09:00", "Fire", department="Fire")]):
            facts = live(self.case(), *told, until="2025-04-22")
            assert cards(facts) == [
                ("Fire", "Fire", "2025-04-17T17:30"),
                ("Planning", "Planning", "2025-04-21T17:30"),
            ]
            assert "promise" not in dues(facts)
            assert dues(facts)["statutory"] == joint

    @pytest.mark.parametrize("late", [0, 1])
    @pytest.mark.parametrize("enter", [False, True])
    def test_one_that_is_left_in_time_has_no_card(self, late: int, enter: bool) -> None:  # noqa: FBT001
        """To the millisecond; the other's clock is the other's."""
        done = reported(
            "stage.left", at("2025-04-17T17:30") + late * MS, stage="Fire", department="Fire"
        )
        told = [entered("2025-04-14T11:00", "Fire", department="Fire")] if enter else []
        facts = live(self.case(), *told, done, until="2025-04-22")
        mine = [("Fire", "Fire", "2025-04-17T17:30")] if late else []
        assert cards(facts) == [*mine, ("Planning", "Planning", "2025-04-21T17:30")]

    def test_a_part_that_is_entered_late_keeps_its_card(self) -> None:
        """What was crossed stays crossed: told on the 18th that it was entered, nothing moves."""
        late = entered("2025-04-18T09:00", "Fire", department="Fire")
        facts = live(self.case(), late, until="2025-04-19")
        assert findings_of(facts, only_standing=True) == ["V-05 (stage) 2025-04-17T17:30"]
        assert "card.rechecked" not in {fact.kind for fact in facts}

    def test_a_part_that_comes_back_has_a_clock_anew(self) -> None:
        """Left on the 15th, entered again on the 16th: three days of its own, to the 21st."""
        facts = live(
            self.case(),
            left("2025-04-15T10:00", "Fire", department="Fire"),
            entered("2025-04-16T10:00", "Fire", department="Fire"),
            until="2025-04-22",
        )
        assert ("Fire", "Fire", "2025-04-21T17:30") in cards(facts)
        assert len(cards(facts)) == 2

    def test_the_next_has_no_clock_while_the_one_before_goes_on(self) -> None:
        """Nobody can begin before it is his turn."""
        facts = live(self.case(*SEQUENCE), until="2025-05-30")
        assert cards(facts) == [("Planning", "plan", "2025-04-21T17:30")]

    @pytest.mark.parametrize("after", ["plan", "Planning"])
    @pytest.mark.parametrize(
        ("told", "due"),
        [
            ("", "2025-04-23T17:30"),  # nobody tells: from Friday the 18th, 21=1
            ("2025-04-18T15:00", "2025-04-23T17:30"),
            ("2025-04-21T09:00", "2025-04-24T17:30"),  # told on Monday
        ],
    )
    def test_the_next_begins_when_it_is_told(self, after: str, told: str, due: str) -> None:
        """Or else when the one before has ended; *after* names a stage or its department."""
        parts = [SEQUENCE[0], part("Fire", "3wd", after=after)]
        turn = [entered(told, "Fire", department="Fire")] if told else []
        facts = live(
            self.case(*parts),
            left("2025-04-18T11:00", "plan", department="Planning"),
            *turn,
            until="2025-04-29",
        )
        assert cards(facts) == [("Fire", "Fire", due)]

    def test_told_after_it_was_over_it_begins_anew_and_the_card_stands(self) -> None:
        """28 told: 29=1, 30=2, 05-06=3. That nobody told it for three days stays on record."""
        facts = live(
            self.case(*SEQUENCE),
            left("2025-04-18T11:00", "plan", department="Planning"),
            entered("2025-04-28T09:00", "Fire", department="Fire"),
            until="2025-05-07",
        )
        assert cards(facts) == [
            ("Fire", "Fire", "2025-04-23T17:30"),
            ("Fire", "Fire", "2025-05-06T17:30"),
        ]
        assert "card.rechecked" not in {fact.kind for fact in facts}
