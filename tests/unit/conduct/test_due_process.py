"""V-19, V-26, V-29, V-30, and V-21 and V-22 of a case: both sides of each boundary."""

from fractions import Fraction
from typing import Any

import pytest

from chalicelib.cases.fact import Fact
from tests.unit.clocks.living import findings_of, listed, live, received
from tests.unit.conduct.judging import (
    ACCEPTED,
    DAY_2,
    DAY_3,
    DAY_4,
    LATER,
    a_case,
    changed,
    judged,
    under,
)
from tests.unit.told import accepted, decided, reported, resumed, suspended


@pytest.mark.parametrize(
    ("said", "count"), [({"listed": False}, 1), ({"listed": True}, 0), ({}, 0)]
)
def test_an_item_that_is_on_no_list(said: dict[str, bool], count: int) -> None:
    """V-19: 优化营商环境条例 39, 69(8); where there is no catalogue nothing is said."""
    assert judged("V-19", a_case(**said), accepted=False) == [f"(not_listed) {ACCEPTED}"] * count


def test_the_application_and_its_acceptance_are_one_case() -> None:
    """V-19 is found once, of what was told first."""
    where = {"item": "X-01", "department": "Housing", "region": "370102"}
    filed = reported("received", "2026-03-31T10:00", **where, listed=False)
    told = [filed, a_case(listed=False)]
    assert judged("V-19", *told, accepted=False) == ["(not_listed) 2026-03-31T10:00"]


@pytest.mark.parametrize(
    ("channel", "count"), [("outside", 1), ("window", 0), ("online", 0), (None, 0)]
)
def test_off_the_platform(channel: str | None, count: int) -> None:
    """V-26 体外循环."""
    said = {"channel": channel} if channel else {}
    assert judged("V-26", a_case(**said), accepted=False) == [f"(outside) {ACCEPTED}"] * count


class TestHearing:
    """V-29: 行政许可法 46."""

    def hearing(self, when: str = DAY_2) -> list[Fact]:
        """It was held."""
        return [suspended(when, "hearing"), resumed(when, "hearing")]

    def test_decided_without_the_hearing_that_must_be_held(self) -> None:
        """Another procedure is none, and one after the decision was not heard before it."""
        missing = [f"(no_hearing) {DAY_3}"]
        item, granted = under({"hearing": 1}), decided(DAY_3, outcome="granted")
        assert judged("V-29", item, granted, accepted=False) == missing
        assert judged("V-29", item, *self.hearing(), granted, accepted=False) == []
        assert judged("V-29", item, suspended(DAY_2), granted, accepted=False) == missing
        assert judged("V-29", item, granted, *self.hearing(DAY_4), accepted=False) == missing
        assert judged("V-29", item, granted, *self.hearing(DAY_3), accepted=False) == []

    def test_none_needs_to_be_held(self) -> None:
        """The guide says no, or nothing; or nothing was decided."""
        granted = decided(DAY_3, outcome="granted")
        assert judged("V-29", under({"hearing": 0}), granted, accepted=False) == []
        assert judged("V-29", granted) == []
        given_up = reported("withdrawn", DAY_3)
        assert judged("V-29", under({"hearing": 1}), given_up, accepted=False) == []
        assert judged("V-29", under({"hearing": 1}), accepted=False) == []


