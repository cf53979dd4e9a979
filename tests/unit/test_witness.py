"""The witness protocol: what is submitted, how it is judged, which answers are believed."""

import hashlib
from base64 import b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.errors import BadInput, Corrupt, Rejected
from chalicelib.log.quorum import Quorum, read_quorum
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.note import (
    COSIGNATURE,
    ED25519,
    Note,
    Vkey,
    cosign,
    read_note,
    read_vkey,
    sign_note,
    verify_note,
)
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.log.tlog.tree import EMPTY, append, leaf_hash, node_hash, root
from chalicelib.log.witness import (
    NotAtThatSize,
    Submission,
    authenticate,
    check_growth,
    find_cosignature,
    read_size,
    read_submission,
)
from tests.support.trials import times

ORIGIN = "audit.example.gov/log"

# AUDIT_LOG §3.2: the log's key is SHA-256("kat"), the witness's SHA-256("kat-w").
KAT = """audit.example.gov/log
3
cZkfUkOflRH5zd8cJjWzurZDAek09ppG2hjJ0/0tiGY=

— audit.example.gov/log cQJgIw4y4sPMVG4zXYEjthZjyPptHNamddT2GWg7BqYSy2V+DskEg4lLWfPQmCThr8BYgZNj\
/Bhv5HAbBYD10Ht3RQY=
"""
WITNESS = "witness.example.org/w1+ee2c568f+BCeiHrf4YDZRZN+i8YWh6tQz/r0bcPjyYc3489uRSzal"
COSIGNED = (
    "— witness.example.org/w1 7ixWjwAAAABpIBwA+3z7QsAvQ+xKR9FdzKipowLLp/Mb/MwkdD4hrh+mLwaWjcL3"
    "piYX1Jd09CUUr/BiqZApxkbrVz/dH8o12OlvAA==\n"
)
AT = 1763712000

