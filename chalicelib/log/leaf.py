"""The leaf of a fact: the exact bytes that the public log will hold for ever (AUDIT_LOG §4.1).

Canonical JSON (RFC 8785), allow-listed fields only, whole numbers and text only. It is made once,
when the fact is written, and stored; nothing later computes it again. A leaf holds everything that
deciding needs, so the leaves of a case give its facts (`cases/stored_fact.py` reads them back).

    v, k, case, n         version, kind, public name of the case, number
    prev                  leaf hash of n - 1 in its case (Base64); empty for the first
    at, rec               when it happened, and when we recorded it
    key                   the key of the fact within its case
    data                  its public fields
    told, wrote, seq      of a reported fact: true; when and in which order its source wrote it down
    src                   of what an intake system reported: its name
    signed                of what it signed with a key of its own: the fingerprint of that key
    corrects              of a correction: the key of the fact that it corrects
    own                   in the first leaf of a case of our own: the name of the case
    d                     digests of the private fields, among decoys
"""

from base64 import b64encode
from collections.abc import Sequence

import rfc8785
from msgspec import Struct

from chalicelib.cases.case_id import is_ours
from chalicelib.cases.fact import Fact
from chalicelib.errors import Corrupt
from chalicelib.instant import text
from chalicelib.vault.redaction import PUBLIC

MAX_BYTES = 4096
_EMPTY: tuple[object, ...] = ("", None, [], {})  # values of fields that a leaf leaves out


class LeafPosition(Struct, frozen=True):
    """Where a leaf belongs: its case, by both names, and the leaf hash before it there."""

    case: str
    public_case: str
    prev: bytes | None


def make_leaf(position: LeafPosition, fact: Fact, digests: Sequence[str]) -> str:
    """Write the leaf of *fact*.

    Raises Corrupt where a field is not allowed in the log, or the leaf would grow too long.
    """
    stray = set(fact.data) - PUBLIC
    if stray:
        zh = f"不得进入公开日志的字段：{', '.join(sorted(stray))}"
        raise Corrupt(zh, f"not allowed in the public log: {', '.join(sorted(stray))}")
    leaf: dict[str, object] = {
        "v": 1,
        "k": fact.kind,
        "case": position.public_case,
        "n": fact.n,
        "prev": b64encode(position.prev).decode("ascii") if position.prev else "",
        "at": text(fact.at),
        "rec": text(fact.recorded_at),
        "key": fact.key,
        "data": {name: value for name, value in fact.data.items() if value not in _EMPTY},
        **_reported_fields(fact),
    }
    if fact.n == 0 and is_ours(position.case):
        leaf["own"] = position.case
    if digests:
        leaf["d"] = list(digests)
    encoded = rfc8785.dumps(leaf)  # type: ignore[arg-type]
    if len(encoded) > MAX_BYTES:
        raise Corrupt(
            f"{fact.kind} 的叶有 {len(encoded)} 字节，最多 {MAX_BYTES}",
            f"the leaf of a {fact.kind} has {len(encoded)} bytes; at most {MAX_BYTES}",
        )
    return encoded.decode("utf-8")


def _reported_fields(fact: Fact) -> dict[str, object]:
    fields = {
        "told": fact.told,
        "wrote": text(fact.written_at) if fact.written_at else "",
        "seq": fact.sequence,
        "src": fact.source,
        "signed": fact.signed,
        "corrects": fact.corrects,
    }
    return {name: value for name, value in fields.items() if value}
