"""A score is a matter of sums: no order, nothing below nothing, and no card that adds points."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.department.ledger import LedgerEntry
from chalicelib.department.scores.score import of_month, score
from tests.unit.told import PROFILE, ZONE, at

SCHEME = PROFILE.scoring
RULES = [*sorted({rule for one in SCHEME.sections for rule in one.rules}), "V-99"]


@st.composite
def rows(draw: st.DrawFn) -> LedgerEntry:
    """A card or a warning of March 2025."""
    return LedgerEntry(
        card=f"c_{draw(st.integers(0, 10**6))}.3",
        n=draw(st.integers(0, 50)),
        level=draw(st.sampled_from(["warning", "yellow", "red", "supervision"])),
        at=at(f"2025-03-{draw(st.integers(1, 31)):02}"),
        rule=draw(st.sampled_from(RULES)),
        region="370102",
        item="X-01",
        stage="",
        state=draw(st.sampled_from(["counts", "counts", "counts", "lost", "revoked"])),
    )


MONTHS = st.lists(rows(), max_size=25, unique_by=lambda row: row.card)


def left(entries: list[LedgerEntry]) -> int:
    """The points of the month."""
    return score(of_month(entries, 2025, 3, ZONE), SCHEME).left


@given(MONTHS, rows())
def test_one_more_never_raises_a_score(month: list[LedgerEntry], more: LedgerEntry) -> None:
    """A warning before others shifts which three make a row, but not how many."""
    assert left([*month, more]) <= left(month)


@given(MONTHS, st.randoms(use_true_random=False))
def test_the_order_makes_no_difference(month: list[LedgerEntry], random: Random) -> None:
    """Down to which card takes what."""
    shuffled = list(month)
    random.shuffle(shuffled)
    first, second = (of_month(entries, 2025, 3, ZONE) for entries in (month, shuffled))
    assert score(first, SCHEME) == score(second, SCHEME)


@given(MONTHS)
def test_sections_are_emptied_and_no_more(month: list[LedgerEntry]) -> None:
    """By hand: what each loses is what its cards and threes of warnings are worth, at most all."""
    expected = 0
    for section in SCHEME.sections:
        mine = [
            entry.level
            for entry in month
            if entry.state == "counts" and entry.rule in section.rules
        ]
        worth = 5 * mine.count("yellow") + 10 * mine.count("red") + 3 * (mine.count("warning") // 3)
        expected += max(0, section.points - worth)
    assert left(month) == expected


@given(MONTHS)
def test_each_point_has_a_card(month: list[LedgerEntry]) -> None:
    """What is taken adds up, each from cards that count."""
    found = score(of_month(month, 2025, 3, ZONE), SCHEME)
    assert sum(one.points for one in found.deductions) == found.full - found.left
    assert all(
        entry.state == "counts" for deduction in found.deductions for entry in deduction.entries
    )
    assert all(one.entries and 0 <= one.points <= one.worth for one in found.deductions)
