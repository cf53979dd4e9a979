"""Receipts that somebody holds, against the log: honoured, late, omitted, or not due yet (I12)."""

import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from datetime import timedelta

import pytest

from chalicelib.errors import BadInput
from chalicelib.log.receipts import Receipts
from chalicelib.log.tlog.note import (
    COSIGNATURE,
    ED25519,
    Note,
    Vkey,
    cosign,
    read_vkey,
    sign_note,
)
from chalicelib.log.tlog.receipt import Receipt
from chalicelib.log.tlog.signer import SeedSigner
from infra.verify.trust import read_trust
from tests.support.attacks import attack
from tests.support.shown_log import (
    BEGAN,
    LOG,
    NOW,
    Author,
    issues_of,
    published,
    read,
    vkey,
    written,
)

GIVER = Receipts("log.test/log", SeedSigner(bytes(32)))
SEEN = SeedSigner(bytes([1]) * 32)
EVENT = {"id": "e1", "type": "case.submitted"}
ANSWER = {"id": "e1", "status": "recorded", **GIVER.of_event(EVENT, bytes(16), BEGAN)}
DIGEST = urlsafe_b64encode(hashlib.sha256(ANSWER["disclosure"].encode()).digest()).decode()[:-1]
OTHER = [urlsafe_b64encode(bytes([n] * 32)).decode()[:-1] for n in range(3)]


def log(*recorded, honoured=None, rec="2026-03-02T01:00:00.000Z"):
    """Leaves recorded at these seconds; the one at place *honoured* carries the digest.

    It was recorded at *rec*, whatever its place.
    """
    author = Author()
    return [
        author.says("x", at, d=sorted([*OTHER, DIGEST]), rec=rec)
        if n == honoured
        else author.says("y", at)
        for n, at in enumerate(recorded)
    ]


def checked(tmp_path, shown, answer=ANSWER, now=NOW, **trust):
    """What is found, and what is remarked, about a receipt."""
    file = tmp_path / "answer.json"
    file.write_text(answer if isinstance(answer, str) else json.dumps(answer), encoding="utf-8")
    trusted = read_trust(
        [vkey(LOG), GIVER.vkey.text], trust.get("witnesses", ()), trust.get("quorum")
    )
    report = read(shown, trust=trusted, receipts=(file,), now=now)
    said = [issue.en for issue in report.remarks if issue.check == "I12"]
    return [one for one in issues_of(report) if one[0] == "I12"], said


def test_a_receipt_that_is_honoured_needs_no_word(tmp_path):
    """It is in the log, before anything that was recorded after the promise."""
    objects = published(log(0, 0, 300, 700, 4000, honoured=2))
    assert checked(tmp_path, objects) == ([], [])
    assert checked(tmp_path, objects, answer=ANSWER["receipt"]) == ([], [])
    batch = {"results": [{"id": "bad", "status": "refused", "problem": {}}, ANSWER]}
    assert checked(tmp_path, objects, answer=batch) == ([], [])


def test_what_the_log_goes_on_without_was_omitted(tmp_path):
    """Something recorded after the promise is in it, and this is not."""
    assert checked(tmp_path, published(log(0, 300, 601))) == ([("I12", None)], [])


def test_what_came_after_later_things_came_too_late(tmp_path):
    """Entries come in one after another; one of them says when that was."""
    assert checked(tmp_path, published(log(0, 601, 0, honoured=2)))[0] == [("I12", 2)]
    assert checked(tmp_path, published(log(0, 600, 0, honoured=2))) == ([], [])


@pytest.mark.parametrize(
    ("rec", "found"),
    [
        ("2026-03-02T01:00:00.000Z", []),
        ("2026-03-02T01:00:00.999Z", []),
        ("2026-03-02T01:00:01.000Z", [("I12", 2)]),
        ("2026-03-02T00:59:59.999Z", [("I12", 2)]),
    ],
)
def test_what_is_recorded_at_another_second_than_it_was_received_is_misdated(tmp_path, rec, found):
    """Whether news came in time hangs on it; whoever holds the receipt can prove when."""
    shown = published(log(0, 0, 2, 3, honoured=2, rec=rec))
    assert checked(tmp_path, shown)[0] == found


def test_what_a_witness_did_not_see_in_time_is_proved(tmp_path):
    """The log itself says nothing after the promise; its cosigned checkpoint does."""
    for at, expected in ((599, []), (601, [("I12", None)])):
        objects = published(log(0, 300))
        note = objects["checkpoint"].decode()
        moment = int(BEGAN.timestamp()) + at
        line = cosign(note.split("\n\n")[0] + "\n", "w.test/w", moment, SEEN).text
        objects["checkpoint"] = (note + line).encode()
        witness = Vkey("w.test/w", COSIGNATURE, SEEN.public).text
        judgement, said = checked(tmp_path, objects, witnesses=[witness], quorum=0)
        assert judgement == expected
        assert bool(said) == (not expected)


def test_what_is_not_due_or_not_dated_is_only_remarked(tmp_path):
    """The reader's own clock proves nothing to others."""
    objects = published(log(0, 300))
    early = checked(tmp_path, objects, now=BEGAN + timedelta(minutes=10))
    assert early == ([], ["receipt e1 is due 2026-03-02T01:10:00.000Z"])
    ours, (said,) = checked(tmp_path, objects)
    assert ours == []
    assert "nothing that others could check" in said


