"""The stranger reads notes, leaves and receipts strictly: AUDIT_LOG §3.2, §3.3 and §4.1."""

from base64 import b64decode, b64encode

import pytest

from tests.stranger import merkle
from tests.stranger.leaves import canonical, check_chains, read_leaf
from tests.stranger.naive_log import Signatory, checkpoint_text
from tests.stranger.notes import COSIGNER, read_checkpoint, read_key, read_note, signers
from tests.stranger.tiles import read_bundle
from tests.stranger.tlog_proof import check_proof, is_honoured, read_receipt
from tests.stranger.untrue import Untrue

LOG = Signatory("audit.example.gov/log", "kat")
WITNESS = Signatory("witness.example.org/w1", "kat-w", COSIGNER)
OTHER = Signatory("audit.example.gov/log", "somebody else")
ENTRIES = [b'{"v":1}', b'{"v":2}', b'{"v":3}']

# AUDIT_LOG §3.2 and §3.3, word for word.
CHECKPOINT = """audit.example.gov/log
3
cZkfUkOflRH5zd8cJjWzurZDAek09ppG2hjJ0/0tiGY=

— audit.example.gov/log cQJgIw4y4sPMVG4zXYEjthZjyPptHNamddT2GWg7BqYSy2V+DskEg4lLWfPQmCThr8BYgZNj/Bhv5HAbBYD10Ht3RQY=
"""  # noqa: E501
COSIGNED = "— witness.example.org/w1 7ixWjwAAAABpIBwA+3z7QsAvQ+xKR9FdzKipowLLp/Mb/MwkdD4hrh+mLwaWjcL3piYX1Jd09CUUr/BiqZApxkbrVz/dH8o12OlvAA==\n"  # noqa: E501
PROOF = f"""c2sp.org/tlog-proof@v1
index 1
D+fwTNloj7mW7qmuEkjL6DtNBIBUE/NaslrZ3rWjyzI=
AudWMGuCQNeG87n6WoYZLB8PITGpM8tjw16MDaUp7rU=

{CHECKPOINT}"""


def test_it_knows_the_known_answers():
    """The values of the specification."""
    log = read_key("audit.example.gov/log+71026023+AYI/Tz/WqE3skOoof9rCN2YZPAxIcKy9Vdooj6slGm9r")
    witness = read_key(
        "witness.example.org/w1+ee2c568f+BCeiHrf4YDZRZN+i8YWh6tQz/r0bcPjyYc3489uRSzal"
    )
    assert (log, witness) == (LOG.key, WITNESS.key)
    note = read_note((CHECKPOINT + COSIGNED).encode())
    assert signers(note, [log, witness]) == {log: None, witness: 1763712000}
    assert read_checkpoint(note.text).root == merkle.root([*map(merkle.leaf_hash, ENTRIES)])
    assert check_proof(PROOF, ENTRIES[1], log).size == 3
    assert LOG.note(note.text).decode() == CHECKPOINT
    assert WITNESS.line(note.text, 1763712000) == COSIGNED


NOTES = {
    "no signature": CHECKPOINT.partition("—")[0],
    "no gap": CHECKPOINT.replace("\n\n", "\n"),
    "no end": CHECKPOINT[:-1],
    "a carriage return": CHECKPOINT.replace("\n", "\r\n"),
    "a tab": CHECKPOINT.replace("\n3\n", "\n3\t\n"),
    "an empty line at the end": CHECKPOINT + "\n",
    "a plus": CHECKPOINT.replace("\n3\n", "\n+3\n"),
    "a leading nought": CHECKPOINT.replace("\n3\n", "\n03\n"),
    "a root with other bits at its end": CHECKPOINT.replace("iGY=", "iGZ="),
    "a root without padding": CHECKPOINT.replace("iGY=", "iGY"),
    "an extension": CHECKPOINT.replace("\n\n", "\nmore\n\n"),
    "two spaces": CHECKPOINT.replace("— ", "—  "),
    "a hyphen": CHECKPOINT.replace("—", "-"),
    "a signature of another text": CHECKPOINT.replace("\n3\n", "\n4\n"),
    "a broken cosignature": CHECKPOINT + COSIGNED.replace("AAAABpI", "AAAABpJ"),
}


@pytest.mark.parametrize("name", NOTES)
def test_a_note_is_read_strictly(name):
    """What is not exactly a signed checkpoint is none."""
    with pytest.raises(Untrue):
        _signed(NOTES[name])


def _signed(text: str) -> None:
    note = read_note(text.encode())
    read_checkpoint(note.text)
    assert LOG.key in signers(note, [LOG.key, WITNESS.key])


def test_unknown_signatures_say_nothing():
    """And do no harm."""
    _signed(CHECKPOINT + OTHER.line("something else"))


