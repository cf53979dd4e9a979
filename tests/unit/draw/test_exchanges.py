"""Exchanges and shares: the next rank stands in, and a share of few says little."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.draw.exchange import DrawnPlace, drawn_places, next_rank
from chalicelib.draw.interval import share_of


def test_the_next_rank_stands_in():
    """Twice for one place, and for another."""
    assert [*drawn_places("abcdef", 2, ["b", "c", "a"])] == [
        DrawnPlace(1, "a", replaced_by="e"),
        DrawnPlace(2, "b", replaced_by="c"),
        DrawnPlace(3, "c", "b", "d"),
        DrawnPlace(4, "d", "c"),
        DrawnPlace(5, "e", "a"),
    ]
    assert next_rank("abcdef", 2, 3) == "f"
    assert next_rank("abcdef", 2, 4) == ""


@pytest.mark.parametrize("given_up", [["c"], ["a", "a"], ["z"], ["a", "b", "c"]])
def test_nobody_is_exchanged_who_was_not_drawn(given_up):
    """Or twice, or when nobody is left."""
    with pytest.raises(ValueError, match=r"is not drawn|nobody is left"):
        drawn_places("abcd", 2, given_up)


@pytest.mark.parametrize(
    ("found", "reviewed", "share"),
    [
        (5, 20, (250, 111, 469)),  # Wilson: 0.1119 to 0.4687
        (0, 20, (0, 0, 162)),  # 0 to 0.1611
        (20, 20, (1000, 838, 1000)),  # 0.8389 to 1
        (1, 1, (1000, 206, 1000)),  # 0.2065 to 1
        (1, 3, (333, 61, 793)),  # 0.0615 to 0.7923
        (2, 3, (667, 207, 939)),  # 0.2077 to 0.9385
    ],
)
def test_the_interval_of_wilson(found, reviewed, share):
    """Worked by hand, rounded outwards to whole thousandths."""
    found_share = share_of(found, reviewed)
    assert found_share is not None
    assert found_share == (reviewed, found, *share)


def test_nothing_reviewed_has_no_share():
    """Not naught."""
    assert share_of(0, 0) is None


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_bounds_solve_the_equation_of_wilson(pair):
    """At a bound p, (x/n - p)^2 = z^2 p(1-p)/n; outside of it the left side is larger."""
    found, reviewed = pair
    share = share_of(found, reviewed)
    assert share is not None
    z2, mean = Fraction(38416, 10_000), Fraction(found, reviewed)

    def beyond(permille):
        p = Fraction(permille, 1000)
        return (mean - p) ** 2 >= z2 * p * (1 - p) / reviewed

    assert share.lower <= share.permille <= share.upper
    assert share.lower == 0 or beyond(share.lower)
    assert share.upper == 1000 or beyond(share.upper)
    assert not beyond(share.lower + 2) or share.lower + 2 >= share.upper
