"""Signed notes and checkpoints: foreign examples, the project's own values, and every mutation."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.checkpoint import Checkpoint, cosigned_message, read_checkpoint
from chalicelib.log.tlog.note import (
    COSIGNATURE,
    ED25519,
    Note,
    SignatureLine,
    Vkey,
    cosign,
    read_note,
    read_signature,
    read_vkey,
    require_signature,
    sign_note,
    verify_note,
)
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.log.tlog.tree import EMPTY
from tests.support.trials import times

# AUDIT_LOG §3.2.
LOG = SeedSigner(hashlib.sha256(b"kat").digest())
WITNESS = SeedSigner(hashlib.sha256(b"kat-w").digest())
LOG_VKEY = "audit.example.gov/log+71026023+AYI/Tz/WqE3skOoof9rCN2YZPAxIcKy9Vdooj6slGm9r"
WITNESS_VKEY = "witness.example.org/w1+ee2c568f+BCeiHrf4YDZRZN+i8YWh6tQz/r0bcPjyYc3489uRSzal"
ROOT = bytes.fromhex("71991f52439f9511f9cddf1c2635b3bab64301e934f69a46da18c9d3fd2d8866")
TEXT = "audit.example.gov/log\n3\ncZkfUkOflRH5zd8cJjWzurZDAek09ppG2hjJ0/0tiGY=\n"
BY_LOG = (
    "— audit.example.gov/log cQJgIw4y4sPMVG4zXYEjthZjyPptHNamddT2GWg7BqYSy2V+"
    "DskEg4lLWfPQmCThr8BYgZNj/Bhv5HAbBYD10Ht3RQY=\n"
)
BY_WITNESS = (
    "— witness.example.org/w1 7ixWjwAAAABpIBwA+3z7QsAvQ+xKR9FdzKipowLLp/Mb/MwkdD4hrh+mLwaWjcL3piYX"
    "1Jd09CUUr/BiqZApxkbrVz/dH8o12OlvAA==\n"
)
SEEN = 1_763_712_000
SIGNED = (TEXT + "\n" + BY_LOG).encode()
COSIGNED = SIGNED + BY_WITNESS.encode()


def test_the_projects_own_checkpoint():
    """Written and signed, byte for byte."""
    checkpoint = Checkpoint("audit.example.gov/log", 3, ROOT)
    assert checkpoint.text == TEXT
    lines = (
        sign_note(TEXT, checkpoint.origin, LOG),
        cosign(TEXT, "witness.example.org/w1", SEEN, WITNESS),
    )
    assert lines[0].text == BY_LOG
    assert lines[1].text == BY_WITNESS
    assert Note(TEXT, lines).written == COSIGNED
    assert read_note(COSIGNED) == Note(TEXT, lines)
    assert read_checkpoint(TEXT) == checkpoint


def test_who_signed():
    """A cosigner with the time; nobody who was not asked about."""
    log, witness, note = read_vkey(LOG_VKEY), read_vkey(WITNESS_VKEY), read_note(COSIGNED)
    assert verify_note(note, [log, witness]) == {log.name: None, witness.name: SEEN}
    assert verify_note(note, [witness]) == {witness.name: SEEN}
    assert verify_note(note, []) == {}
    assert verify_note(read_note(SIGNED), [witness]) == {}
    require_signature(note, log)
    with pytest.raises(Corrupt, match="not signed by witness"):
        require_signature(read_note(SIGNED), witness)


# C2SP signed-note, the example of its last section.
FOO_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO = """\
This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""  # noqa: E501
# golang.org/x/mod/sumdb/note, the example of its documentation.
NEUMANN_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""  # noqa: E501


@pytest.mark.parametrize(("vkey", "note"), [(FOO_VKEY, FOO), (NEUMANN_VKEY, NEUMANN)])
def test_foreign_notes(vkey, note):
    """Signed by others' programs."""
    found = read_note(note.encode())
    assert found.text == note.partition("\n\n")[0] + "\n"
    assert found.written == note.encode()
    require_signature(found, read_vkey(vkey))
    with pytest.raises(Corrupt, match="is wrong"):
        require_signature(Note(found.text + "!\n", found.lines), read_vkey(vkey))


