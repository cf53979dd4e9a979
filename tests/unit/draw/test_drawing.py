"""A draw: fair, exact, the same for everybody, and not to be steered by whoever makes the list."""

import hashlib
import json
from collections import Counter
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.draw.commitment import Commitment, Entry, commit, number_of_share, read_commitment
from chalicelib.draw.ranking import drawing, ranking, ranking_digest, seed_of
from chalicelib.errors import Corrupt
from tests.stranger.draws import drawn_again

DECIDES = ("ssq", "2026-12-03")
VALUE = "01 05 12 18 23 30+09"
RISKS = {"high": 3000, "low": 500}

names = st.lists(
    st.text("abcdefgh234567", min_size=1, max_size=5), min_size=1, max_size=40, unique=True
)


def files(*entries, number=1, **more):
    """A commitment to these entries."""
    return commit(Commitment({"of": "files"}, tuple(map(Entry, entries)), number, *DECIDES, **more))


def risky(*entries):
    """A commitment to entries with their classes."""
    listed = tuple(Entry(*each) for each in entries)
    return commit(Commitment({"of": "visits"}, listed, 1, *DECIDES, weights=RISKS))


@given(names, st.integers(0, 2**64))
def test_a_stranger_draws_the_same(entries, number):
    """He has the document and the value, and shares no code."""
    commitment, value = files(*entries), f"{number:064x}"
    assert ranking(commitment, value) == drawn_again(commitment.body, value)


@given(st.dictionaries(st.text("abcd", min_size=1), st.sampled_from(sorted(RISKS)), min_size=1))
def test_a_stranger_draws_the_same_with_weights(entries):
    """By classes."""
    commitment = risky(*entries.items())
    assert ranking(commitment, VALUE) == drawn_again(commitment.body, VALUE)


def test_golden_rankings():
    """Worked by the stranger once, and written down: nobody may change how it is drawn."""
    letters = files(*"abcdefghij", number=3)
    assert letters.body == (
        b'{"about":{"of":"files"},"entries":["a","b","c","d","e","f","g","h","i","j"],'
        b'"method":"duban-draw/1","number":3,"source":"ssq","turn":"2026-12-03"}'
    )
    assert letters.digest == hashlib.sha256(letters.body).hexdigest()
    assert "".join(ranking(letters, VALUE)) == "deibjgchaf"
    assert "".join(ranking(letters, "0" * 64)) == "dejfgbihac"
    by_risk = risky(*((each, "high" if each in "abc" else "low") for each in "abcdefghij"))
    assert "".join(ranking(by_risk, VALUE)) == "abceghfjdi"


@given(names, st.randoms(use_true_random=False))
def test_the_order_of_naming_does_not_matter(entries, random):
    """The list is sorted; the same document comes out, and the same draw."""
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert files(*shuffled) == files(*entries)


@given(names)
def test_every_entry_has_one_rank(entries):
    """None twice, none left out: so a replacement is always the next."""
    assert sorted(ranking(files(*entries), VALUE)) == sorted(entries)


def test_everything_committed_to_moves_the_draw():
    """Number, source, turn, list and query: none can be chosen after the value is seen."""
    base = Commitment({"of": "files"}, tuple(map(Entry, "abcdefghijklmnop")), 3, *DECIDES)
    others = [
        Commitment({"of": "files", "item": "X"}, base.entries, 3, *DECIDES),
        Commitment(base.about, base.entries[1:], 3, *DECIDES),
        Commitment(base.about, base.entries, 4, *DECIDES),
        Commitment(base.about, base.entries, 3, "dlt", "2026-12-02"),
        Commitment(base.about, base.entries, 3, "ssq", "2026-12-06"),
    ]
    digests = {ranking_digest(ranking(commit(each), VALUE)) for each in (base, *others)}
    assert len(digests) == 6