# c2sp.org/tlog-witness, the example of a request body
EXAMPLE = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q\
1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49\
/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
""".encode()

LOG = SeedSigner(hashlib.sha256(b"kat").digest())
COSIGNER = SeedSigner(hashlib.sha256(b"kat-w").digest())
KEY = Vkey(ORIGIN, ED25519, LOG.public)
LOGS = {ORIGIN: [KEY]}
LEAVES = [leaf_hash(f'{{"v":{n}}}'.encode()) for n in (1, 2, 3)]


def checkpoint(size):
    """The known log at *size*."""
    frontier: tuple[bytes, ...] = ()
    for n in range(size):
        frontier = append(n, frontier, LEAVES[n])
    return Checkpoint(ORIGIN, size, root(frontier))


def signed(text, name=ORIGIN, signer=LOG):
    """A note over *text*."""
    return Note(text, (sign_note(text, name, signer),)).written


def test_the_known_cosignature():
    """The bytes of the specification, from the seed and the time alone."""
    note = read_note(KAT.encode())
    assert Vkey("witness.example.org/w1", COSIGNATURE, COSIGNER.public).text == WITNESS
    line = cosign(note.text, "witness.example.org/w1", AT, COSIGNER)
    assert line.text == COSIGNED
    assert find_cosignature(note.text, COSIGNED.encode(), read_vkey(WITNESS)) == line


def test_the_published_example_is_read_and_written_again():
    """A real request of the specification, byte for byte."""
    submission = read_submission(EXAMPLE)
    assert submission.old == 20852014
    assert submission.proof[3] == b64decode("/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=")
    assert submission.note.startswith(b"example.com/behind-the-sofa\n20852163\n")
    assert submission.written == EXAMPLE


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"old 1\n",
        b"old 01\n\nx",
        b"old +1\n\nx",
        b"old -1\n\nx",
        b"old 1 \n\nx",
        b"old  1\n\nx",
        b"Old 1\n\nx",
        b"size 1\n\nx",
        b"old 1\r\n\r\nx",
        b"old 9223372036854775808\n\nx",
        "old ١\n\nx".encode(),
        b"old 1\nAAAA\n\nx",
        b"old 1\n" + b"A" * 42 + b"B=\n\nx",  # bits that mean nothing
        b"old 1\n" + (b"A" * 43 + b"=\n") * 64 + b"\nx",
    ],
)
def test_what_is_no_submission_is_refused(raw):
    """One way to write each, and at most 63 hashes."""
    with pytest.raises(Corrupt):
        read_submission(raw)


@settings(max_examples=times(60))
@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.binary(max_size=80),
)
def test_what_is_written_is_read(old, proof, note):
    """Whatever the note holds: it is read later, and by its own rules."""
    submission = Submission(old, tuple(proof), note)
    assert read_submission(submission.written) == submission


def refusal(call):
    """The status with which *call* is refused."""
    with pytest.raises(Rejected) as refused:
        call()
    return refused.value.status


def test_who_is_believed():
    """404 another log, 403 no trusted key or a wrong signature, 400 no checkpoint, 422 no root."""
    mallory = SeedSigner(bytes(32))
    text = checkpoint(3).text
    assert authenticate(KAT.encode(), LOGS).checkpoint == checkpoint(3)
    other = text.replace(ORIGIN, "audit.example.gov/log2")
    assert refusal(lambda: authenticate(signed(other), LOGS)) == 404
    assert refusal(lambda: authenticate(signed(text, signer=mallory), LOGS)) == 403
    forged = Note(text, (read_note(signed(checkpoint(2).text)).lines[0],))
    assert refusal(lambda: authenticate(forged.written, LOGS)) == 403
    assert refusal(lambda: authenticate(text.encode(), LOGS)) == 400
    for wrong in (text + "\n", text + "\nx\n", text.replace("\n3\n", "\n03\n")):
        assert refusal(lambda wrong=wrong: authenticate(signed(wrong), LOGS)) == 400
    of_nothing = text.replace("\n3\n", "\n0\n")
    assert refusal(lambda: authenticate(signed(of_nothing), LOGS)) == 422


def test_another_logs_checkpoint_is_404_whatever_is_in_it():
    """The origin is looked at first; of a known one the signature, and then the rest."""
    text = checkpoint(3).text
    for other in (
        text.replace(ORIGIN, "some log, with spaces"),
        text.replace(ORIGIN, "audit.example.gov/log+x").replace("\n3\n", "\n03\n"),
        text.replace(ORIGIN, "other").replace("\n3\n", "\n0\n"),
        "other\nno checkpoint\n",
    ):
        assert refusal(lambda other=other: authenticate(signed(other), LOGS)) == 404
    mallory = SeedSigner(bytes(32))
    for wrong in (text.replace("\n3\n", "\n03\n"), text.replace("\n3\n", "\n0\n")):
        forged = signed(wrong, signer=mallory)
        assert refusal(lambda forged=forged: authenticate(forged, LOGS)) == 403


def test_entries_with_the_root_of_none_are_no_log():
    """Syntax allows it, and no log has it."""
    empty = Checkpoint(ORIGIN, 3, EMPTY)
    seen = authenticate(signed(empty.text), LOGS).checkpoint
    assert refusal(lambda: check_growth(Submission(0, (), b""), seen, None)) == 422


def test_another_logs_extension_lines_are_cosigned_and_not_believed():
    """They are part of the text that is signed, and say nothing about the tree."""
    text = checkpoint(3).text + "extension 1\nextension 2\n"
    seen = authenticate(signed(text), LOGS)
    assert (seen.checkpoint, seen.note.text) == (checkpoint(3), text)


def test_only_trusted_signatures_are_kept():
    """What anybody else has signed under a checkpoint is not passed on as if it were checked."""
    text = checkpoint(1).text
    ours = sign_note(text, ORIGIN, LOG)
    strange = sign_note(text, ORIGIN, SeedSigner(bytes(32)))
    seen = authenticate(Note(text, (strange, ours)).written, LOGS)
    assert seen.note.lines == (ours,)


def test_how_growth_is_judged():
    """A proof by hand: from 2 to 3 the third leaf is all that is needed."""
    two, three = checkpoint(2), checkpoint(3)
    given_to = lambda old, *proof: Submission(old, proof, b"")  # noqa: E731 - one line each below
    check_growth(given_to(0), three, None)
    check_growth(given_to(2, LEAVES[2]), three, two)
    check_growth(given_to(3), three, three)
    assert refusal(lambda: check_growth(given_to(4), three, three)) == 400
    assert refusal(lambda: check_growth(given_to(0, LEAVES[0]), three, None)) == 422
    assert refusal(lambda: check_growth(given_to(2), three, two)) == 422
    assert refusal(lambda: check_growth(given_to(2, LEAVES[1]), three, two)) == 422
    assert refusal(lambda: check_growth(given_to(3, LEAVES[1]), three, three)) == 422
    forked = Checkpoint(ORIGIN, 3, node_hash(two.root, LEAVES[0]))
    assert refusal(lambda: check_growth(given_to(3), forked, three)) == 422


def test_who_is_elsewhere_is_told_where_the_witness_is():
    """Also a log that was set back: its witness does not forget with it."""
    for old, last, size in ((2, None, 0), (0, checkpoint(2), 2), (1, checkpoint(2), 2)):
        with pytest.raises(NotAtThatSize) as behind:
            check_growth(Submission(old, (), b""), checkpoint(3), last)
        assert (behind.value.status, behind.value.size) == (409, size)


def test_an_answer_is_believed_for_one_key_only():
    """Other lines are ignored; a wrong signature, none, or another time is no cosignature."""
    text, key = checkpoint(3).text, read_vkey(WITNESS)
    stranger = cosign(text, "witness.example.org/w2", AT, SeedSigner(bytes(32))).text
    assert find_cosignature(text, (stranger + COSIGNED).encode(), key).text == COSIGNED
    blob = bytearray(b64decode(COSIGNED.split(" ")[2]))
    blob[11] ^= 1
    line = read_note(f"{text}\n{COSIGNED}".encode()).lines[0]
    moved = replace(line, blob=bytes(blob[4:])).text
    timeless = cosign(text, key.name, 0, COSIGNER).text
    for body in (stranger, moved, timeless, "", "\n", COSIGNED[:-1], f"more text\n\n{COSIGNED}"):
        with pytest.raises(Corrupt):
            find_cosignature(text, body.encode(), key)


@pytest.mark.parametrize(
    "body", [b"", b"7", b"07\n", b"7\n\n", b"7 \n", b"-1\n", b"7\r\n", b"\xff\n"]
)
def test_a_size_is_read_one_way(body):
    """It steers which proof is made next."""
    assert read_size(b"7\n") == 7
    with pytest.raises(Corrupt):
        read_size(body)


def test_a_quorum_is_met_by_names_and_not_by_lines():
    """Who cosigns twice counts once."""
    text = checkpoint(3).text
    other = SeedSigner(bytes(32))
    second = Vkey("w2", COSIGNATURE, other.public)
    two = (
        Quorum()
        .with_witness(WITNESS, "http://w1/")
        .with_witness(second.text, "https://w2")
        .with_needed(2)
    )
    once = cosign(text, "witness.example.org/w1", AT, COSIGNER)
    again = cosign(text, "witness.example.org/w1", AT + 1, COSIGNER)
    assert not two.met_by(Note(text, (once, again)))
    assert two.met_by(Note(text, (once, cosign(text, "w2", AT, other))))
    assert Quorum().met_by(Note(text, (sign_note(text, ORIGIN, LOG),)))
    assert verify_note(Note(text, (once, again)), [read_vkey(WITNESS)]) == {once.name: AT + 1}


def test_a_quorum_is_stored_and_never_more_than_there_are():
    """A name is asked at one place; who leaves must leave enough behind."""
    quorum = Quorum().with_witness(WITNESS, "http://127.0.0.1:1/")
    assert quorum.witnesses[0].url == "http://127.0.0.1:1"
    assert read_quorum(quorum.with_needed(1).written()) == quorum.with_needed(1)
    assert read_quorum(None) == Quorum()
    assert quorum.with_witness(WITNESS, "https://w").witnesses[0].url == "https://w"
    assert quorum.without_witness("witness.example.org/w1") == Quorum()
    for wrong in (
        lambda: quorum.with_needed(2),
        lambda: quorum.with_needed(-1),
        lambda: quorum.with_needed(1).without_witness("witness.example.org/w1"),
        lambda: quorum.without_witness("nobody"),
        lambda: quorum.with_witness(KEY.text, "https://w"),  # a log's key
        lambda: quorum.with_witness(WITNESS[:-4], "https://w"),
        lambda: quorum.with_witness(WITNESS, "ftp://w"),
        lambda: quorum.with_witness(WITNESS, "https://w?x"),
        lambda: quorum.with_witness(WITNESS, "w"),
    ):
        with pytest.raises(BadInput):
            wrong()
