"""A log only grows: what was signed, or seen, before is held against it (I1, I8)."""

import json
from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from infra.verify.source import KeptSource
from tests.support.attacks import attack
from tests.support.shown_log import Shown, in_folder, issues_of, leaves, published, read

SAID = leaves(600)
OBJECTS = published(SAID, [5, 300, 512])
OTHER = [{**one, "data": {"region": "410105"}} if one["n"] == 0 else one for one in SAID]


def kept(folder: Path, note: bytes) -> tuple[Path]:
    """A checkpoint that somebody kept in a file."""
    file = folder / "old"
    file.write_bytes(note)
    return (file,)


@pytest.mark.parametrize("size", [5, 300, 512, 600])
def test_a_log_that_grew_extends_what_was_kept(tmp_path: Path, size: int) -> None:
    """From any size, read whole or in part."""
    old = kept(tmp_path, OBJECTS[f"checkpoints/{size}"])
    assert issues_of(read(OBJECTS, checkpoints=old)) == []
    assert issues_of(read(OBJECTS, checkpoints=old, since=560)) == []


def test_a_part_is_held_against_what_was_kept_by_tiles_that_are_authentic(tmp_path: Path) -> None:
    """A false tile before that part is no false history."""
    old = kept(tmp_path, OBJECTS["checkpoints/300"])
    for tile in ({}, {"tile/0/001": bytes(8192)}):
        shown = {name: one for name, one in OBJECTS.items() if name != "tile/0/001"} | tile
        assert issues_of(read(shown, checkpoints=old, since=560)) == [("I7", None)]


@attack("a history rewritten and signed anew", "kept checkpoint")
@pytest.mark.parametrize("size", [1, 256, 300, 600])
def test_a_rewritten_history_is_found_by_whoever_kept_a_checkpoint(
    tmp_path: Path, size: int
) -> None:
    """Though the operator signs both."""
    old = kept(tmp_path, published(OTHER[:size])["checkpoint"])
    assert ("I1", None) in issues_of(read(OBJECTS, checkpoints=old))


def test_where_what_is_served_is_broken_nobody_is_accused_of_more(tmp_path: Path) -> None:
    """A tile that is wrong is no rewritten history."""
    old = kept(tmp_path, OBJECTS["checkpoints/300"])
    shown = {name: one for name, one in OBJECTS.items() if not name.startswith("tile/entries/")}
    broken = read(shown | {"tile/0/000": b"nonsense"}, checkpoints=old)
    assert {"I9", "I7"} == {check for check, _ in issues_of(broken)}


@attack("a log that goes back to an earlier state", "kept checkpoint")
def test_a_log_that_went_back_is_found(tmp_path: Path) -> None:
    """A restored backup, or an old state shown for ever."""
    old = kept(tmp_path, OBJECTS["checkpoint"])
    assert issues_of(read(published(SAID[:512]), checkpoints=old)) == [("I8", None)]


def test_what_was_kept_must_be_signed_by_the_log(tmp_path: Path) -> None:
    """Else it says nothing about it."""
    with pytest.raises(BadInput, match="old"):
        read(OBJECTS, checkpoints=kept(tmp_path, b"not a note"))
    with pytest.raises(BadInput, match="no-such"):
        read(OBJECTS, checkpoints=(tmp_path / "no-such",))


def test_the_logs_own_archive_is_checked(tmp_path: Path) -> None:
    """Each checkpoint in a copied folder, by its own size."""
    shown = in_folder(tmp_path, OBJECTS)
    assert issues_of(read(shown)) == []
    (tmp_path / "checkpoints/300").write_bytes(published(OTHER[:300])["checkpoint"])
    (tmp_path / "checkpoints/7").write_bytes(OBJECTS["checkpoints/5"])
    assert issues_of(read(shown)) == [("I8", None), ("I1", None)]


def test_over_the_wire_the_archived_checkpoint_of_this_size_is_checked() -> None:
    """It may lack, as others' logs have none."""
    forged = published(OTHER)["checkpoint"]
    assert issues_of(read({**OBJECTS, "checkpoints/600": forged})) == [("I1", None)]
    report = read({name: one for name, one in OBJECTS.items() if "checkpoints/" not in name})
    assert (issues_of(report), [one.check for one in report.remarks]) == ([], ["I7", "I11"])


