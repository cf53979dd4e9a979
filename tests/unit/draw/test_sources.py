"""Public randomness: when a value is known, and how it is written."""

import hashlib
import re
from datetime import UTC, datetime
from math import comb

import pytest

from chalicelib.draw.source import NoTurn, random_sources
from chalicelib.instant import parse

SSQ, DLT, DRAND = (random_sources()[name] for name in ("ssq", "dlt", "drand-quicknet"))


def test_a_lottery_closes_before_its_numbers_are_drawn():
    """A Thursday in Beijing; commitments end an hour and more before the draw."""
    turn = SSQ.turn("2026-12-03")
    assert turn == (parse("2026-12-03T20:00:00+08:00"), parse("2026-12-03T21:15:00+08:00"))


def test_a_round_has_its_instant():
    """Three seconds each; the first at the genesis of the chain."""
    assert DRAND.turn("1").opens == parse("2023-08-23T15:09:27Z")
    assert DRAND.turn("1000001").closes == parse("2023-09-27T08:29:27Z")


# What the League of Entropy publishes of the chain (/info): its key, the seed of its group, its id.
KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
SEED = "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e"


def test_the_address_of_a_chain_commits_to_its_rhythm():
    """The hash in it is one of period, genesis, key, seed and id, as drand makes it."""
    genesis = datetime.fromisoformat(DRAND.genesis).astimezone(UTC)
    parts = DRAND.period.to_bytes(4, "big") + int(genesis.timestamp()).to_bytes(8, "big")
    made = hashlib.sha256(parts + bytes.fromhex(KEY + SEED) + b"quicknet").hexdigest()
    assert re.findall("[0-9a-f]{64}", DRAND.where) == [made]


@pytest.mark.parametrize("turn", ["2026-12-02", "2026-13-01", "12345", "", "2026-12-3"])
def test_there_is_no_draw_on_other_days(turn):
    """Tuesday, Thursday and Sunday."""
    with pytest.raises(NoTurn):
        SSQ.turn(turn)


@pytest.mark.parametrize("turn", ["0", "01", "-1", "", "2026-12-03", "1" * 11])
def test_a_round_is_a_number(turn):
    """From one on."""
    with pytest.raises(NoTurn):
        DRAND.turn(turn)


def test_a_value_has_one_form():
    """However it is typed: numbers of a group in any order, letters of any size."""
    assert SSQ.canonical(" 30, 5 12 18 23 1 + 9") == "01 05 12 18 23 30+09"
    assert DLT.canonical("35 1 2 3 4+12 1") == "01 02 03 04 35+01 12"
    assert DRAND.canonical("AB" * 32 + "\n") == "ab" * 32


@pytest.mark.parametrize(
    "value",
    ["", "1 2 3 4 5 6", "1 2 3 4 5+7", "1 1 2 3 4 5+7", "1 2 3 4 5 34+7", "0 1 2 3 4 5+7", "a+b",
     "1 2 3 4 5 6+17", "1 2 3 4 5 6+7+8", "1 2 3 4 5 6+"],
)  # fmt: skip
def test_what_was_never_drawn_is_refused(value):
    """A ball that is missing, twice there, or too high."""
    with pytest.raises(NoTurn):
        SSQ.canonical(value)


@pytest.mark.parametrize(
    ("source", "example"), [(SSQ, "01 02 03 04 05 06+01"), (DLT, "01 02 03 04 05+01 02")]
)
def test_who_is_refused_is_shown_a_value_that_is_none(source, example):
    """In both languages; the example has as many balls as are drawn."""
    with pytest.raises(NoTurn) as refused:
        source.canonical("1")
    assert all(text.endswith(example) for text in refused.value.text)
    assert source.canonical(example) == example


def test_no_source_has_so_few_values_that_all_can_be_tried():
    """Two to the twentieth at least; and each says where it is published."""
    for source in random_sources().values():
        assert source.where.startswith("https://")
        if not isinstance(source.value, str):
            outcomes = 1
            for count, most in source.value:
                outcomes *= comb(most, count)
            assert outcomes >= 2**20