class TestWhoDecides:
    """V-29: 行政许可法 74, 威海市预警纠错办法 4."""

    @pytest.mark.parametrize(
        ("role", "count"),
        [("handler", 1), ("clerk", 1), ("window_head", 0), ("unit_head", 0), ("", 0)],
    )
    def test_not_who_only_handles_it(self, role: str, count: int) -> None:
        """Where it is not told, or a name stands there, it is not known."""
        said = {"decided_by": role} if role else {"given": ["decided_by", "reason"]}
        decision = decided(DAY_2, outcome="granted", **said)
        assert judged("V-29", decision) == [f"(no_authority) {DAY_2}"] * count

    def test_what_is_decided_at_once_is_decided_at_the_window(self) -> None:
        """即办件: the handler is authorised."""
        case = accepted(ACCEPTED, kind="immediate")
        decision = decided("2026-04-01T10:05", outcome="granted", decided_by="handler")
        assert judged("V-29", case, decision, accepted=False) == []

    def test_one_decision_is_one_finding(self) -> None:
        """Of what is wrong with it, the gravest."""
        each = changed("V-29", all_stages=True)
        item = listed(under({"hearing": 1}), stages={"review": "5wd"})
        here = reported("stage.entered", DAY_2, stage="sign")
        for role, ground in (("handler", "no_authority"), ("unit_head", "no_hearing")):
            decision = decided(DAY_3, outcome="granted", decided_by=role)
            grounds = judged("V-29", item, here, decision, accepted=False, profile=each)
            assert grounds == [f"({ground}) {DAY_3}"]

    def test_through_each_stage_that_has_a_limit(self) -> None:
        """Where the profile asks, and of cases whose stages are told."""
        each = changed("V-29", all_stages=True)
        item = listed(a_case(), stages={"review": "5wd", "sign": "1wd"})
        granted = decided(DAY_4, outcome="granted")
        review = [
            reported("stage.entered", DAY_2, stage="review"),
            reported("stage.left", DAY_3, stage="review"),
        ]
        sign = reported("stage.entered", DAY_3, stage="sign")
        skipped = [f"(stage_skipped) {DAY_4}"]
        assert judged("V-29", item, *review, granted, accepted=False, profile=each) == skipped
        assert judged("V-29", item, *review, sign, granted, accepted=False, profile=each) == []
        assert judged("V-29", item, granted, accepted=False, profile=each) == []
        assert judged("V-29", item, *review, granted, accepted=False) == []


class TestOfficers:
    """V-30: 行政许可法 34(3), 55(2)."""

    @pytest.mark.parametrize(
        ("procedure", "officers", "count"),
        [
            ("testing", 1, 1),
            ("testing", 2, 0),
            ("quarantine", 1, 1),
            ("site_survey", 1, 1),
            ("hearing", 1, 0),  # no verification of the substance
            ("testing", None, 0),
        ],
    )
    def test_a_verification_takes_two(
        self, procedure: str, officers: int | None, count: int
    ) -> None:
        """One is too few; where it is not told it is not known."""
        said = {} if officers is None else {"officers": officers}
        told = [suspended(DAY_2, procedure), resumed(DAY_3, procedure, **said)]
        assert judged("V-30", *told) == [f"(too_few_officers) {DAY_3}"] * count

    def test_an_end_that_names_no_procedure(self) -> None:
        """It ends all that are open, and is about those."""
        told = [suspended(DAY_2, "testing"), resumed(DAY_3, "", officers=1)]
        assert judged("V-30", *told) == [f"(too_few_officers) {DAY_3}"]
        told = [suspended(DAY_2, "hearing"), resumed(DAY_3, "", officers=1)]
        assert judged("V-30", *told) == []

    def test_an_end_that_names_its_procedure_is_about_that_alone(self) -> None:
        """Two officers ended the testing in the same minute in which one ended the hearing."""
        both = [suspended(DAY_2, "testing"), suspended(DAY_2, "hearing")]
        ended = [resumed(DAY_3, "testing", officers=2), resumed(DAY_3, "hearing", officers=1)]
        assert judged("V-30", *both, *ended) == []

    def test_the_end_of_nothing_is_set_aside(self) -> None:
        """What does not fit the case breaks no rule of it."""
        assert judged("V-30", resumed(DAY_3, "testing", officers=1)) == []

    @pytest.mark.parametrize(
        ("said", "officers", "count"), [(1, 1, 1), (1, 2, 0), (0, 1, 0), (None, 1, 0)]
    )
    def test_a_stage_of_an_item_that_takes_two(
        self, said: int | None, officers: int, count: int
    ) -> None:
        """The catalogue says so."""
        item = under({} if said is None else {"two_persons": said})
        entered = reported("stage.entered", DAY_2, stage="review")
        left = reported("stage.left", DAY_3, stage="review", officers=officers)
        facts = live(item, entered, left, until=LATER)
        assert findings_of(facts, "V-30") == [f"V-30 (too_few_officers) {DAY_3}"] * count
        stages = [fact.text("stage") for fact in facts if fact.text("rule") == "V-30"]
        assert stages == ["review"] * count

    def test_how_many_is_the_profiles(self) -> None:
        """Three, and of an expert review."""
        mine = changed("V-30", officers=3, procedures=("expert_review",))
        for officers, count in ((2, 1), (3, 0)):
            told = [
                suspended(DAY_2, "expert_review"),
                resumed(DAY_3, "expert_review", officers=officers),
            ]
            assert len(judged("V-30", *told, profile=mine)) == count