def test_a_partial_tile_of_an_earlier_size_must_be_the_beginning_of_todays(
    tmp_path: Path,
) -> None:
    """Bytes under a name never change, so they never contradict."""
    shown = in_folder(tmp_path, OBJECTS)
    file = tmp_path / "tile/0/001.p/44"
    file.write_bytes(bytes(32) + file.read_bytes()[32:])
    assert issues_of(read(shown)) == [("I8", 256)]


def test_what_was_fetched_is_kept_and_not_fetched_again(tmp_path: Path) -> None:
    """A break in the middle costs nothing but what was under way."""
    first = Shown({name: one for name, one in OBJECTS.items() if name != "tile/entries/001"})
    assert ("I7", 256) in issues_of(read(KeptSource(first, tmp_path)))
    second = Shown(OBJECTS)
    assert issues_of(read(KeptSource(second, tmp_path))) == []
    assert set(second.asked) == {"checkpoint", "log.json", "tile/entries/001"}


def test_the_last_checkpoint_that_verified_is_kept(tmp_path: Path) -> None:
    """And the log is held to it."""
    longer = published(leaves(700))
    for objects in (OBJECTS, longer):
        assert issues_of(read(KeptSource(Shown(objects), tmp_path))) == []
        assert (tmp_path / "checkpoint").read_bytes() == objects["checkpoint"]
    assert issues_of(read(KeptSource(Shown(OBJECTS), tmp_path))) == [("I8", None)]
    assert (tmp_path / "checkpoint").read_bytes() == longer["checkpoint"]


def test_who_was_shown_another_log_has_it_in_hand(tmp_path: Path) -> None:
    """Both signatures are kept: going back to the old story does not help."""
    read(KeptSource(Shown(OBJECTS), tmp_path))
    longer, other = published(leaves(700)), published([*OTHER, *leaves(700)[600:]])
    assert {("I1", None), ("I8", None)} <= set(issues_of(read(KeptSource(Shown(other), tmp_path))))
    assert (tmp_path / "checkpoint").read_bytes() == OBJECTS["checkpoint"]
    assert ("I1", None) in issues_of(read(KeptSource(Shown(longer), tmp_path)))


def test_a_kept_folder_is_a_log_that_can_be_verified(tmp_path: Path) -> None:
    """Whoever mirrors a log can serve it."""
    read(KeptSource(Shown(OBJECTS), tmp_path / "kept"))
    assert issues_of(read(in_folder(tmp_path / "kept", {}))) == []


def test_bytes_that_changed_since_they_were_kept_are_named(tmp_path: Path) -> None:
    """What is served now may be right; that it was otherwise once is not."""
    kept_ = KeptSource(Shown(OBJECTS), tmp_path)
    read(kept_)
    for path in ("tile/entries/001", "tile/0/000", "tile/1/000.p/2"):
        body = (tmp_path / path).read_bytes()
        (tmp_path / path).write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    assert sorted(issues_of(read(kept_)), key=str) == [("I8", 0), ("I8", 0), ("I8", 256)]
    assert issues_of(read(kept_)) == []


ABOUT = {"vkeys": ["a"], "receipt_vkeys": ["r"], "witnesses": ["w"], "quorum": 1}


@attack("log.json of another day, with other keys or a weaker promise", "kept checkpoint")
@pytest.mark.parametrize(
    ("change", "findings", "remarks"),
    [
        ({}, 0, ""),
        ({"receipt_vkeys": ["r", "s"]}, 0, "names a new key of receipts: s"),
        ({"receipt_vkeys": ["s"]}, 1, "names a new key of receipts: s"),
        ({"vkeys": ["b"]}, 1, "names a new key of the log: b"),
        ({"mmd_seconds": 600}, 0, ""),
        ({"mmd_seconds": 86400}, 1, ""),
        ({"mmd_seconds": None}, 1, ""),
        ({"witnesses": [], "quorum": 0}, 0, "names other witnesses"),
    ],
)
def test_what_the_log_said_of_itself_is_kept(
    tmp_path: Path, change: dict[str, object], findings: int, remarks: str
) -> None:
    """It is not signed, so a reader who kept it sees what became of it."""
    about = {**ABOUT, "mmd_seconds": 600}
    for said in (about, {**about, **change}):
        shown = Shown(OBJECTS | {"log.json": json.dumps(said).encode()})
        report = read(KeptSource(shown, tmp_path))
    assert issues_of(report) == [("I8", None)] * findings
    told = [issue.en for issue in report.remarks if issue.check == "I8"]
    assert [remarks in one for one in told] == [True] * bool(remarks)
