"""Entries that are backdated, and logs that are frozen or cut short (F-62, F-68)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.instant import text, whole
from infra.verify.delay import ON_TRIAL
from infra.verify.trust import read_trust
from tests.stranger.naive_log import Signatory
from tests.stranger.notes import COSIGNER
from tests.support.attacks import attack, duban_verify, named_first, signed, verify
from tests.support.claimed import local_text
from tests.support.replayed import Leaf, PublicWorld, chained, public_world
from tests.support.rewritten import leaves, rules
from tests.support.served_log import served
from tests.support.shown_log import published, read, vkey

__all__ = ["leaves", "rules"]  # fixtures

WITNESS = Signatory("own.test/w", "the reader's own witness", COSIGNER)
NOW = datetime.now(UTC).replace(microsecond=0)
HIDDEN_AT, SHOWN_AT = NOW - timedelta(hours=3), NOW - timedelta(minutes=70)


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give a county that has lived the last five hours; its second case came three hours ago."""
    began = NOW - timedelta(hours=5)
    with public_world(local_text(began)) as made:
        made.accept(local_text(began), "1", department="Housing")
        made.until(local_text(HIDDEN_AT), minutes=20)
        made.wall.at = HIDDEN_AT
        made.accept(local_text(HIDDEN_AT), "2", department="Water")
        made.until(local_text(NOW), minutes=20)
        yield made


def backdated(leaves: list[Leaf]) -> tuple[list[Leaf], int]:
    """Leave out what was recorded while the second case was not shown; return where it stands."""
    case = next(leaf for leaf in leaves if leaf["data"].get("department") == "Water")
    kept = [
        leaf for leaf in leaves if leaf is case or not case["rec"] <= leaf["rec"] <= text(SHOWN_AT)
    ]
    said = ("heartbeat", "rules.adopted")  # at midnight the log states its rules once more
    kept = [leaf for leaf in kept if leaf["k"] in said or leaf["rec"] <= case["rec"]]
    names = {leaf["case"]: {"own": leaf["own"]} for leaf in leaves if "own" in leaf}
    return named_first([leaf | names.get(leaf["case"], {}) for leaf in kept]), kept.index(case)


def cosign(file: Path, at: datetime) -> None:
    """Let the witness cosign the checkpoint in *file*."""
    note = file.read_bytes()
    body = note.decode().partition("\n\n")[0] + "\n"
    file.write_bytes(note + WITNESS.line(body, int(at.timestamp())).encode())


@attack("an entry dated before a checkpoint that lacks it", "kept checkpoint")
@pytest.mark.parametrize("late", [9, 11, 110], ids="{}m".format)
def test_a_backdated_entry_behind_a_kept_checkpoint(
    leaves: list[Leaf], rules: dict[str, bytes], tmp_path: Path, late: int
) -> None:
    """F-62: recorded at 17:20, it says; what the reader's witness saw at 19:10 lacks it."""
    kept, place = backdated(leaves)
    folder = signed(tmp_path / "log", kept, rules, place)
    cosign(folder / "checkpoint", NOW)
    old = tmp_path / "kept"
    old.write_bytes((folder / f"checkpoints/{place}").read_bytes())
    cosign(old, HIDDEN_AT + timedelta(minutes=late))
    witness = ("--witness", vkey(WITNESS))
    assert duban_verify(folder, *witness).findings == []
    verdict = duban_verify(folder, *witness, "--checkpoint", str(old))
    assert verdict.code == (late > 10)
    assert [one["index"] for one in verdict.report["findings"]] == [place] * (late > 10)


@attack("an entry dated before an archived checkpoint that lacks it", "witness")
def test_a_backdated_entry_behind_an_archived_checkpoint(
    leaves: list[Leaf], rules: dict[str, bytes], tmp_path: Path
) -> None:
    """The log's own archive has the cosignature: nobody need keep anything."""
    kept, place = backdated(leaves)
    folder = signed(tmp_path, kept, rules, place)
    cosign(folder / "checkpoint", NOW)
    cosign(folder / f"checkpoints/{place}", SHOWN_AT)
    verdict = duban_verify(folder, "--witness", vkey(WITNESS))
    assert (verdict.code, verdict.report["counts"]) == (1, {"I5": 1})


@attack("an entry dated later than a checkpoint that holds it", "witness")
def test_an_entry_of_a_time_to_come(
    leaves: list[Leaf], rules: dict[str, bytes], tmp_path: Path
) -> None:
    """What a witness saw an hour ago cannot have been recorded since."""
    folder = signed(tmp_path, leaves, rules)
    cosign(folder / "checkpoint", NOW - timedelta(hours=1))
    verdict = duban_verify(folder, "--witness", vkey(WITNESS))
    assert verdict.code == 1
    assert any("hold it already" in one for one in verdict.findings)


@attack("a frozen log with a cosignature of a time to come", "witness")
@pytest.mark.parametrize(("ahead", "is_found"), [(5, False), (600, True)])
def test_a_cosignature_that_is_yet_to_come(
    leaves: list[Leaf], rules: dict[str, bytes], tmp_path: Path, ahead: int, *, is_found: bool
) -> None:
    """It would count as fresh until then; two clocks may differ by a little."""
    folder = signed(tmp_path, leaves, rules)
    cosign(folder / "checkpoint", NOW + timedelta(minutes=ahead))
    verdict = duban_verify(folder, "--witness", vkey(WITNESS))
    assert any("which is yet to come" in one for one in verdict.findings) == is_found
    assert any("0 witnesses have cosigned" in one for one in verdict.findings) == is_found