def test_a_receipt_of_a_leaf_is_honoured_by_the_leaf(tmp_path):
    """By its hash."""
    said = log(0, 300, 700)
    entry = hashlib.sha256(b"\0" + written(said[1])).digest()
    receipt = GIVER.of_leaf(entry, BEGAN + timedelta(seconds=300))
    assert checked(tmp_path, published(said), answer=receipt) == ([], [])
    receipt = GIVER.of_leaf(bytes(32), BEGAN)
    assert checked(tmp_path, published(said), answer=receipt)[0] == [("I12", None)]


def test_what_is_ahead_of_its_time_makes_nothing_late(tmp_path):
    """As the next heartbeat tells; what is wrong with it is said elsewhere."""
    author = Author()
    ahead = author.says("y", 90_000)
    beat = author.says("z", 0, k="heartbeat", key="duban/heartbeat/0")
    said = [ahead, beat, author.says("x", 0, d=sorted([*OTHER, DIGEST])), author.says("y", 700)]
    assert checked(tmp_path, published(said)) == ([], [])
    now = BEGAN + timedelta(days=2)
    assert issues_of(read(published(said), now=now)) == [("I5", 0)]


@attack("a receipt that promises a time long after the log's own", "receipt")
def test_a_receipt_that_promises_nothing_is_a_finding(tmp_path):
    """It is signed; the event is due when every other is, all the same."""
    digest = hashlib.sha256(ANSWER["disclosure"].encode()).digest()
    promise = Receipt(GIVER.vkey.name, digest, BEGAN, BEGAN + timedelta(days=9999)).text
    note = Note(promise, (sign_note(promise, GIVER.vkey.name, GIVER.signer),))
    answer = {**ANSWER, "receipt": note.written.decode()}
    said = [("I12", None), ("I12", None)]
    assert checked(tmp_path, published(log(0, 300, 700)), answer) == (said, [])
    assert checked(tmp_path, published(log(0, 0, 700, honoured=1)), answer) == (said[:1], [])


@attack("two events with receipts, and one entry that answers both", "receipt")
def test_one_entry_answers_one_receipt(tmp_path):
    """One of the two is hidden behind the other; the same receipt twice is no harm."""
    second = {"id": "e2", **GIVER.of_event({**EVENT, "id": "e2"}, bytes(16), BEGAN)}
    hashed = hashlib.sha256(second["disclosure"].encode()).digest()
    other = urlsafe_b64encode(hashed).decode()[:-1]
    author = Author()
    both = sorted([*OTHER[:2], DIGEST, other])
    said = [author.says("y", 0), author.says("x", 0, d=both), author.says("y", 700)]
    answers = {"results": [ANSWER, ANSWER, second]}
    assert checked(tmp_path, published(said), answers) == ([("I12", 1)], [])
    assert checked(tmp_path, published(said), {"results": [ANSWER, ANSWER]}) == ([], [])


@attack("a receipt that is answered by an entry which tells nothing", "receipt")
def test_what_nobody_told_answers_no_receipt(tmp_path):
    """A derived fact lists the digest, and the event is not in the log."""
    (said,) = log(0, honoured=0)
    derived = {name: value for name, value in said.items() if name not in ("told", "src")}
    derived |= {"k": "data.flagged", "key": "flag/1"}
    assert checked(tmp_path, published([derived]))[0] == [("I12", 0)]


def test_a_digest_in_a_text_honours_nothing(tmp_path):
    """Only what the leaf commits to counts, wherever else the same letters stand."""
    said = log(0, 300, 700)
    said[2]["data"]["procedure"] = f'"d":["{DIGEST}"]'
    assert checked(tmp_path, published(said))[0] == [("I12", None)]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{}",
        "[1]",
        json.dumps({"results": []}),
        json.dumps({**ANSWER, "disclosure": ANSWER["disclosure"] + "A"}),
        json.dumps({**ANSWER, "receipt": ANSWER["receipt"].replace("at 2026", "at 2025")}),
        ANSWER["receipt"].replace("log.test/log/receipt", "log.test/log"),
        Note(
            ANSWER["receipt"].split("\n\n")[0] + "\n",
            (sign_note("x\n", "log.test/log/receipt", SeedSigner(bytes(32))),),
        ).written.decode(),
    ],
)
def test_what_is_no_receipt_of_this_log_is_refused(tmp_path, answer):
    """An accusation rests on a signature, or it is none."""
    with pytest.raises(BadInput):
        checked(tmp_path, published(log(0, 700)), answer=answer)


def test_the_key_of_receipts_may_be_the_logs_own_word(tmp_path):
    """Then that is said; and a log that has none cannot be asked."""
    file = tmp_path / "receipt"
    file.write_text(ANSWER["receipt"], encoding="utf-8")
    objects = published(log(0, 300, 700, honoured=1))
    with pytest.raises(BadInput):
        read(objects, receipts=(file,))
    objects["log.json"] = json.dumps({"receipt_vkeys": [GIVER.vkey.text]}).encode()
    report = read(objects, receipts=(file,))
    assert report.is_sound
    assert "I12" in {issue.check for issue in report.remarks}
    late = published(log(0, 300, 700))
    assert issues_of(read({**objects, **late}, receipts=(file,))) == [("I12", None)]
    assert issues_of(read({**objects, **late}, receipts=(file,), since=1)) == []  # and says so


def test_the_receipt_key_is_another_than_the_logs():
    """A signed receipt must never pass for a checkpoint, nor a checkpoint for a receipt."""
    public = b64encode(b"\x01" + SeedSigner(bytes(32)).public).decode()
    assert GIVER.vkey.text.split("+", 2)[::2] == ["log.test/log/receipt", public]
    assert read_vkey(GIVER.vkey.text) == Vkey("log.test/log/receipt", ED25519, GIVER.signer.public)
