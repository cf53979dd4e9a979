"""A log is read whole, and what is served is held against what is signed (I2, I7, I9)."""

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.shown_log import LOG, Author, Shown, issues_of, leaves, of, published, read
from tests.support.trials import times

SAID = leaves(700)
OBJECTS = published(SAID)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 512, 700])
def test_an_honest_log_is_sound(size: int) -> None:
    """Whatever its size."""
    report = read(published(SAID[:size]))
    assert issues_of(report) == []
    assert (report.size, report.cases, report.origin) == (size, min(size, 3), "log.test/log")


def changed(path: str, body: bytes | None) -> dict[str, bytes]:
    """What is shown, with one object changed, or gone."""
    shown = {name: one for name, one in OBJECTS.items() if name != path}
    return shown if body is None else {**shown, path: body}


SMALL = published(SAID[:300])
NEEDED = sorted(name for name in SMALL if name.startswith("tile/"))


@settings(max_examples=times(25))
@given(st.sampled_from(NEEDED), st.integers(0), st.integers(1, 255))
def test_no_byte_can_change(path: str, at: int, bits: int) -> None:
    """Of no object that the checkpoint needs."""
    body = bytearray(SMALL[path])
    body[at % len(body)] ^= bits
    assert issues_of(read({**SMALL, path: bytes(body)}))


def test_an_entry_that_was_edited_is_named() -> None:
    """It is not what its tile says, and neither is the root."""
    body = OBJECTS["tile/entries/001"]
    report = read(changed("tile/entries/001", body.replace(b'"n":100,', b'"n":109,', 1)))
    assert ("I7", 300) in issues_of(report)
    assert ("I9", None) in issues_of(report)


@pytest.mark.parametrize(
    ("path", "index"),
    [("tile/0/001", 256), ("tile/0/002.p/188", 512), ("tile/1/000.p/2", 0)],
)
def test_a_tile_that_was_changed_is_named(path: str, index: int) -> None:
    """The entries still have the root that is signed; but nobody could prove any of them."""
    body = OBJECTS[path]
    assert issues_of(read(changed(path, bytes(32) + body[32:]))) == [("I7", index)]
    assert issues_of(read(changed(path, body[:-32]))) != []
    assert issues_of(read(changed(path, None))) == [("I7", index)]


def test_in_a_tile_the_hash_that_differs_is_named() -> None:
    """Also far above the entries."""
    body = OBJECTS["tile/1/000.p/2"]
    assert issues_of(read(changed("tile/1/000.p/2", body[:32] + bytes(32)))) == [("I7", 256)]


def test_a_bundle_that_is_missing_is_named() -> None:
    """The rest is read all the same, by the hashes of the tile."""
    report = read(changed("tile/entries/001", None))
    assert set(issues_of(report)) >= {("I7", 256)}
    assert ("I9", None) not in issues_of(report)


@pytest.mark.parametrize("cut", [b"", b"\0\2{}", b"\0"])
def test_a_bundle_holds_exactly_its_entries(cut: bytes) -> None:
    """One more, one less and a part of one are all refused."""
    body = OBJECTS["tile/entries/002.p/188"]
    first = 2 + int.from_bytes(body[:2], "big")
    report = read(changed("tile/entries/002.p/188", body + cut if cut else body[first:]))
    assert ("I2", 512) in issues_of(report)


def test_nobody_reads_for_ever() -> None:
    """A log can sign that it has more entries than there could be, and have none of them."""
    text = f"{LOG.key.name}\n{1 << 60}\n{b64encode(bytes(32)).decode()}\n"
    report = read({"checkpoint": LOG.note(text)})
    assert issues_of(report)[-1] == ("I9", None)
    assert set(of(report, "I7")) == {256 * bundle for bundle in range(100)}


def test_a_case_that_was_dropped_from_the_middle_leaves_a_gap() -> None:
    """Though the operator signs what is left."""
    report = read(published(SAID[:300] + SAID[301:]))
    assert issues_of(report) == [("I4", 302)]


def test_swapped_entries_of_a_case_are_found() -> None:
    """Their numbers, and their links, say in which order they were."""
    said = SAID[:30]
    said[9], said[12] = said[12], said[9]
    assert set(of(read(published(said)), "I4")) >= {9}


def test_an_entry_that_comes_twice_is_found() -> None:
    """No fact is in the log twice."""
    assert ("I3", 20) in issues_of(read(published([*SAID[:20], SAID[19], *SAID[20:30]])))


def test_an_event_under_two_numbers_is_found() -> None:
    """The same event, told twice to one case."""
    author = Author()
    said = [author.says("x", at, key="duban/same") for at in (1, 2)]
    assert issues_of(read(published(said))) == [("I3", 1)]


def test_a_link_to_something_else_is_found() -> None:
    """`prev` is the hash of the fact before."""
    said = leaves(9)
    said[8]["prev"] = said[7]["prev"]
    assert issues_of(read(published(said))) == [("I4", 8)]


def test_one_of_our_cases_has_one_name() -> None:
    """Two would let two stories be told of one card."""
    author = Author()
    said = [author.says(case, 1, own="duban:item/1") for case in "xy"]
    assert issues_of(read(published(said))) == [("I3", 1)]


def test_only_a_part_is_read_where_that_is_asked_for() -> None:
    """No bundle before it is fetched, and the root still has to be right."""
    shown = Shown(OBJECTS)
    report = read(shown, since=600)
    assert issues_of(report) == []
    assert not {"tile/entries/000", "tile/entries/001", "tile/0/000"} & set(shown.asked)
    edited = OBJECTS["tile/entries/002.p/188"].replace(b'"n":210,', b'"n":219,', 1)
    assert {("I7", 630), ("I9", None)} <= set(
        issues_of(read(changed("tile/entries/002.p/188", edited), since=600))
    )
