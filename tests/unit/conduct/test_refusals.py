"""V-16 and V-34: 行政许可法 32, 38, 72(7), each with both sides of its boundary."""

from typing import Any

import pytest

from tests.unit.conduct.judging import DAY_2, a_case, asked, changed, judged
from tests.unit.told import decided, reported

REASON = {"given": ["reason"]}


@pytest.mark.parametrize("outcome", ["refused", "rejected", "denied", "not_granted"])
def test_a_refusal_gives_its_reasons(outcome: str) -> None:
    """行政许可法 38(2). The reason itself is private; that there is one is on record."""
    assert judged("V-16", decided(DAY_2, outcome=outcome, given=[])) == [f"(no_reason) {DAY_2}"]
    assert judged("V-16", decided(DAY_2, outcome=outcome, **REASON)) == []


@pytest.mark.parametrize("outcome", ["granted", "closed", "filed"])
def test_what_is_no_refusal_needs_none(outcome: str) -> None:
    """Whatever else it says."""
    assert judged("V-16", decided(DAY_2, outcome=outcome, given=[], remedies=False)) == []


@pytest.mark.parametrize("kind", ["case.returned", "acceptance.withdrawn"])
def test_who_is_turned_away_is_told_why(kind: str) -> None:
    """退件, 撤销受理 (浙江省保障“最多跑一次”改革规定 11: in writing, with reasons)."""
    assert judged("V-16", reported(kind, DAY_2, given=[])) == [f"(no_reason) {DAY_2}"]
    assert judged("V-16", reported(kind, DAY_2, **REASON)) == []
    assert judged("V-16", reported(kind, DAY_2, remedies=False)) == [f"(no_remedies) {DAY_2}"]


@pytest.mark.parametrize("kind", ["case.withdrawn", "case.cancelled"])
def test_an_ending_that_turns_nobody_away_needs_none(kind: str) -> None:
    """The applicant's own, and a case that was none."""
    assert judged("V-16", reported(kind, DAY_2, given=[])) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"remedies": False}, ["(no_remedies) " + DAY_2]),
        ({"remedies": True}, []),
        ({}, []),  # what is not told is not known
        ({"remedies": False, "given": []}, ["(no_reason) " + DAY_2]),  # one act, its gravest defect
    ],
)
def test_a_refusal_tells_the_remedies(said: dict[str, Any], found: list[str]) -> None:
    """行政许可法 38(2): reconsideration and suit."""
    assert judged("V-16", decided(DAY_2, **said)) == found


def test_which_outcomes_are_a_refusal_is_the_profiles() -> None:
    """Systems have codes of their own."""
    mine = changed("V-16", outcomes=("bu_yu_xu_ke",))
    assert judged("V-16", decided(DAY_2, given=[]), profile=mine) == []
    own = decided(DAY_2, outcome="bu_yu_xu_ke", given=[])
    assert judged("V-16", own, profile=mine) == [f"(no_reason) {DAY_2}"]


@pytest.mark.parametrize(("said", "count"), [("no", 1), ("yes", 0), ("", 0)])
def test_a_paper_of_which_it_is_said_that_it_is_not_there(said: str, count: int) -> None:
    """V-34: voucher, notice and opinion; not said is not known."""

    def paper(name: str) -> dict[str, bool]:
        return {name: said == "yes"} if said else {}

    voucher = judged("V-34", a_case(**paper("voucher")), accepted=False)
    assert voucher == ["(no_voucher) 2026-04-01T10:00"] * count
    assert judged("V-34", asked(**paper("notice"))) == [f"(no_notice) {DAY_2}"] * count
    opinion = decided(DAY_2, outcome="granted", **paper("opinion"))
    assert judged("V-34", opinion) == [f"(no_opinion) {DAY_2}"] * count


def test_each_missing_paper_is_a_finding_of_its_own() -> None:
    """They are different acts, at different instants."""
    told = [a_case(voucher=False), asked(notice=False), decided("2026-04-03T10:00", opinion=False)]
    assert [line.partition(" ")[0] for line in judged("V-34", *told, accepted=False)] == [
        "(no_voucher)",
        "(no_notice)",
        "(no_opinion)",
    ]
