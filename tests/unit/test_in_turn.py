"""After an outage a case records its steps up to the end of its turn, and is woken for the next."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.decision import NOT_YET, WHENEVER, Decision, recorded_before
from chalicelib.cases.fact import Fact
from chalicelib.cases.stored_fact import LampState, Record
from chalicelib.instant import MILLISECOND, parse
from chalicelib.log.commit import TreeHead, commit

NOW = parse("2026-11-20T09:00:00+08:00")


def ago(hours: int) -> datetime:
    """So many hours before now."""
    return NOW - timedelta(hours=hours)


def fact(hours: int, n: int = 0, *, told: bool = False, origin: str = "") -> Fact:
    """A fact of so many *hours* ago: concluded now, or told then."""
    recorded_at = ago(hours) if told else NOW
    return Fact(n, "warning.issued", f"{hours}", ago(hours), recorded_at, told, {}, origin=origin)


DECISION = Decision(append=(fact(9), fact(5), fact(7), fact(0)), wake_at=NOW + timedelta(days=1))


def test_what_comes_before_the_end_of_the_turn_is_recorded() -> None:
    """What stands behind a later fact may rest on it, and waits with it."""
    step = recorded_before(DECISION, ago(6), NOW)
    assert step.append == DECISION.append[:1]
    assert step.wake_at == ago(5) + MILLISECOND
    step = recorded_before(DECISION, ago(5) + MILLISECOND, NOW)
    assert (step.append, step.wake_at) == (DECISION.append[:3], NOW)


def test_where_nobody_else_waits_all_is_recorded() -> None:
    """And the next wake is that of the decision."""
    assert recorded_before(DECISION, WHENEVER, NOW) == DECISION


def test_where_it_is_not_its_turn_nothing_is_recorded() -> None:
    """It is woken for the first step."""
    step = recorded_before(DECISION, NOT_YET, NOW)
    assert (step.append, step.wake_at) == ((), ago(9) + MILLISECOND)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.lists(st.integers(0, 9), min_size=1))
def test_turn_by_turn_all_is_recorded_once(hours: list[int], turns: list[int]) -> None:
    """In the order of the decision, whatever the turns are; each wake brings the case on."""
    left, recorded = tuple(fact(each) for each in hours), list[Fact]()
    for until in [*sorted(map(ago, turns)), WHENEVER]:
        step = recorded_before(Decision(append=left), until, NOW)
        recorded += step.append
        left = left[len(step.append) :]
        assert not left or (step.wake_at is not None and step.wake_at >= min(until, NOW))
    assert recorded == [fact(each) for each in hours]


def committed(waiting: dict[str, list[Fact]]) -> list[tuple[str, int]]:
    """Case and number of the entries of one commit, in their order."""
    state = LampState()
    records = {
        case: [
            Record("c", each.numbered(n), "{}", "W#", state, state) for n, each in enumerate(facts)
        ]
        for case, facts in waiting.items()
    }
    made = commit(TreeHead(), records)
    assert made is not None
    ends, places = dict.fromkeys(waiting, 0), list[tuple[str, int]]()
    for row in made.rows:
        case = str(row["case"])
        places.append((case, ends[case]))
        ends[case] += 1
    assert made.cursors == {case: (0, end) for case, end in ends.items()}
    return places


def test_the_facts_of_all_cases_enter_the_log_by_their_instants() -> None:
    """Those of one case stay as they are chained: what was held up comes as soon as it can."""
    made = committed({"a": [fact(9), fact(5), fact(7)], "b": [fact(8), fact(1)], "c": [fact(5)]})
    assert made == [("a", 0), ("b", 0), ("a", 1), ("a", 2), ("c", 0), ("b", 1)]


def test_what_is_told_holds_nothing_up_unless_another_case_told_it() -> None:
    """A notification follows on what it tells of."""
    news = fact(2, told=True)
    assert committed({"a": [fact(3)], "b": [news, fact(9)]}) == [("b", 0), ("b", 1), ("a", 0)]
    news = fact(2, told=True, origin="a")
    assert committed({"b": [news, fact(9)], "a": [fact(3)]}) == [("a", 0), ("b", 0), ("b", 1)]
