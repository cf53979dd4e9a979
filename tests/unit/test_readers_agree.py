"""The service and the stranger read the same in every note, name and proof, or both read nothing.

Where two strict readers differ, somebody can be shown something that others do not see.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.errors import BadInput, Corrupt
from chalicelib.log.tlog import checkpoint, note, receipt, tile, tlog_proof
from chalicelib.log.tlog.vkey import read_vkey
from tests.stranger import merkle
from tests.stranger.naive_log import Signatory, checkpoint_text
from tests.stranger.notes import COSIGNER, Key, read_checkpoint, read_key, read_note, signers
from tests.stranger.tiles import named
from tests.stranger.tlog_proof import check_proof, read_receipt
from tests.stranger.untrue import Untrue
from tests.support.trials import times

LOG = Signatory("audit.example.gov/log", "kat")
WITNESS = Signatory("witness.example.org/w1", "kat-w", COSIGNER)
DESK = Signatory("audit.example.gov/log/receipt", "desk")
OTHER = Signatory("audit.example.gov/log", "another")
HASHES = [merkle.leaf_hash(b"%d" % i) for i in range(3)]
TEXT = checkpoint_text(LOG.key.name, HASHES)
NOTE = f"{TEXT}\n{LOG.line(TEXT)}{WITNESS.line(TEXT, 1763712000)}{OTHER.line('else')}"
PATH = "".join(f"{b64encode(one).decode()}\n" for one in (HASHES[0], HASHES[2]))
PROOF = f"c2sp.org/tlog-proof@v1\nindex 1\n{PATH}\n{NOTE}"
PROMISE = DESK.note(f"{DESK.key.name}\n{TEXT.splitlines()[2]}\nat 2026-11-21T08:30:00Z\n"
                    "by 2026-11-21T08:40:00Z\n").decode()  # fmt: skip

ODD = st.sampled_from(
    list("\n\r\t +-=/0123456789AZaz_—~é\x00\x0b\x1f\x7f\x85\xa0\u2003\u2028\ufeff")
)


@st.composite
def spoilt(draw, text: str) -> str:
    """A *text* with one to three things changed."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.sampled_from([0, 0, 1, 1, 2, 9]))
        text = text[:at] + draw(st.text(ODD, max_size=2)) + text[at + cut :]
    return text


@st.composite
def moved(draw, text: str) -> str:
    """A *text* whose lines were taken away, doubled or put elsewhere."""
    lines = text.splitlines(keepends=True)
    order = draw(st.lists(st.integers(0, len(lines) - 1), max_size=len(lines) + 2))
    return "".join(lines[at] for at in order)


def either(text: str) -> st.SearchStrategy[str]:
    """Mostly small changes: most of a larger one is no note at all."""
    return st.one_of(spoilt(text), spoilt(text), moved(text))


def _or_nothing(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (BadInput, Corrupt, Untrue):
        return None


def by_service(text: str) -> Any:
    """Origin, size, root, and who signed."""
    seen = note.read_note(text.encode())
    keys = [note.Vkey(key.name, key.kind, key.public) for key in (LOG.key, WITNESS.key)]
    said = checkpoint.read_checkpoint(seen.text)
    return said.origin, said.size, said.root, note.verify_note(seen, keys)


def by_stranger(text: str) -> Any:
    """The same."""
    seen = read_note(text.encode())
    found = signers(seen, [LOG.key, WITNESS.key])
    checkpoint = read_checkpoint(seen.text)
    return (
        checkpoint.origin,
        checkpoint.size,
        checkpoint.root,
        {key.name: at for key, at in found.items()},
    )


@settings(max_examples=times(120), deadline=None)
@given(either(NOTE))
@example(NOTE)
@example(f"+{NOTE}")
def test_a_checkpoint(text):
    """Whether it is one, what it says, who signed it."""
    assert _or_nothing(lambda: by_service(text)) == _or_nothing(lambda: by_stranger(text))


@settings(max_examples=times(60), deadline=None)
@given(
    st.sampled_from([*range(9), 10**18, 2**63 - 1, 2**63, 10**19 - 1, 10**19]),
    st.sampled_from([0, 1, 3]),
)
def test_a_size(size, entries):
    """However large."""
    text = checkpoint_text("o", HASHES[:entries]).replace(f"\n{entries}\n", f"\n{size}\n")
    read = _or_nothing(lambda: checkpoint.read_checkpoint(text).size)
    assert read == _or_nothing(lambda: read_checkpoint(text).size)


@settings(max_examples=times(60), deadline=None)
@given(either(PROMISE))
@example(PROMISE)
def test_a_receipt(text):
    """What was promised, and for when."""

    def service() -> Any:
        seen = note.read_note(text.encode())
        note.require_signature(seen, note.Vkey(DESK.key.name, note.ED25519, DESK.key.public))
        found = receipt.read_receipt(seen.text)
        return (found.hash, found.at, found.by) if found.name == DESK.key.name else None

    def stranger() -> Any:
        receipt = read_receipt(text.encode(), DESK.key)
        return receipt.hash, receipt.at, receipt.by

    assert _or_nothing(service) == _or_nothing(stranger)


@settings(max_examples=times(60), deadline=None)
@given(either(PROOF))
@example(PROOF)
def test_a_proof(text):
    """Whether it shows that the second entry is in the log."""
    key = note.Vkey(LOG.key.name, LOG.key.kind, LOG.key.public)
    said = _or_nothing(
        lambda: tlog_proof.check_proof(tlog_proof.read_proof(text), HASHES[1], key).size
    )
    assert said == _or_nothing(lambda: check_proof(text, b"1", LOG.key).size)


@settings(max_examples=times(60), deadline=None)
@given(
    st.sampled_from([0, 1, 63, 64, None]),
    st.integers(0, 10**7) | st.sampled_from([999, 1000, 999_999, 10**6, 10**20, 10**21]),
    st.integers(0, 257),
)
def test_a_name(level, index, width):
    """Of a tile or a bundle."""
    wanted = named("entries" if level is None else level, index, width)
    try:
        read = tile.read_tile_path(wanted)
    except ValueError:
        assert width in (0, 257) or level == 64 or index >= 10**21
        return
    assert (read.level, read.index, read.width) == (level, index, width)
    assert read.path == wanted


@settings(max_examples=times(60), deadline=None)
@given(spoilt("tile/0/x001/x234/067.p/12"))
@example("tile/0/x000/001")
@example("tile/0/001/001")
@example("tile/0/x001/x001")
def test_another_name(text):
    """A name that is read is the one that its tile has."""
    try:
        read = tile.read_tile_path(text)
    except ValueError:
        return
    level = "entries" if read.level is None else read.level
    assert named(level, read.index, read.width) == text


@pytest.mark.parametrize("key", [LOG.key, WITNESS.key])
@settings(max_examples=times(40), deadline=None)
@given(st.data())
def test_a_key(key, data):
    """Its name, kind and bytes."""
    good = f"{key.name}+{key.id.hex()}+{b64encode(bytes([key.kind]) + key.public).decode()}"
    text = data.draw(st.just(good) | either(good))

    def service() -> Any:
        vkey = read_vkey(text)
        return Key(vkey.name, vkey.kind, vkey.public)

    assert _or_nothing(service) == _or_nothing(lambda: read_key(text))
