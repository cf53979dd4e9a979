"""Corrections: what was told, as it stands when all of them are heard, in whatever order."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from msgspec.structs import replace

from chalicelib.cases.correction import NOT_EARLIER, TOO_MANY, UNKNOWN, apply_corrections
from chalicelib.cases.fact import Fact
from tests.unit.told import accepted, clock, decided, numbered, reported, resumed, suspended
from tests.unit.told import corrected as correction

START = "2025-04-14T10:00"
RIGHT = "2025-04-10T10:00"
RIGHTER = "2025-04-11T10:00"
FIRST, SECOND, THIRD, FOURTH = (f"2025-04-{day}T09:00" for day in (21, 22, 23, 24))


def stands(*told: Fact) -> list[tuple[str, str]]:
    """Kind and time of all that stands, the same in whatever order it was processed."""
    orders = list(permutations(told)) if len(told) < 5 else [told, told[::-1]]
    found = {
        tuple((fact.kind, clock(fact.at)) for fact in apply_corrections(o).told) for o in orders
    }
    assert len(found) == 1
    return list(found.pop())


def aside(*told: Fact) -> list[tuple[str, str]]:
    """Key and reason of what cannot be applied, the same in whatever order it was processed."""
    found = {
        tuple((fact.key, reason) for fact, reason in apply_corrections(order).set_aside)
        for order in permutations(told)
    }
    assert len(found) == 1
    return list(found.pop())


def pairs(told: Sequence[Fact]) -> list[tuple[int, int]]:
    """The numbers of what was corrected and of its correction."""
    return [(about.n, made.n) for about, made in apply_corrections(told).pairs]


def test_without_corrections_all_stands_as_it_was_told() -> None:
    """In order of time, and nothing else about it changes."""
    one, other = accepted(START, "5wd"), decided(SECOND)
    found = apply_corrections(numbered([other, one]))
    assert [fact.key for fact in found.told] == [one.key, other.key]
    assert (found.counts, found.pairs, found.set_aside) == ({}, (), ())


def test_a_correction_moves_its_event_and_is_no_event_itself() -> None:
    """The fact keeps its number, key and data; only its time is another."""
    fact = accepted(START, "5wd")
    told = numbered([fact, correction(FIRST, fact, RIGHT)])
    found = apply_corrections(told)
    (moved,) = found.told
    assert moved == replace(told[0], at=moved.at)
    assert clock(moved.at) == RIGHT
    assert found.counts == {fact.key: told[1]}
    assert stands(*told) == [("case.accepted", RIGHT)]


def test_what_is_moved_is_put_in_order_again() -> None:
    """A resumption moved before its suspension comes before it."""
    on, off = suspended("2025-04-15T10:00"), resumed("2025-04-16T10:00")
    moved = correction(FIRST, off, "2025-04-14T10:00")
    assert stands(on, off, moved) == [
        ("case.resumed", "2025-04-14T10:00"),
        ("case.suspended", "2025-04-15T10:00"),
    ]


def test_a_withdrawn_event_is_gone() -> None:
    """And the rest stays."""
    fact, end = accepted(START, "5wd"), decided(SECOND)
    assert stands(fact, end, correction(THIRD, end)) == [("case.accepted", START)]


def test_the_latest_correction_counts() -> None:
    """The one received last; a withdrawal is no more final than the others."""
    fact = accepted(START, "5wd")
    early, late = correction(FIRST, fact, RIGHT), correction(SECOND, fact, RIGHTER)
    assert stands(fact, early, late) == [("case.accepted", RIGHTER)]
    assert stands(fact, correction(THIRD, fact), early, late) == []
    assert stands(fact, correction(FIRST, fact), late) == [("case.accepted", RIGHTER)]
    overtaken = correction(FIRST, fact, RIGHT, recorded=THIRD)  # whatever time it says of itself
    assert stands(fact, late, overtaken) == [("case.accepted", RIGHT)]


def test_of_corrections_of_one_batch_the_last_counts() -> None:
    """The order on record is that of the batch; no sequence of the source changes it."""
    fact = accepted(START, "5wd")
    a = correction(FIRST, fact, RIGHT, sequence="2")
    b = correction(FIRST, fact, RIGHTER, sequence="1")
    for batch, right in (((a, b), RIGHTER), ((b, a), RIGHT)):
        found = apply_corrections(numbered([fact, *batch])).told
        assert [clock(each.at) for each in found] == [right]


def test_no_more_than_twenty_corrections_act() -> None:
    """The twenty-first is set aside, whatever it is about; the twentieth counts."""
    fact, other = accepted(START, "5wd"), decided(SECOND)
    times = [f"2025-04-10T10:{n:02}" for n in range(21)]
    many = [correction(f"2025-04-21T09:{n:02}", fact, time) for n, time in enumerate(times)]
    assert stands(fact, *many[:20]) == [("case.accepted", times[19])]
    assert stands(fact, *many) == [("case.accepted", times[19])]
    more = correction(THIRD, other)
    found = apply_corrections(numbered([fact, other, *many[:20], more]))
    assert [(each.key, reason) for each, reason in found.set_aside] == [(more.key, TOO_MANY)]
    assert [each.kind for each in found.told] == ["case.accepted", "case.decided"]


def test_an_idle_correction_does_not_act_and_is_no_misfit() -> None:
    """A late one that nobody accepted; the one before it counts, and it is named all the same."""
    fact = accepted(START, "5wd")
    facts = numbered([fact, correction(FIRST, fact, RIGHT), correction(SECOND, fact, RIGHTER)])
    found = apply_corrections(facts, {2})
    assert [clock(each.at) for each in found.told] == [RIGHT]
    assert [(about.n, made.n) for about, made in found.pairs] == [(0, 1), (0, 2)]
    assert found.set_aside == ()


def test_a_correction_that_is_withdrawn_was_never_made() -> None:
    """The one before it counts again; and a withdrawal can be withdrawn."""
    fact = accepted(START, "5wd")
    first, second = correction(FIRST, fact, RIGHT), correction(SECOND, fact, RIGHTER)
    undo = correction(THIRD, second)
    assert stands(fact, second, undo) == [("case.accepted", START)]
    assert stands(fact, first, second, undo) == [("case.accepted", RIGHT)]
    redo = correction(FOURTH, undo)
    assert stands(fact, first, second, undo, redo) == [("case.accepted", RIGHTER)]
    assert aside(fact, second, undo) == []


def test_before_its_event_is_on_record_there_is_nothing_to_correct() -> None:
    """Nor ever, where it names an event of another case or source, or none at all."""
    early = correction(FIRST, "hall/later", RIGHT)
    assert aside(early) == [(early.key, UNKNOWN)]
    assert stands(early) == []
    event = accepted(START, "5wd", key="hall/later")
    assert aside(early, event) == []
    assert stands(early, event) == [("case.accepted", RIGHT)]
    assert aside(correction(FIRST, "", RIGHT), event)[0][1] == UNKNOWN
    foreign = reported("card.responded", START, key="duban/later", card=1)
    assert aside(early, foreign) == [(early.key, UNKNOWN)]


def test_a_withdrawn_correction_of_nothing_is_not_set_aside_either() -> None:
    """It was never made."""
    early = correction(FIRST, "hall/later", RIGHT)
    assert aside(early, correction(SECOND, early)) == []


@pytest.mark.parametrize("right", ["", RIGHT])
def test_no_correction_reaches_itself_or_a_later_one(right: str) -> None:
    """So nothing goes round in a circle: of two that name each other the later one is right."""
    itself = correction(FIRST, "hall/itself", right, key="hall/itself")
    assert aside(itself) == [("hall/itself", NOT_EARLIER)]
    fact = accepted(START, "5wd")
    a = correction(FIRST, "hall/b", right, key="hall/a")
    b = correction(SECOND, "hall/a", key="hall/b")
    assert aside(fact, a, b) == []
    assert aside(fact, a) == [("hall/a", UNKNOWN)]
    assert stands(fact, a, b) == [("case.accepted", START)]
    c = correction(THIRD, b)
    assert aside(fact, a, b, c) == [("hall/a", NOT_EARLIER)]


def test_a_correction_cannot_be_moved() -> None:
    """When it was made decides which counts; who got that wrong makes a new one."""
    fact = accepted(START, "5wd")
    first = correction(FIRST, fact, RIGHT)
    moved = correction(SECOND, first, THIRD)
    assert aside(fact, first, moved) == [(moved.key, NOT_EARLIER)]
    assert stands(fact, first, moved) == [("case.accepted", RIGHT)]


def test_each_correction_that_found_its_event_is_named_with_it() -> None:
    """Also one that a later one has overtaken, for that one may be withdrawn; not the withdrawn."""
    fact = accepted(START, "5wd")
    first, second = correction(FIRST, fact, RIGHT), correction(SECOND, fact, RIGHTER)
    lost = correction(THIRD, "hall/unknown", RIGHT)
    told = numbered([fact, second, first, lost])
    assert pairs(told) == [(0, 2), (0, 1)]
    undo = correction(FOURTH, second)
    assert pairs(numbered([fact, second, first, lost, undo])) == [(0, 2), (1, 4)]


def test_what_was_derived_is_nobodys_to_correct() -> None:
    """A key of a derived fact is not a source's event."""
    card = replace(accepted(START, key="hall/card"), kind="card.issued", told=False)
    undo = correction(FIRST, card)
    assert aside(card, undo) == [(undo.key, UNKNOWN)]
