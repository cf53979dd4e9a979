"""The entries of a log are read once onto disk, and from there as often as need be."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.instant import parse
from chalicelib.log.tlog.tree import leaf_hash
from infra.verify.entries import CaseIndex, Entries, number, outline, own_name
from infra.verify.leaf_file import LeafFile, StoredLeaf
from infra.verify.leaf_form import ReadLeaf, read_leaves
from infra.verify.recorded import NEVER, RecordedTimes, instant_of, ms_of
from infra.verify.supervision.replay import SupervisionReplay
from tests.recorded.forgeries import _files, _leaves
from tests.support.shown_log import issues_of, leaves, published, read, written
from tests.support.trials import times

WEEK = _leaves(_files())
ODD = {"k": '"k":"x"', "n": 1, "rec": '","rec":"y', "own": 'duban:x","own":"z', "case": "c"}
"""Data that looks like the fields around it; a quote within it is escaped."""


@contextmanager
def entries_of(raw: list[bytes]) -> Iterator[Entries]:
    """The entries of a log of *raw* leaves."""
    entries = Entries(0, 0)
    for leaf in raw:
        entries.add(leaf_hash(leaf), leaf)
    entries.finish()
    yield entries
    entries.leaves.close()


def test_the_outline_of_a_leaf_is_what_is_in_it() -> None:
    """Also where its data, or its key, look like the fields around them."""
    odd = {**WEEK[0], "own": 'duban:item/"own":"a\\', "key": 'duban/","n":7,"own":"b', "n": 0}
    for leaf in [*WEEK, *leaves(9), {**WEEK[0], "data": ODD}, {**odd, "data": ODD}]:
        raw = written(leaf)
        seen = outline(raw)
        assert seen is not None
        assert (seen.case, seen.kind, seen.recorded) == tuple(
            leaf[name].encode() for name in ("case", "k", "rec")
        )
        assert number(raw) == leaf["n"]
        assert (seen.own_at >= 0) == ("own" in leaf)
        assert "own" not in leaf or own_name(raw, seen.own_at) == leaf["own"]


@pytest.mark.parametrize("raw", [b"", b"{}", b"x" * 200, written(WEEK[0])[:60]])
def test_what_is_no_leaf_has_no_outline(raw: bytes) -> None:
    """And is of no case; the others are."""
    assert outline(raw) is None
    with entries_of([written(WEEK[0]), raw, written(WEEK[1])]) as entries:
        assert entries.shapeless == [1]
        assert [entry.index for entry in entries] == [0, 2]


NAME = WEEK[0]["case"].encode()


@pytest.mark.parametrize(
    "change",
    [
        (NAME, b"c_" + b"\xff" * 26),
        (NAME, b"c_" + b"\xe4\xb8\xad" * 8 + b"aa"),
        (b'"rec":"2', b'"rec":"x'),
        (b'"n":', b'"n":x'),
        (b'"own":"duban', b'"own":"\xff'),
        (b'"own":"duban:', b'"own":"duban:nothing'),
    ],
)
def test_whoever_writes_nonsense_is_found_and_nothing_breaks(change: tuple[bytes, bytes]) -> None:
    """Though the rules are read before every leaf is."""
    raw = [written(leaf) for leaf in WEEK[:40]]
    assert b'"own":"duban:log' in raw[0]
    raw[0] = raw[0].replace(*change)
    stated = next(n for n, leaf in enumerate(WEEK) if leaf["k"] == "rules.adopted")
    raw[stated] = raw[stated].replace(*change)
    report = read(published(raw), replay=SupervisionReplay)
    is_a_leaf = b"nothing" in change[1]  # though it has the name of no kind of case
    assert (("I10", 0) in issues_of(report)) != is_a_leaf
    assert not report.is_sound


def test_entries_are_read_again_as_they_came() -> None:
    """In order, one by one, and case by case."""
    raw = [written(leaf) for leaf in WEEK]
    with entries_of(raw) as entries:
        assert len(entries) == len(raw)
        for _ in range(2):
            assert [entry.leaf for entry in entries] == raw
        for index in (0, 7, len(raw) - 1):
            entry, leaf = entries.entry(index), WEEK[index]
            assert (entry.index, entry.case, entry.n) == (index, leaf["case"], leaf["n"])
            assert (entry.kind, entry.recorded, entry.payload) == (leaf["k"], leaf["rec"], leaf)
        assert entries.own == {leaf["case"]: leaf["own"] for leaf in WEEK if "own" in leaf}
        for case in range(len(entries.cases)):
            places = entries.cases.places(case)
            name = entries.cases.name(case)
            assert [raw.index(entries.leaves.read(place).leaf) for place in places] == [
                n for n, leaf in enumerate(WEEK) if leaf["case"] == name
            ]


def test_a_leaf_is_read_into_its_fact() -> None:
    """The short way says what the long one does."""
    raw = [written(leaf) for leaf in WEEK]
    for leaf, made in zip(WEEK, read_leaves(raw), strict=True):
        assert isinstance(made, ReadLeaf)
        fact = made.fact
        assert (made.case, made.prev, made.own) == (leaf["case"], leaf["prev"], leaf.get("own", ""))
        assert (fact.n, fact.kind, fact.key, fact.data) == (
            leaf["n"], leaf["k"], leaf["key"], leaf["data"],
        )  # fmt: skip
        assert (fact.at, fact.recorded_at) == (parse(leaf["at"]), parse(leaf["rec"]))
        assert (fact.told, fact.source) == (leaf.get("told", False), leaf.get("src", ""))


@settings(max_examples=times(50))
@given(st.lists(st.tuples(st.sampled_from("ab7z"), st.integers(0, 3)), max_size=60))
def test_cases_are_numbered_by_their_first_leaves(cases: list[tuple[str, int]]) -> None:
    """Whatever their names are; each has its leaves in order."""
    index, wanted = CaseIndex(), dict[str, list[int]]()
    for place, (letter, digit) in enumerate(cases):
        name = f"c_{letter}{digit}".ljust(28, "a")
        index.add(name.encode(), place)
        wanted.setdefault(name, []).append(place)
    index.sort()
    assert [index.name(case) for case in range(len(index))] == [*wanted]
    assert [list(index.places(case)) for case in range(len(index))] == [*wanted.values()]
    for name, places in wanted.items():
        assert list(index.places_of(name)) == places
    assert list(index.places_of("c_".ljust(28, "m"))) == []


def test_a_leaf_file_has_every_length() -> None:
    """Of no bytes, and of more than are read at a time."""
    raw = [b"", b"x", b"y" * 70_000, b"", *(b"z" * n for n in range(0, 66_000, 3_000))]
    file = LeafFile(256)
    for leaf in raw:
        file.add(leaf_hash(leaf), leaf)
    file.finish()
    assert len(file) == len(raw)
    wanted = [StoredLeaf(leaf_hash(leaf), leaf) for leaf in raw]
    assert [*file] == wanted
    assert file.read(258) == wanted[2]
    assert file.hashes(257, 2) == wanted[1].hash + wanted[2].hash
    assert file.hashes(256, 1000) == b"".join(each.hash for each in wanted)
    file.close()


def test_when_entries_were_recorded() -> None:
    """To the millisecond; what makes no sense was never."""
    times_ = RecordedTimes(3)
    for written_ in (
        "2026-03-02T01:00:00.001Z",
        "2026-02-30T01:00:00.000Z",
        "",
        "9999-12-31T23:59:59.999Z",
    ):
        times_.add(written_.encode(), b"heartbeat")
    assert [index for index, _ in times_] == [3, 6]
    assert [(index, at) for index, at in times_.backwards()] == [*times_][::-1]
    assert times_.of(3) == parse("2026-03-02T01:00:00.001Z")
    assert [report.leaf for report in times_.reports] == [3, 6]
    assert list(times_.latest_until())[1] == ms_of(times_.of(3))
    assert instant_of(ms_of(times_.of(6))) == times_.of(6)
    times_.drop([6])
    assert (len(times_), list(times_.at)[1:]) == (1, [NEVER] * 3)
    assert [report.leaf for report in times_.reports] == [3]
    assert json.dumps([*times_]) == f"[[3, {ms_of(times_.of(3))}]]"
