"""The file by which an applicant shows what the log commits to: what it proves, and what fails."""

import hashlib
import json
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.errors import Corrupt
from chalicelib.log.disclosure import DisclosedEntry, DisclosureFile, ProvedEntry, prove, read_file
from chalicelib.log.tlog import tlog_proof
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.note import COSIGNATURE, ED25519, Note, Vkey, cosign, sign_note
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.vault.sd_jwt import digest, disclosure

LOG, WITNESS = "log.test/log", "witness.test/w"
SIGNER, SEEN_BY = SeedSigner(b"l" * 32), SeedSigner(b"w" * 32)
KEY = Vkey(LOG, ED25519, SIGNER.public)
SEEN = Vkey(WITNESS, COSIGNATURE, SEEN_BY.public)
NAME = disclosure(b"n" * 16, "applicant.name", "王小明")
TITLE = disclosure(b"t" * 16, "title", "王小明的饭店")
LEAF = json.dumps({"v": 1, "k": "case.accepted", "d": [digest(NAME), digest(TITLE)]})


def node(prefix: bytes, said: bytes) -> bytes:
    """RFC 6962 section 2.1."""
    return hashlib.sha256(prefix + said).digest()


OTHER = node(b"\0", b'{"v":1}')
ROOT = node(b"\1", OTHER + node(b"\0", LEAF.encode()))


def shown(*disclosures: str, leaf: str = LEAF, signer: SeedSigner = SIGNER) -> DisclosedEntry:
    """The second of two entries, under a checkpoint that the log signed and a witness saw."""
    text = Checkpoint(LOG, 2, ROOT).text
    lines = (sign_note(text, LOG, signer), cosign(text, WITNESS, 1763712000, SEEN_BY))
    return DisclosedEntry(leaf, tlog_proof.write_proof(1, [OTHER], Note(text, lines)), disclosures)


def proved(*disclosures: str, **other: Any) -> ProvedEntry:
    """What a file of one entry proves, once it was written and read."""
    file = read_file(DisclosureFile(KEY.text, (shown(*disclosures, **other),)).text)
    (entry,) = prove(file, KEY, [SEEN])
    return entry


def test_it_proves_what_is_chosen_and_no_more():
    """Where in the log, who saw it, and the one field that was chosen."""
    entry = proved(NAME)
    assert (entry.index, entry.size, entry.leaf["k"]) == (1, 2, "case.accepted")
    assert entry.values == {"applicant.name": "王小明"}
    assert entry.cosigned == {WITNESS: 1763712000}
    assert "饭店" not in shown(NAME).proof + shown(NAME).leaf
    assert proved().values == {}, "that an entry is there may be shown alone"


def test_what_the_log_does_not_commit_to_proves_nothing():
    """Another value, another salt, the same twice."""
    for wrong in (
        disclosure(b"n" * 16, "applicant.name", "李四"),
        disclosure(b"m" * 16, "applicant.name", "王小明"),
    ):
        with pytest.raises(Corrupt, match="does not commit"):
            proved(NAME, wrong)
    with pytest.raises(Corrupt, match="twice"):
        proved(NAME, NAME)


def test_a_leaf_or_a_log_of_ones_own_proves_nothing():
    """Neither an entry that the log does not have, nor a log that somebody else signed."""
    forged = LEAF.replace(digest(NAME), digest(disclosure(b"x" * 16, "applicant.name", "李四")))
    with pytest.raises(Corrupt):
        proved(leaf=forged)
    with pytest.raises(Corrupt):
        proved(NAME, signer=SeedSigner(b"x" * 32))
    mine = replace(KEY, public=SeedSigner(b"x" * 32).public)
    with pytest.raises(Corrupt, match="not signed"):
        prove(DisclosureFile(mine.text, (shown(NAME),)), mine)


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "duban-disclosure@v2"},
        {"vkey": 1},
        {"entries": []},
        {"entries": [{"leaf": "{}", "proof": ""}]},
        {"entries": [{"leaf": "{}", "proof": "", "disclosures": [1]}]},
        {"entries": [{"leaf": "{}", "proof": "", "disclosures": [], "more": 1}]},
        {"more": 1},
    ],
)
def test_a_file_of_another_form_is_refused(wrong):
    """Nothing in it is overlooked."""
    said = json.loads(DisclosureFile(KEY.text, (shown(NAME),)).text) | wrong
    with pytest.raises(Corrupt):
        read_file(json.dumps(said))


def test_no_json_is_no_file():
    """Nor is nothing at all."""
    for text in ("", "{", "[]", "[" * 100_000):
        with pytest.raises(Corrupt):
            read_file(text)
