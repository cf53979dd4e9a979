"""Whom a reader of the log trusts: the log's own key, and witnesses of whom enough must agree.

The reader's own keys count. Without them the published keys have to do: these show that the log is
sound in itself, but not that everybody sees the same log.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.audit.receipts import receipt_name
from chalicelib.audit.tlog.checkpoint import Checkpoint, read_checkpoint
from chalicelib.audit.tlog.note import (
    COSIGNATURE,
    ED25519,
    Note,
    Vkey,
    read_note,
    read_vkey,
    verify_note,
)
from chalicelib.errors import BadInput, Corrupt
from infra.verify.finding import Issue, remark
from infra.verify.source import CHECKPOINT, Source

ABOUT = "log.json"


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys *vkeys* of the log; *quorum* of the *witnesses* must have cosigned."""

    vkeys: tuple[Vkey, ...] = ()
    witnesses: tuple[Vkey, ...] = ()
    quorum: int = 0
    remarks: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint under a signature that verifies, and when which witnesses cosigned it."""

    checkpoint: Checkpoint
    note: Note
    cosigned: Mapping[str, int]

    @property
    def root(self) -> bytes:
        """The root that is signed."""
        return self.checkpoint.root

    @property
    def size(self) -> int:
        """How many entries it covers."""
        return self.checkpoint.size


def read_trust(vkeys: Sequence[str], witnesses: Sequence[str], quorum: int | None) -> Trust:
    """Read the keys of the reader; *quorum* is all witnesses by default. Raises BadInput."""
    trust = Trust(
        tuple(_key(text, ED25519) for text in vkeys),
        tuple(_key(text, COSIGNATURE) for text in witnesses),
        len(witnesses) if quorum is None else quorum,
    )
    if not 0 <= trust.quorum <= len(trust.witnesses):
        raise BadInput(f"{trust.quorum} of {len(trust.witnesses)} witnesses", "--quorum")
    return trust


def complete_trust(trust: Trust, source: Source) -> Trust:
    """Return *trust*, with the published keys where the reader gave none. Raises BadInput."""
    if any(not is_for_receipts(key) for key in trust.vkeys):
        return trust
    about = _about(source)
    texts = _texts(about.get("vkeys")) or list(_published_vkeys(source))
    vkeys = tuple(_key(text, ED25519) for text in texts if text)
    if not vkeys:
        raise BadInput("publishes no key: give one by --vkey", source.where)
    unpinned = remark(
        "key",
        "公钥取自日志自身，只能说明日志自洽；请从别处取得公钥，以 --vkey 指定",
        "the key is the log's own word for it; get it from elsewhere and give it by --vkey",
    )
    trust = replace(trust, vkeys=(*trust.vkeys, *vkeys), remarks=(unpinned,))
    return trust if trust.witnesses else _with_witnesses(trust, about)


def is_for_receipts(key: Vkey) -> bool:
    """Return whether *key* signs receipts, and never the log."""
    return key.name.endswith(receipt_name(""))


def _with_witnesses(trust: Trust, about: Mapping[str, Any]) -> Trust:
    witnesses = tuple(_key(text, COSIGNATURE) for text in _texts(about.get("witnesses")))
    quorum = about.get("quorum", 0)
    if not isinstance(quorum, int) or not 0 <= quorum <= len(witnesses):
        raise BadInput(f"a quorum of {quorum!r} among {len(witnesses)} witnesses", ABOUT)
    return replace(trust, witnesses=witnesses, quorum=quorum)


def _about(source: Source) -> Mapping[str, Any]:
    try:
        about = json.loads(source.get(ABOUT) or b"{}")
    except ValueError as error:
        raise BadInput("is not JSON", f"{source.where}/{ABOUT}") from error
    return about if isinstance(about, dict) else {}


def _published_vkeys(source: Source) -> Iterator[str]:
    """Yield the keys of the checkpoint's signatures, as our logs publish them: `vkeys/<id>`."""
    try:
        note = read_note(source.get(CHECKPOINT) or b"")
    except Corrupt:
        return
    origin = note.text.partition("\n")[0]
    for line in note.lines:
        if line.name == origin:
            yield (source.get(f"vkeys/{line.id.hex()}") or b"").decode("utf-8", "replace").strip()


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _key(text: str, kind: int) -> Vkey:
    vkey = read_vkey(text)
    if vkey.kind != kind:
        wanted = "a log's" if kind == ED25519 else "a witness's"
        raise BadInput(f"not {wanted} key: of the kind {vkey.kind}", text[:60])
    return vkey


def read_signed(raw: bytes, trust: Trust) -> SignedCheckpoint:
    """Read a checkpoint and check who signed it. Raises Corrupt."""
    note = read_note(raw)
    checkpoint = read_checkpoint(note.text)
    keys = [key for key in trust.vkeys if key.name == checkpoint.origin]
    if not keys:
        raise Corrupt(f"the log is {checkpoint.origin}; the key given is for another")
    if not verify_note(note, keys):
        raise Corrupt(f"not signed by {checkpoint.origin}")
    cosigned = verify_note(note, trust.witnesses)
    return SignedCheckpoint(checkpoint, note, {name: time or 0 for name, time in cosigned.items()})
