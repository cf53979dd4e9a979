"""What one entry adds to a department's rates, and what it takes back."""

from typing import Any

from chalicelib.board.counted import STEPS, added_by, changes_its_past
from chalicelib.board.projection import Tally
from chalicelib.policy.data_quality import CLAIM_SIGNS, SIGNS, TELLING_SIGNS
from tests.unit.test_projection import entry, follow

NEW, WATER, HOUSING = ("", ""), ("green", "Water"), ("green", "Housing")
CLOSED = ("closed", "Housing")
OUT = "told_after_end"
FLAG = {"kind": "data.flagged", "data": {"sign": "zero_time"}}
LOG = [
    entry(0, "a", NEW, WATER),
    entry(1, "b", NEW, WATER),
    entry(2, "a", WATER, WATER, **FLAG),
    entry(3, "a", WATER, HOUSING, kind="claim.contested"),
    entry(4, "a", HOUSING, CLOSED, kind="case.decided", left_out=OUT),
    entry(5, "a", CLOSED, CLOSED, kind="claim.refused", was_left_out=OUT, days=[7, 2]),
]


def counted(through: int) -> dict[str, Any]:
    """Cases, signs and steps when the log has come so far, entry by entry."""
    stored: dict[str, Tally] = {}
    for one in LOG[: through + 1]:
        stored, _ = follow(stored, {}, [one], LOG)
    shown = {name: stored.get(name, Tally(name)) for name in ("Water", "Housing")}
    return {name: (t.cases, dict(t.flagged), dict(t.steps)) for name, t in shown.items()}


def test_a_case_that_turns_out_to_be_left_out_is_taken_back_where_it_was() -> None:
    """With its sign and its claim, from the department that had it then; and given back again."""
    flagged = {"zero_time": 1}
    assert counted(3) == {"Water": (2, flagged, {}), "Housing": (1, {}, {"contested": 1})}
    assert counted(4) == {"Water": (1, {}, {OUT: 1}), "Housing": (0, {}, {OUT: 1})}
    ended = {"closed": 1, "contested": 1, "refused": 1, "days": 7, "excluded_days": 2}
    assert counted(5) == {"Water": (2, flagged, {}), "Housing": (1, {}, ended)}


def test_a_case_that_is_left_out_from_the_first_is_one_of_those_and_nothing_else() -> None:
    """Nothing that it tells is counted, and nothing is to be counted anew."""
    first = entry(0, "a", NEW, WATER, left_out="history")
    later = {"left_out": "history", "was_left_out": "history"}
    end = entry(1, "a", WATER, ("closed", "Water"), kind="case.withdrawn", **later)
    assert added_by(first) == {("Water", "history"): 1}
    assert added_by(end) == added_by(entry(2, "a", WATER, WATER, **FLAG, **later)) == {}
    assert [changes_its_past(each) for each in (first, end)] == [False, False]


def test_days_that_change_count_by_the_change_and_move_with_their_case() -> None:
    """A late pause was accepted; then the case was another department's all along."""
    accepted = entry(8, "a", CLOSED, CLOSED, was_days=[7, 2], days=[7, 5])
    assert added_by(accepted) == {("Housing", "excluded_days"): 3}
    moved = entry(9, "a", CLOSED, ("closed", "Water"), was_days=[7, 5], days=[7, 5])
    days = {"days": 7, "excluded_days": 5}
    gone = {("Housing", name): -number for name, number in days.items()}
    come = {("Water", name): number for name, number in days.items()}
    assert added_by(moved) == gone | come | {("Water", "cases"): 1}


def test_no_sign_is_counted_under_the_name_of_a_step() -> None:
    """They share the names of what an entry adds."""
    assert {*SIGNS, *CLAIM_SIGNS, *TELLING_SIGNS, "cases"}.isdisjoint(STEPS)
