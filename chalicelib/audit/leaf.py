"""The leaf of a fact: the exact bytes that the public log will hold for ever (AUDIT_LOG §4.1).

Canonical JSON (RFC 8785), allow-listed fields only, whole numbers and text only. It is made once,
when the fact is written, and stored; nothing later computes it again.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence

import rfc8785

from chalicelib.audit.redaction import PUBLIC
from chalicelib.cases.fact import Fact
from chalicelib.errors import Corrupt
from chalicelib.instant import text

MAX_BYTES = 4096


def make_leaf(public_case: str, fact: Fact, prev: bytes | None, digests: Sequence[str]) -> str:
    """Write the leaf of *fact*; *prev* is the leaf hash of the fact before it in its case.

    Raises Corrupt where a field is not allowed in the log, or the leaf would grow too long.
    """
    stray = set(fact.data) - PUBLIC
    if stray:
        raise Corrupt(f"not allowed in the public log: {', '.join(sorted(stray))}")
    leaf: dict[str, object] = {
        "v": 1,
        "k": fact.kind,
        "case": public_case,
        "n": fact.n,
        "prev": b64encode(prev).decode("ascii") if prev else "",
        "at": text(fact.at),
        "rec": text(fact.recorded_at),
        "data": _plain(fact.data),
    }
    if digests:
        leaf["d"] = list(digests)
    written = rfc8785.dumps(leaf)  # type: ignore[arg-type]
    if len(written) > MAX_BYTES:
        raise Corrupt(f"the leaf of a {fact.kind} has {len(written)} bytes; at most {MAX_BYTES}")
    return written.decode("utf-8")


def _plain(data: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in data.items() if value not in ("", None, [], {})}
