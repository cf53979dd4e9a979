"""Which tiles and bundles have become full between two sizes, and when partial ones may go."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.lambdas.discard import Discarded, newly_full, read_discarded
from tests.support.trials import times

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def full_names(size):
    """Every full tile and bundle of a log of *size*, by the words of the specification."""
    names, level, span = set(), 0, 256
    while size >= span:  # a full tile of this level is over so many entries
        for index in range(size // span):
            folders = "".join(f"x{part:03d}/" for part in _thousands(index)[:-1])
            name = f"{folders}{index % 1000:03d}"
            names |= {f"tile/{level}/{name}"} | ({f"tile/entries/{name}"} if not level else set())
        level, span = level + 1, span * 256
    return names


def _thousands(index):
    return (*_thousands(index // 1000), index % 1000) if index >= 1000 else (index,)


@pytest.mark.parametrize(
    ("before", "size", "names"),
    [
        (0, 255, set()),
        (0, 256, {"tile/entries/000", "tile/0/000"}),
        (255, 257, {"tile/entries/000", "tile/0/000"}),
        (256, 511, set()),
        (65535, 65536, {"tile/entries/255", "tile/0/255", "tile/1/000"}),
        (256_000, 256_300, {"tile/entries/x001/000", "tile/0/x001/000"}),
    ],
)
def test_what_becomes_full(before, size, names):
    """A level above has one for each 256 of those below."""
    assert {tile.path for tile in newly_full(before, size)} == names


@settings(max_examples=times(60))
@given(st.lists(st.integers(0, 200_000), min_size=2, max_size=6))
def test_no_step_leaves_one_out(sizes):
    """Whatever the steps are between them, each is met once."""
    steps = [0, *sorted(sizes)]
    met = [tile.path for before, size in pairwise(steps) for tile in newly_full(before, size)]
    assert len(met) == len(set(met))
    assert set(met) == full_names(steps[-1])


def test_a_day_must_have_passed():
    """From when the size was seen to be public; to the millisecond."""
    seen = Discarded(0, 700, AT)
    assert not seen.is_due(AT + timedelta(hours=24) - timedelta(milliseconds=1))
    assert seen.is_due(AT + timedelta(hours=24))
    assert not seen.is_due(AT - timedelta(days=3))  # a clock that was wrong


def test_progress_is_kept_in_steps():
    """Of 4,096 entries, and not beyond what was seen."""
    progress = Discarded(4000, 9000, AT)
    assert (progress.next_step, progress.is_done) == (8096, False)
    assert Discarded(8096, 9000, AT).next_step == 9000
    assert Discarded(9000, 9000, AT).is_done
    assert read_discarded(progress.written()) == progress
    assert progress.written() == {"through": 4000, "seen": 9000, "at": "2026-11-02T09:00:00.000Z"}
    assert read_discarded(None) is None