def chi_squared(counts, expected):
    """The sum of (observed - expected)^2 / expected, in thousandths."""
    return sum(1000 * (counts[at] - want) ** 2 // want for at, want in enumerate(expected))


# Each bound is the value that chance exceeds once in a thousand times, in thousandths.
def check_fair(draws):
    """Draw so often: as first of twenty, and as first of four by their weights."""
    seeds = [seed_of(f"{at:064x}", VALUE) for at in range(draws)]
    first = Counter(next(drawing([1] * 20, seed)) for seed in seeds)
    assert chi_squared(first, [draws // 20] * 20) < 43_820  # 19 degrees of freedom
    by_weight = Counter(next(drawing([1000, 2000, 3000, 4000], seed)) for seed in seeds)
    assert chi_squared(by_weight, [draws // 10 * each for each in (1, 2, 3, 4)]) < 16_266  # 3
    # Five of twenty: each is in a quarter of the draws. They exclude each other, so that the sum is
    # 3/4 x 20/19 of one with 19 degrees of freedom.
    among = Counter(at for seed in seeds for at in islice(drawing([1] * 20, seed), 5))
    assert chi_squared(among, [draws // 4] * 20) * 4 * 19 < 43_820 * 3 * 20
    last = Counter(tuple(drawing([1, 1, 1], seed)) for seed in seeds)
    orders = sorted(last)
    assert len(orders) == 6
    assert chi_squared([last[each] for each in orders], [draws // 6] * 6) < 20_515  # 5


def test_ten_thousand_draws_are_fair():
    """The chi-squared of where the choice falls, fixed once and for all."""
    check_fair(10_000)


@pytest.mark.night
def test_a_million_draws_are_fair():
    """The same, a hundred times as sharp: 18.7, 3.8, 20.9 and 0.5, in a minute of a processor."""
    check_fair(1_000_000)


def test_a_number_that_would_favour_some_is_passed_over(monkeypatch):
    """Of 2^256 numbers the last few have no partner: the next block is taken instead."""
    blocks = iter([2**256 - 1, 5])
    monkeypatch.setattr("chalicelib.draw.ranking._blocks", lambda _: blocks)
    assert next(drawing([1, 1, 1], b"")) == 5 % 3


@pytest.mark.parametrize(
    ("count", "share", "number"), [(100, 50, 5), (101, 50, 6), (1, 1, 1), (7, 1000, 7)]
)
def test_a_share_is_rounded_up(count, share, number):
    """One in a thousand of one file is one file."""
    assert number_of_share(count, share) == number


def test_a_document_is_read_as_it_was_written():
    """And what is not canonical, sorted, complete or possible is none."""
    body = files("a", "b", "c", number=2).body
    assert read_commitment(body).number == 2
    for other in (risky(("a", "high"), ("b", "low")), files(*"abcdefg", number=3, share=300)):
        assert read_commitment(other.body) == other
    said = json.loads(body)
    every: tuple[Any, ...] = (
        {**said, "entries": ["b", "a", "c"]},
        {**said, "entries": ["a", "a", "b"]},
        {**said, "entries": []},
        {**said, "number": 4},
        {**said, "number": 0},
        {**said, "number": True},
        {**said, "share": 300},
        {**said, "source": "3d"},
        {**said, "turn": "2026-12-02"},
        {**said, "method": "duban-draw/2"},
        {**said, "salt": "x"},
        {**said, "entries": [["a", "x"], ["b", "x"]], "weights": {"y": 1}},
        {**said, "entries": [["a", "x"]], "weights": {"x": 0}, "number": 1},
        {**said, "entries": [["a", ""]], "weights": {"x": 1}, "number": 1},
        [],
    )
    for wrong in every:
        written = json.dumps(wrong, sort_keys=True, separators=(",", ":")).encode()
        with pytest.raises(Corrupt):
            read_commitment(written)
    for written in (b"", b"{}", body + b" ", json.dumps(said).encode()):
        with pytest.raises(Corrupt):
            read_commitment(written)
