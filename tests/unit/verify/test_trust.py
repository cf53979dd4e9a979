"""Who signed, whom the reader trusts, and how fresh it is (I11)."""

import json
from datetime import timedelta

import pytest

from chalicelib.errors import BadInput
from infra.verify.trust import Trust, read_trust
from tests.stranger.naive_log import Signatory
from tests.support.shown_log import (
    LOG,
    NOW,
    WITNESS,
    Objects,
    issues_of,
    leaves,
    published,
    read,
    trusting,
)

SAID = leaves(3)
OBJECTS = published(SAID)
SECOND = Signatory("witness.test/v", "another witness's key", WITNESS.key.kind)


def cosigned(minutes: int, *by: Signatory) -> Objects:
    """The log with its checkpoint cosigned so many minutes before now."""
    note = OBJECTS["checkpoint"].decode()
    text = note.partition("\n\n")[0] + "\n"
    at = int((NOW - timedelta(minutes=minutes)).timestamp())
    return {**OBJECTS, "checkpoint": (note + "".join(one.line(text, at) for one in by)).encode()}


def test_a_checkpoint_that_somebody_else_signed_is_refused() -> None:
    """Nothing below it is looked at."""
    forger = Signatory(LOG.key.name, "a forger's key")
    assert issues_of(read(published(SAID, by=forger))) == [("signature", None)]
    assert issues_of(read(published(SAID, by=Signatory("other.test/log", "x")))) == [
        ("signature", None)
    ]
    broken = OBJECTS["checkpoint"].replace(b"\n3\n", b"\n2\n")
    assert issues_of(read({**OBJECTS, "checkpoint": broken})) == [("signature", None)]
    assert issues_of(read({**OBJECTS, "checkpoint": b"no note"})) == [("signature", None)]


def test_without_a_key_of_their_own_a_reader_takes_the_logs_word() -> None:
    """Which is said."""
    vkey = trusting().vkeys[0].text
    about = json.dumps({"vkeys": [vkey], "witnesses": [], "quorum": 0}).encode()
    report = read({**OBJECTS, "log.json": about}, trust=Trust())
    assert (issues_of(report), report.remarks[0].check) == ([], "key")
    beside = {**OBJECTS, f"vkeys/{LOG.key.id.hex()}": f"{vkey}\n".encode()}
    report = read(beside, trust=Trust())
    assert (issues_of(report), report.remarks[0].check) == ([], "key")
    with pytest.raises(BadInput, match="--vkey"):
        read(OBJECTS, trust=Trust())
    with pytest.raises(BadInput, match="JSON"):
        read({**OBJECTS, "log.json": b"<html>"}, trust=Trust())


def test_enough_witnesses_must_have_seen_it_of_late() -> None:
    """Two hours; the quorum counts from the newest."""
    both = trusting(WITNESS, SECOND)
    one_of_two = trusting(WITNESS, SECOND, quorum=1)
    assert issues_of(read(cosigned(5, WITNESS, SECOND), trust=both)) == []
    assert issues_of(read(cosigned(5, WITNESS), trust=both)) == [("I11", None)]
    assert issues_of(read(cosigned(5, WITNESS), trust=one_of_two)) == []
    assert issues_of(read(cosigned(121, WITNESS), trust=one_of_two)) == [("I11", None)]
    stale = (
        cosigned(5, WITNESS)["checkpoint"] + cosigned(121, SECOND)["checkpoint"].splitlines()[-1]
    )
    assert issues_of(read({**OBJECTS, "checkpoint": stale + b"\n"}, trust=both)) == [("I11", None)]
    assert read(cosigned(5, WITNESS), trust=both).cosigned == {
        "witness.test/w": "2026-03-02T02:55:00.000Z"
    }


def test_a_witness_who_is_not_known_does_not_count() -> None:
    """Nor does one whose signature is wrong: that is no log to trust."""
    stranger = Signatory(WITNESS.key.name, "not the witness's key", WITNESS.key.kind)
    assert issues_of(read(cosigned(5, stranger), trust=trusting(WITNESS))) == [("I11", None)]
    line = cosigned(5, WITNESS)["checkpoint"].splitlines()[-1] + b"\n"
    moved = published(leaves(4))
    moved["checkpoint"] += line
    assert issues_of(read(moved, trust=trusting(WITNESS))) == [("signature", None)]


def test_where_no_witness_is_relied_on_the_sign_of_life_is_told() -> None:
    """The log's own word, so it is a remark."""
    fresh = read(OBJECTS, now=NOW - timedelta(hours=1))
    old = read(OBJECTS, now=NOW + timedelta(hours=1))
    assert "2026-03-02T01:00:02.000Z" in fresh.remarks[-1].en
    assert "hours ago" not in fresh.remarks[-1].en
    assert "hours ago" in old.remarks[-1].en


@pytest.mark.parametrize(
    ("vkeys", "witnesses", "quorum"),
    [(["nonsense"], [], None), (["w"], [], None), ([], ["l"], None), ([], ["w"], 2), ([], [], -1)],
)
def test_keys_that_are_none_are_refused(
    vkeys: list[str], witnesses: list[str], quorum: int | None
) -> None:
    """A witness's key is no log's, and there cannot be more of them than there are."""
    keys = {"l": trusting().vkeys[0].text, "w": trusting(WITNESS).witnesses[0].text}
    with pytest.raises(BadInput):
        read_trust(
            [keys.get(one, one) for one in vkeys], [keys.get(one, one) for one in witnesses], quorum
        )
