"""An entry: a leaf of the log whose index under the checkpoint, form and chain were checked.

Only the leaf's bytes are kept, and parsed again on each use: a log may have millions of leaves, and
a parsed one takes several times the room. The outline of a leaf is found in its bytes without
parsing. That is exact for every leaf that is written as leaves are. The fields stand in one order,
`data` before these, and a quote within a text is escaped: so the last `,"k":"` begins the field. Of
other bytes the outline may say anything. They are refused when `cases.py` parses the leaf.
"""

import json
from typing import Any, NamedTuple

from msgspec import Struct


class CheckedEntry(Struct, frozen=True):
    """Leaf *index* of the log: fact *n* of the case with the public name *case*, of *kind*.

    *recorded* is its `rec` as written, in UTC: the order of the texts is that of time.
    """

    index: int
    case: str
    n: int
    kind: str
    recorded: str
    leaf: bytes

    @property
    def payload(self) -> dict[str, Any]:
        """All fields of the leaf, by their names in it."""
        payload: dict[str, Any] = json.loads(self.leaf)
        return payload


_CASE = b'","case":"'
_CASE_AT = len(b'{"at":"2026-03-02T01:00:00.000Z')
_NAME_AT = _CASE_AT + len(_CASE)
_NAME_END = _NAME_AT + len("c_") + 26
_KIND, _NUMBER, _OWN, _RECORDED = b',"k":"', b',"n":', b',"own":"', b',"rec":"'
_TIME = len("2026-03-02T01:00:00.000Z")


class Outline(NamedTuple):
    """Fields of a leaf, as its bytes have them; its own name begins at *own_at*, -1 for none."""

    case: bytes
    kind: bytes
    recorded: bytes
    own_at: int


def outline(leaf: bytes) -> Outline | None:
    """Return the outline of *leaf*; None where it cannot be a leaf of any case."""
    kind = leaf.rfind(_KIND)
    recorded = leaf.find(_RECORDED, kind)
    if kind < _NAME_END or recorded < 0 or leaf[_CASE_AT:_NAME_AT] != _CASE:
        return None
    begin, at = kind + len(_KIND), recorded + len(_RECORDED)
    return Outline(
        leaf[_NAME_AT:_NAME_END],
        leaf[begin : leaf.find(b'"', begin)],
        leaf[at : at + _TIME],
        leaf.find(_OWN, begin, recorded),
    )


def own_name(leaf: bytes, own_at: int) -> str:
    """Return the own name in *leaf*; "" where it is no text."""
    start = own_at + len(_OWN) - 1
    try:
        name, _ = json.JSONDecoder().raw_decode(leaf.decode("utf-8"), len(leaf[:start].decode()))
    except ValueError:
        return ""
    return name if isinstance(name, str) else ""


def number(leaf: bytes) -> int:
    """Return the number of *leaf* in its case. Raises ValueError where it has none."""
    start = leaf.find(_NUMBER, leaf.rfind(_KIND)) + len(_NUMBER)
    return int(leaf[start : leaf.find(b",", start)])