@attack("an entry dated before the reader fetched a log that lacks it", "kept checkpoint")
def test_a_backdated_entry_behind_what_was_fetched(
    leaves: list[Leaf], rules: dict[str, bytes], tmp_path: Path
) -> None:
    """No witness: `--keep` stores when it was fetched."""
    kept, place = backdated(leaves)
    folder = signed(tmp_path / "log", kept[:place], rules)
    keep = ("--keep", str(tmp_path / "kept"), "--max-age", "1d")
    with served(tmp_path) as url:
        assert duban_verify(url, *keep).findings == []
        signed(folder, kept, rules)
        assert duban_verify(url).code == 0
        verdict = duban_verify(url, *keep)
    assert verdict.code == 1
    assert ("I5", place) in [(one["check"], one["index"]) for one in verdict.report["findings"]]


def test_a_log_that_grows_honestly_is_fetched_again(
    leaves: list[Leaf], rules: dict[str, bytes], tmp_path: Path
) -> None:
    """What was recorded in the last ten minutes may have come in since."""
    lately = {**leaves[-1], "key": "duban/heartbeat/last", "k": "heartbeat", "data": {}}
    at = text(whole(datetime.now(UTC)) - timedelta(minutes=9))
    lately = {**lately, "rec": at, "at": at}
    begun = [leaf for leaf in leaves if leaf["rec"] < at]
    folder = signed(tmp_path / "log", begun, rules)
    with served(tmp_path) as url:
        keep = ("--keep", str(tmp_path / "kept"))
        assert duban_verify(url, *keep).findings == []
        signed(folder, [*begun, lately], rules)
        assert duban_verify(url, *keep).findings == []


@attack("a log that is frozen or cut short, without a witness", "any reader")
@pytest.mark.parametrize("hours", [1, 3])
def test_a_log_that_is_cut_short(
    leaves: list[Leaf], rules: dict[str, bytes], tmp_path: Path, hours: int
) -> None:
    """F-68: at an address it is no older than two hours, or than the reader says."""
    last = text(NOW - timedelta(hours=hours))
    kept = [leaf for leaf in leaves if leaf["rec"] <= last]
    folder = signed(tmp_path / "log", kept, rules)
    assert duban_verify(folder).code == 0
    assert duban_verify(folder, "--max-age", "30m").code == 1
    with served(tmp_path) as url:
        assert duban_verify(url).code == (hours > 2)
        assert duban_verify(url, "--max-age", "4h").code == 0


@attack("a frozen log whose heartbeats are dated ahead", "any reader")
def test_a_heartbeat_that_is_yet_to_come(
    leaves: list[Leaf], rules: dict[str, bytes], tmp_path: Path
) -> None:
    """It would keep a frozen log fresh for ever."""
    ahead = text(NOW + timedelta(days=30))
    beat = next(leaf for leaf in reversed(leaves) if leaf["k"] == "heartbeat")
    beat = {name: value for name, value in beat.items() if name != "own"}
    beat = {**beat, "key": "duban/heartbeat/ahead", "rec": ahead, "at": ahead}
    signed(tmp_path / "log", [*leaves, beat], rules)
    with served(tmp_path) as url:
        verdict = duban_verify(url)
    assert verdict.code == 1
    assert any(one.startswith("I11") and "yet to come" in one for one in verdict.findings)


@attack(
    "a copy whose last entry is dated ahead, so that what is missing may yet come", "any reader"
)
@pytest.mark.parametrize("ahead", ["9m", "11m", "the last day"])
def test_a_copy_that_ends_in_time_to_come(
    leaves: list[Leaf], rules: dict[str, bytes], tmp_path: Path, ahead: str
) -> None:
    """After thousands of years of silence a service would be catching up."""
    minutes = ahead.removesuffix("m")
    late = datetime.now(UTC) + timedelta(minutes=int(minutes) if minutes.isdecimal() else 0)
    at = text(whole(late)) if minutes.isdecimal() else "9999-12-31T23:59:59.999Z"
    case = next(leaf for leaf in reversed(leaves) if leaf["k"] == "case.accepted")
    last = {**case, "case": "c_" + "q" * 26, "key": "e_" + "q" * 26, "rec": at}
    verdict = verify(tmp_path, [*leaves, last], rules)
    assert any("later than your clock" in one for one in verdict.findings) == (ahead != "9m")
    assert verdict.code == (ahead != "9m")


def test_the_clock_of_a_local_stage_is_its_own(leaves: list[Leaf], rules: dict[str, bytes]) -> None:
    """Anybody may set it; of a log with an address each entry that is yet to come is counted."""
    objects = {**published(chained(leaves)), **rules}
    (said,) = [one.en for one in read(objects, now=NOW - timedelta(days=1)).findings][:1]
    assert said.startswith(f"{len(leaves)} entries are recorded later than your clock shows")
    local = Signatory(ON_TRIAL, "a local stage's key")
    objects = {**published(chained(leaves), by=local), **rules}
    trust = read_trust([vkey(local)], [], None)
    assert read(objects, trust=trust, now=NOW - timedelta(days=1)).findings == []