def test_a_text_may_have_empty_lines():
    """The last one of the note ends it (the first example of C2SP signed-note)."""
    raw = (
        "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n"
        "ed è subito sera.\n"
        "\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrM"
        "ouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
    ).encode()
    note = read_note(raw)
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    assert note.written == raw


def test_every_bit_matters():
    """Of a signed checkpoint: with any one of them turned, it is not the log's."""
    log = read_vkey(LOG_VKEY)
    require_signature(read_note(SIGNED), log)
    for bit in range(len(SIGNED) * 8):
        wrong = bytearray(SIGNED)
        wrong[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Corrupt):
            require_signature(read_note(bytes(wrong)), log)


def test_every_byte_matters():
    """None may be missing or be there twice, and nothing may stand between two."""
    log = read_vkey(LOG_VKEY)
    for at in range(len(SIGNED)):
        before, byte, after = SIGNED[:at], SIGNED[at : at + 1], SIGNED[at + 1 :]
        for wrong in (before + after, before + b"\r" + byte + after, before + b"\n" + byte + after):
            with pytest.raises(Corrupt):
                require_signature(read_note(wrong), log)


def test_a_known_signature_that_fails_spoils_the_note():
    """Even beside a good one by another known key."""
    log, witness = read_vkey(LOG_VKEY), read_vkey(WITNESS_VKEY)
    good = read_note(COSIGNED)
    for line in good.lines:
        for wrong in (line.blob[:-1] + b"\x01", line.blob[:-1], line.blob + b"\x00"):
            lines = (*good.lines, SignatureLine(line.name, line.id, wrong))
            with pytest.raises(Corrupt, match="signature by"):
                verify_note(Note(TEXT, lines), [log, witness])
    elder = cosign(TEXT, witness.name, SEEN - 60, WITNESS)
    assert verify_note(Note(TEXT, (*good.lines, elder)), [witness]) == {witness.name: SEEN}
    too_late = cosign(TEXT, witness.name, 1 << 63, WITNESS)
    with pytest.raises(Corrupt, match="time"):
        verify_note(Note(TEXT, (too_late,)), [witness])


def test_an_unknown_signature_is_ignored():
    """Even one that shares the name or the id with a known key, not both."""
    log = read_vkey(LOG_VKEY)
    lines = (
        SignatureLine(log.name, b"\x00\x00\x00\x00", b"x"),
        SignatureLine("other.example/log", log.id, b"x" * 64),
        *read_note(SIGNED).lines,
    )
    assert verify_note(Note(TEXT, lines), [log]) == {log.name: None}


def test_a_signature_of_another_kind_is_another():
    """The same key may not vouch for a checkpoint by having cosigned it, nor the reverse."""
    name = "one.example/key"
    plain, timed = Vkey(name, ED25519, LOG.public), Vkey(name, COSIGNATURE, LOG.public)
    assert plain.id != timed.id
    assert verify_note(Note(TEXT, (sign_note(TEXT, name, LOG),)), [timed]) == {}
    assert verify_note(Note(TEXT, (cosign(TEXT, name, SEEN, LOG),)), [plain]) == {}
    assert cosigned_message(SEEN, TEXT) == b"cosignature/v1\ntime 1763712000\n" + TEXT.encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\n", b"\n\n", b"text\n", b"text\n\n", b"text\n\n\n",
        TEXT.encode() + BY_LOG.encode(), SIGNED[:-1], SIGNED + b"\n", SIGNED + b"x\n",
        SIGNED + b"\xe2\x80\x94 a AAAAAA=\n", SIGNED.replace(b"3\n", b"3\t\n"),
        SIGNED.replace(b"\n", b"\r\n"), SIGNED + "— a AAAA\n".encode(),
        SIGNED + "— a AAAAAA==\n".encode(), SIGNED + "— a+b AAAAAAA=\n".encode(),
        SIGNED + "—  AAAAAAA=\n".encode(), SIGNED + "— a\u00a0b AAAAAAA=\n".encode(),
        SIGNED + "— a AAAAAAB=\n".encode(), SIGNED + "— a AAAAAAA\n".encode(),
        SIGNED + "– a AAAAAAA=\n".encode(), SIGNED + "— a AAAA AAA=\n".encode(),
        SIGNED + "—\u00a0a AAAAAAA=\n".encode(), SIGNED + b"\xff", b"\xff" + SIGNED,
        SIGNED + "— a AAAAAAA=\n".encode() * 100, b"x" * 1_000_001 + SIGNED,
    ],
)  # fmt: skip
def test_what_is_no_note(raw):
    """It is refused before anything is believed."""
    with pytest.raises(Corrupt):
        read_note(raw)
    assert read_note(SIGNED + "— a AAAAAAA=\n".encode() * 15).lines[15].blob == b"\x00"


