"""What the public is shown while others must have seen it first: witnesses, from end to end."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from chalicelib.lambdas import publish as publishing
from chalicelib.log.quorum import Quorum
from chalicelib.log.tlog.note import ED25519, Vkey, read_note
from chalicelib.log.tlog.policy import read_policy
from infra.cli.main import main
from infra.verify.run import VerifyingReader, verify_log
from infra.verify.trust import read_trust
from tests.stranger import notes as stranger
from tests.support.attacks import attack
from tests.support.memory_stage import memory_world
from tests.support.published import ORIGIN, START, grow, publish
from tests.support.shown_log import in_folder
from tests.support.witness import AT, witness

NOWHERE = "http://127.0.0.1:9"


def log_key(county):
    """The key that the county's log signs with."""
    return Vkey(ORIGIN, ED25519, county.services.signer.public)


def shown(county):
    """The size that the public is shown, and who signed it."""
    note = read_note(county.cloud.bucket.objects["checkpoint"])
    return int(note.text.split("\n")[1]), {line.name for line in note.lines}


def made(county):
    """Publish; give the size of the newest checkpoint, shown or held back."""
    newest = publishing.publish(county.services)
    assert newest
    return newest.size


@pytest.fixture
def county():
    """Give a county with something in its log."""
    with memory_world(START) as made:
        grow(made, 1)
        yield made


@contextmanager
def three(county, folder):
    """Run three witnesses of the county's log, of which two are needed."""
    places = [folder / name for name in ("a", "b", "c")]
    key = log_key(county)
    with (
        witness(places[0], "a.test", key) as a,
        witness(places[1], "b.test", key) as b,
        witness(places[2], "c.test", key) as c,
    ):
        county.services.witnesses.change(
            lambda old: (
                old.with_witness(a.vkey.text, a.url)
                .with_witness(b.vkey.text, b.url)
                .with_witness(c.vkey.text, c.url)
                .with_needed(2)
            )
        )
        yield a, b, c


def silenced(county, *runs):
    """Let these witnesses not be reached any more."""
    for run in runs:
        county.services.witnesses.change(
            lambda old, run=run: old.with_witness(run.vkey.text, NOWHERE)
        )


def heard(county, *runs):
    """Let these witnesses be reached again."""
    for run in runs:
        county.services.witnesses.change(
            lambda old, run=run: old.with_witness(run.vkey.text, run.url)
        )


def test_enough_witnesses_are_enough(county, tmp_path):
    """All of them, then one less; what is served verifies by their keys."""
    with three(county, tmp_path) as (a, b, c):
        first = publish(county).size
        assert shown(county) == (first, {ORIGIN, "a.test", "b.test", "c.test"})
        silenced(county, b)
        grow(county, 2)
        second = publish(county).size
        assert shown(county) == (second, {ORIGIN, "a.test", "c.test"})
        keys = [stranger.read_key(run.vkey.text) for run in (a, b, c)]
        note = stranger.read_note(county.cloud.bucket.objects["checkpoint"])
        assert stranger.signers(note, keys) == {keys[0]: AT, keys[2]: AT}
        assert (a.size(), b.size(), c.size()) == (second, first, second)


def test_too_few_witnesses_hold_the_log_back_and_lose_nothing(county, tmp_path):
    """The last quorum is shown; the minute after they are back, everything is."""
    with three(county, tmp_path) as (a, b, c):
        first = publish(county).size
        silenced(county, a, b)
        for case in (2, 3):
            grow(county, case)
            held = made(county)
            assert shown(county)[0] == first < held
            kept = read_note(county.cloud.bucket.objects[f"checkpoints/{held}"])
            assert {line.name for line in kept.lines} == {ORIGIN, "c.test"}
        made(county)  # nothing new, and still too few
        assert shown(county)[0] == first
        heard(county, a)
        publish(county)
        assert shown(county) == (held, {ORIGIN, "a.test", "c.test"})
        archived = county.cloud.bucket.objects[f"checkpoints/{held}"]
        assert {line.name for line in read_note(archived).lines} == {ORIGIN, "c.test"}
        heard(county, b)
        grow(county, 4)
        size = publish(county).size
        assert (a.size(), b.size(), c.size(), shown(county)[0]) == (size, size, size, size)


@attack("two histories, shown to two audiences", "witness")
def test_the_operator_cannot_have_two_histories_cosigned(county, tmp_path):
    """Tables, objects, key and signer's memory begun again: whoever witnessed the first refuses."""
    key = log_key(county)
    with three(county, tmp_path) as (a, b, c):
        publish(county)
        seen = a.size()
        quorum = county.services.witnesses.quorum()
        with memory_world("2026-03-02T09:00:00") as other:
            assert log_key(other) == key
            other.services.witnesses.change(lambda _: quorum)
            for case in range(5, 12):
                grow(other, case)
            assert made(other) > seen
            assert "checkpoint" not in other.cloud.bucket.objects
        assert (a.size(), b.size(), c.size()) == (seen, seen, seen)


def test_without_witnesses_the_log_is_shown_as_it_is_signed(county):
    """Nobody is relied on, and nothing else is said."""
    assert county.services.witnesses.quorum() == Quorum()
    size = publish(county).size
    assert shown(county) == (size, {ORIGIN})


def test_an_operator_hands_out_a_policy_that_the_log_meets(county, tmp_path, monkeypatch, capsys):
    """`duban log policy` prints a file; `duban verify --policy` goes by it, and by nothing else."""

    @contextmanager
    def here(_stage):
        yield county.services

    monkeypatch.setattr("infra.stack.services.services_of", here)
    assert main(["log", "policy"]) == 2  # nothing is public yet
    assert "尚未公布" in capsys.readouterr().err
    with three(county, tmp_path / "witnesses"):
        publish(county)
    capsys.readouterr()
    assert main(["log", "policy", "--url", "https://log.test/log"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# log.test/log 的信任策略")
    assert f"log {log_key(county).text} https://log.test/log\n" in printed
    assert "group witnesses 2 a.test b.test c.test\nquorum witnesses\n" in printed
    assert main(["log", "policy", "--json"]) == 0
    bare = json.loads(capsys.readouterr().out)["policy"]
    assert bare == printed.replace(" https://log.test/log", "")
    assert main(["log", "policy", "--url", "two words and more"]) == 2
    capsys.readouterr()

    (tmp_path / "policy").write_text(printed, "utf-8")
    copy = in_folder(tmp_path / "log", county.cloud.bucket.objects)
    policy = read_policy((tmp_path / "policy").read_bytes(), "policy")
    now = datetime.fromtimestamp(AT, UTC)
    report = verify_log(copy, VerifyingReader(read_trust([], [], None, policy), now))
    assert "I11" not in report.counts
    assert set(report.cosigned) == {"a.test", "b.test", "c.test"}
    (tmp_path / "policy").write_text(printed.replace(" 2 a.test", " 3 a.test"), "utf-8")
    raw = county.cloud.bucket.objects["checkpoint"]
    cut = b"".join(line for line in raw.splitlines(keepends=True) if b" b.test " not in line)
    in_folder(tmp_path / "log", {"checkpoint": cut})
    policy = read_policy((tmp_path / "policy").read_bytes(), "policy")
    report = verify_log(copy, VerifyingReader(read_trust([], [], None, policy), now))
    assert report.counts["I11"] == 1