class TestOfTheItem:
    """V-21 and V-22 are of the catalogue; of each case only where the profile says so."""

    def stages(self, count: int, **said: Any) -> list[Fact]:
        """So many stages, one after another, and the first once more."""
        facts: list[Fact] = []
        for number in [*range(count), 0]:
            when = f"2026-04-02T{10 + number}:{len(facts):02}"
            stage = f"stage-{number}"
            facts.append(reported("stage.entered", when, stage=stage, **said))
            facts.append(reported("stage.left", f"{when}:30", stage=stage, **said))
        return facts

    def test_four_stages(self) -> None:
        """Coming back to one makes no other; those of another department are not its own."""
        each = changed("V-21", per_case=True)
        fourth = ["(too_many_stages) 2026-04-02T13:06"]
        assert judged("V-21", *self.stages(3), profile=each) == []
        assert judged("V-21", *self.stages(4), profile=each) == fourth
        assert judged("V-21", *self.stages(5), profile=each) == fourth
        assert judged("V-21", *self.stages(4, department="Fire"), profile=each) == []
        assert judged("V-21", *self.stages(4)) == []

    @pytest.mark.parametrize(
        ("statutory", "most"),
        [("20wd", 13), ("15wd", 10), ("10wd", 6), ("7wd", 4), ("5wd", 3), ("3wd", 2), ("45wd", 30)],
    )
    def test_a_promise_is_cut_by_a_third(self, statutory: str, most: int) -> None:
        """DOMAIN §4.1: promise ≤ ⌊2/3·statutory⌋."""
        each = changed("V-22", per_case=True)
        for promise, lines in ((most, []), (most + 1, [f"(not_compressed) {ACCEPTED}"])):
            case = accepted(ACCEPTED, f"{promise}wd", statutory)
            said = judged("V-22", case, accepted=False, profile=each, until=DAY_2[:10])
            assert said == lines

    @pytest.mark.parametrize(
        ("promise", "statutory", "count"),
        [
            ("30d", "20wd", 1),  # thirteen working days are 17 days at the least
            ("18d", "20wd", 1),
            ("17d", "20wd", 0),
            ("15wd", "30d", 1),  # three weeks, and 20 days are allowed
            ("14wd", "30d", 0),
            ("3mo", "60wd", 1),  # forty working days are eight weeks
            ("1mo", "60wd", 0),
            ("14wh", "1d", 0),  # of a day nothing is left: it may be the whole
            ("15wh", "1d", 1),
            ("34h", "1wd", 1),
            ("33h", "1wd", 0),
        ],
    )
    def test_limits_in_two_units_are_compared_by_where_they_end(
        self, promise: str, statutory: str, count: int
    ) -> None:
        """In weeks without holidays, from the worst day of a year on."""
        each = changed("V-22", per_case=True)
        case = accepted(ACCEPTED, promise, statutory)
        said = judged("V-22", case, accepted=False, profile=each, until=DAY_2[:10])
        assert said == [f"(not_compressed) {ACCEPTED}"] * count

    def test_what_is_not_judged(self) -> None:
        """One day cannot be cut; and without two limits there is nothing to compare."""
        row = changed("V-22", per_case=True)
        for promise, statutory in (("1wd", "1wd"), ("20wd", "")):
            case = accepted(ACCEPTED, promise, statutory)
            said = judged("V-22", case, accepted=False, profile=row, until=DAY_2[:10])
            assert said == []
        filed = received(ACCEPTED, promise="20wd", statutory="20wd")  # nothing is promised yet
        assert judged("V-22", filed, accepted=False, profile=row, until=DAY_2[:10]) == []
        case = accepted(ACCEPTED, "20wd", "20wd")
        assert judged("V-22", case, accepted=False, until=DAY_2[:10]) == []

    def test_the_part_is_the_profiles(self) -> None:
        """Half, where a place asks for that."""
        half = changed("V-22", per_case=True, share=Fraction(1, 2))
        for promise, count in (("10wd", 0), ("11wd", 1)):
            case = accepted(ACCEPTED, promise, "20wd")
            said = judged("V-22", case, accepted=False, profile=half, until=DAY_2[:10])
            assert len(said) == count


def test_before_it_says_where_it_belongs_nothing_is_held_against_anybody() -> None:
    """And then it is, at its own instant."""
    early = reported("fee.charged", DAY_2, amount=1)
    assert judged("V-23", early, accepted=False) == []
    belongs = received("2026-04-07T10:00", promise="20wd", recorded="2026-04-07T10:00")
    assert judged("V-23", early, belongs, accepted=False) == [f"(no_basis) {DAY_2}"]