def _leaf(n: int = 0, prev: str = "", **more: object) -> bytes:
    said = {
        "v": 1, "k": "case.accepted", "case": "c_" + "a" * 26, "n": n, "prev": prev,
        "at": "2026-11-21T08:30:00.000Z", "rec": "2026-11-21T08:30:00.000Z", "key": "e_1",
        "data": {"item": "X-01"}, "told": True, "src": "hall",
    }  # fmt: skip
    given = {name: value for name, value in (said | more).items() if value is not None}
    return canonical(given).encode()


def test_a_leaf_is_read_strictly():
    """Canonical JSON with the fields that are allowed, and no others."""
    assert read_leaf(_leaf(d=["A" * 43])).said["n"] == 0
    assert "src" not in read_leaf(_leaf(key="duban/e1", src=None)).said
    assert "told" not in read_leaf(_leaf(told=None, src=None)).said
    assert read_leaf(_leaf(signed="A" * 43)).said["signed"] == "A" * 43
    wrong = [
        _leaf().replace(b",", b", ", 1),
        _leaf().replace(b'"n":0', b'"n":0.0'),
        _leaf().replace(b'"n":0', b'"n":null'),
        _leaf(name="Wang"),
        _leaf(case="370102199001011234"),
        _leaf(at="2026-11-21 08:30"),
        _leaf(at="2026-13-21T08:30:00.000Z"),
        _leaf(told=False),
        _leaf(told=None),
        _leaf(src=None),
        _leaf(src=""),
        _leaf(src="大厅"),
        _leaf(signed="short"),
        _leaf(key="duban/e1", src=None, signed="A" * 43),
        _leaf(key="duban/e1"),
        _leaf(n=1, own="duban:x"),
        _leaf(d=["B" * 42 + "A", "A" * 43]),
        _leaf(d=["short"]),
        _leaf(data={"Name": "x"}),
        _leaf(data={"name": "x", "given": ["name"]}),
        _leaf(data={"text": "x" * 4096}),
        _leaf()[:-1],
    ]
    for entry in wrong:
        with pytest.raises(Untrue):
            read_leaf(entry)


def test_a_case_is_followed_by_itself():
    """Its numbers and its links, among those of others."""
    first = read_leaf(_leaf())
    second = read_leaf(_leaf(1, first.hash))
    other = read_leaf(_leaf(case="c_" + "b" * 26))
    assert check_chains([first, other, second]) == 2
    elsewhere = read_leaf(_leaf(1, first.hash, src="other"))
    gaps = ([second], [first, first], [first, read_leaf(_leaf(1))], [first, other, other])
    for wrong in (*gaps, [first, elsewhere]):
        with pytest.raises(Untrue):
            check_chains(wrong)


def test_a_receipt_is_a_promise():
    """Kept by the entry itself, or by one that commits to it; broken where neither is there."""
    desk = Signatory("audit.example.gov/log/receipt", "desk")
    kept = read_leaf(_leaf())
    text = f"{desk.key.name}\n{kept.hash}\nat 2026-11-21T08:30:00Z\nby 2026-11-21T08:40:00Z\n"
    receipt = read_receipt(desk.note(text), desk.key)
    assert is_honoured(receipt, [kept])
    assert not is_honoured(receipt, [])
    digest = b64encode(b64decode(kept.hash), b"-_").decode().rstrip("=")
    assert is_honoured(receipt, [read_leaf(_leaf(1, d=[digest]))])
    misdated = _leaf(1, d=[digest], rec="2026-11-21T08:30:01.000Z")
    assert not is_honoured(receipt, [read_leaf(misdated)])
    for wrong in (
        text.replace("at ", "on "),
        text.replace("08:40:00Z", "08:40:00.000Z"),
        text.replace("08:40", "08:20"),
        text + "more\n",
        text.replace("/receipt", ""),
    ):
        with pytest.raises(Untrue):
            read_receipt(desk.note(wrong), desk.key)
    with pytest.raises(Untrue):
        read_receipt(desk.note(text), LOG.key)


def test_a_bundle_is_read_to_its_end():
    """And no further."""
    assert read_bundle(b"\x00\x01a\x00\x00", 2) == [b"a", b""]
    for raw, width in ((b"\x00", 0), (b"\x00\x02a", 1), (b"\x00\x01a", 2), (b"\x00\x01a", 0)):
        with pytest.raises(Untrue):
            read_bundle(raw, width)


def test_a_log_of_nothing_has_its_own_root():
    """And no other size has it."""
    assert read_checkpoint(checkpoint_text("o", [])).size == 0
    for wrong in (
        checkpoint_text("o", []).replace("0", "1", 1),
        CHECKPOINT.replace("\n3\n", "\n0\n"),
    ):
        with pytest.raises(Untrue):
            read_checkpoint(wrong.partition("\n\n")[0].rstrip("\n") + "\n")
