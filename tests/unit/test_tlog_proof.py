"""Proofs for the pocket (C2SP tlog-proof): the project's own value, and what is none."""

import hashlib

import pytest

from chalicelib.errors import Corrupt
from chalicelib.log.tlog import tlog_proof
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.note import ED25519, Note, Vkey, cosign, read_note, sign_note
from chalicelib.log.tlog.proof import inclusion
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.log.tlog.tile import grow
from tests.support import plain_tree

LOG = SeedSigner(hashlib.sha256(b"kat").digest())
WITNESS = SeedSigner(hashlib.sha256(b"kat-w").digest())
ORIGIN = "audit.example.gov/log"
VKEY = Vkey(ORIGIN, ED25519, LOG.public)
NOTHING: dict[str, bytes] = {}

# AUDIT_LOG §3.3, with the checkpoint of §3.2.
TEXT = """\
c2sp.org/tlog-proof@v1
index 1
D+fwTNloj7mW7qmuEkjL6DtNBIBUE/NaslrZ3rWjyzI=
AudWMGuCQNeG87n6WoYZLB8PITGpM8tjw16MDaUp7rU=

audit.example.gov/log
3
cZkfUkOflRH5zd8cJjWzurZDAek09ppG2hjJ0/0tiGY=

— audit.example.gov/log cQJgIw4y4sPMVG4zXYEjthZjyPptHNamddT2GWg7BqYSy2V+DskEg4lLWfPQmCThr8BYgZNj/Bhv5HAbBYD10Ht3RQY=
— witness.example.org/w1 7ixWjwAAAABpIBwA+3z7QsAvQ+xKR9FdzKipowLLp/Mb/MwkdD4hrh+mLwaWjcL3piYX1Jd09CUUr/BiqZApxkbrVz/dH8o12OlvAA==
"""  # noqa: E501
LEAVES = [b'{"v":1}', b'{"v":2}', b'{"v":3}']
LEAF = bytes.fromhex("ce57389683e1c549e40f41b10050406004865b078189dbbe71140745437f870c")


def made(index, size):
    """Write the proof of an entry of a log of *size* of its own."""
    leaves = [b"%d" % number for number in range(size)]
    text = Checkpoint(ORIGIN, size, plain_tree.mth(leaves)).text
    read = grow(0, NOTHING.__getitem__, leaves).__getitem__
    note = Note(text, (sign_note(text, ORIGIN, LOG),))
    return tlog_proof.write_proof(index, inclusion(index, size, read), note)


def test_the_projects_own_proof():
    """Made from tiles and a note, byte for byte; and it is believed."""
    read = grow(0, NOTHING.__getitem__, LEAVES).__getitem__
    text = Checkpoint(ORIGIN, 3, plain_tree.mth(LEAVES)).text
    note = Note(
        text,
        (
            sign_note(text, ORIGIN, LOG),
            cosign(text, "witness.example.org/w1", 1_763_712_000, WITNESS),
        ),
    )
    assert tlog_proof.write_proof(1, inclusion(1, 3, read), note) == TEXT
    proof = tlog_proof.read_proof(TEXT)
    assert (proof.index, proof.note, proof.extra) == (1, note, None)
    assert tlog_proof.check_proof(proof, LEAF, VKEY).size == 3


def test_the_only_entry_needs_no_hash():
    """The proof of a log of one entry is the checkpoint."""
    proof = tlog_proof.read_proof(made(0, 1))
    assert proof.proof == ()
    tlog_proof.check_proof(proof, plain_tree.mth([b"0"]), VKEY)


@pytest.mark.parametrize(("index", "size"), [(0, 2), (255, 256), (256, 257), (600, 700)])
def test_proofs_of_larger_logs(index, size):
    """Believed of this entry, and of no other."""
    proof = tlog_proof.read_proof(made(index, size))
    tlog_proof.check_proof(proof, plain_tree.mth([b"%d" % index]), VKEY)
    with pytest.raises(Corrupt, match="is not in the log"):
        tlog_proof.check_proof(proof, plain_tree.mth([b"other"]), VKEY)


def test_extra_data_is_read_and_says_nothing():
    """What another program added is no reason to refuse the proof."""
    extra = TEXT.replace("\nindex", "\nextra aGVsbG8=\nindex", 1)
    assert tlog_proof.read_proof(extra).extra == b"hello"
    tlog_proof.check_proof(tlog_proof.read_proof(extra), LEAF, VKEY)


def test_bits_up_to_the_cosignature_matter():
    """Every third of them, the signature's too."""
    raw = TEXT.partition("— witness")[0].encode()
    for bit in range(0, len(raw) * 8, 3):
        wrong = bytearray(raw)
        wrong[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Corrupt):
            tlog_proof.check_proof(
                tlog_proof.read_proof(wrong.decode("utf-8", "replace")), LEAF, VKEY
            )


def test_a_proof_by_another_log_is_none():
    """Signed by nobody asked about, or by the right key under another origin."""
    other = SeedSigner(hashlib.sha256(b"other").digest())
    with pytest.raises(Corrupt, match="not signed"):
        tlog_proof.check_proof(
            tlog_proof.read_proof(TEXT), LEAF, Vkey(ORIGIN, ED25519, other.public)
        )
    text = Checkpoint("elsewhere.example/log", 3, plain_tree.mth(LEAVES)).text
    proof = tlog_proof.read_proof(TEXT).proof
    stray = tlog_proof.write_proof(1, proof, Note(text, (sign_note(text, ORIGIN, LOG),)))
    with pytest.raises(Corrupt, match="elsewhere"):
        tlog_proof.check_proof(tlog_proof.read_proof(stray), LEAF, VKEY)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("@v1", "@v2"), ("@v1\n", "@v1\r\n"), ("@v1\n", "@v1 \n"), ("@v1\n", "@v1\n\n"),
        ("index 1", "index 01"), ("index 1", "index  1"), ("index 1", "Index 1"),
        ("index 1", "index -1"), ("index 1", "index"), ("index 1", "index 3"),
        ("index 1\n", ""), ("index 1", "index 1 "),
        ("index 1\n", "index 1\nindex 1\n"), ("index", "extra\nindex"), ("index", "extra !\nindex"),
        ("index", "extra aGVsbG8=\nextra aGVsbG8=\nindex"), ("yzI=\n", "yzI\n"),
        ("yzI=\n", "yzJ=\n"), ("yzI=\n", "yzI=\n\n"), ("rU=\n\n", "rU=\n"), ("rU=\n", "rU= \n"),
        ("AudW", "\nAudW"), ("AudW", "AAAA" * 9 + "AudW"), ("D+fw", "YQ==\nD+fw"),
        ("D+fw", "D+fwTNloj7mW7qmuEkjL6DtNBIBUE/NaslrZ3rWjyzI=\n" * 62 + "D+fw"),
    ],
)  # fmt: skip
def test_what_is_no_proof(right, wrong):
    """Only the one way to write it is read."""
    assert TEXT.count(right) >= 1
    with pytest.raises(Corrupt):
        tlog_proof.read_proof(TEXT.replace(right, wrong, 1))


def test_the_note_is_verbatim():
    """With whatever signatures it had."""
    note = TEXT.partition("\n\n")[2].encode()
    assert tlog_proof.read_proof(TEXT).note == read_note(note)