def test_nothing_is_signed_that_could_not_be_read():
    """A text without its last newline, or with control characters, or under no name."""
    for text in ("", "text", "te\rxt\n", "te\x00xt\n"):
        with pytest.raises(Corrupt):
            sign_note(text, "a", LOG)
        with pytest.raises(Corrupt):
            cosign(text, "a", SEEN, LOG)
    for name in ("", "a b", "a+b", "a\n", "a\u2003b"):
        with pytest.raises(Corrupt):
            sign_note("text\n", name, LOG)
    with pytest.raises(Corrupt):
        read_signature("")


HASHED = TEXT.split("\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "\n\n\n", TEXT[:-1], TEXT + "\n", TEXT + "extension\n", "\n" + TEXT,
        TEXT.replace("\n3\n", "\n\n3\n"), TEXT.replace("\n3\n", "\n"), TEXT.replace("3\n", "+3\n"),
        *(TEXT.replace("\n3\n", f"\n{size}\n") for size in (
            "0", "03", "-3", "3.0", "3 ", " 3", "0x3", "1_0", "٣", "３", "", str(1 << 63),
            "9" * 20)),
        *(TEXT.replace(HASHED, hashed) for hashed in (
            "", HASHED[:-1], HASHED[:-2] + "Z=", HASHED + "=", HASHED + "A", HASHED[:-4],
            HASHED.replace("/", "_"), HASHED.replace("/", "-"), " " + HASHED, HASHED[1:],
            HASHED[:-1] + "\u00ff", "AAAA" + HASHED, HASHED + HASHED)),
        *(TEXT.replace("audit.example.gov/log", origin) for origin in (
            "", "a b", "a+b", "a\tb", "a\u00a0b", "a\u2028b", "a\x85b")),
        "a\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint(text):
    """Only the one way to write it is read."""
    with pytest.raises(Corrupt):
        read_checkpoint(text)


def test_the_checkpoint_of_nothing():
    """Size 0 and the root of nothing belong together."""
    text = "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    assert read_checkpoint(text) == Checkpoint("a", 0, EMPTY)


@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+"), min_size=1
    ),
    st.integers(1, (1 << 63) - 1),
    st.binary(min_size=32, max_size=32),
    st.data(),
)
@settings(deadline=None, max_examples=times(60))
def test_a_checkpoint_is_read_back_and_written_in_one_way(origin, size, root, data):
    """Whatever is changed in it, it is another checkpoint or none."""
    text = Checkpoint(origin, size, root).text
    assert read_checkpoint(text) == Checkpoint(origin, size, root)
    at = data.draw(st.integers(0, len(text)))
    changed = text[:at] + data.draw(st.sampled_from(["", "0", "=", "\n", " ", "A", "+"]))
    changed += text[at + data.draw(st.integers(0, 1)) :]
    try:
        checkpoint = read_checkpoint(changed)
    except Corrupt:
        return
    assert checkpoint.text == changed
