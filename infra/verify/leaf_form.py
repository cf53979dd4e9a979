"""Read leaves into facts, and check that each is canonical JSON (RFC 8785) of allowed fields (I10).

There are hundreds of thousands, so nearly all go a short way: fields in their one order, and one
spelling, are matched as text, and only `data` is read as JSON and written again. Any other leaf
goes the long way, which follows the standard alone and reports the exact error.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import rfc8785
from msgspec import Struct
from msgspec.json import Encoder

from chalicelib.cases.fact import Fact
from chalicelib.cases.stored_fact import fact_in
from chalicelib.log.leaf import MAX_BYTES
from chalicelib.vault.redaction import PUBLIC
from infra.verify.leaf_fields import (
    CASE,
    DIGEST,
    KIND,
    LINK,
    OURS_KEY,
    OWN,
    SEQUENCE,
    SOURCE,
    TIME,
    Malformed,
    are_digests,
    check_leaf,
    has_null,
    may_be_signed,
    refused_field,
)

_instant = datetime.fromisoformat  # the form of TIME leaves no choice
_MOST = 1 << 53
_BEYOND = re.compile("[\U00010000-\U0010ffff]")  # names with these sort otherwise in RFC 8785
_PLAIN = r'[^"\\\x00-\x1f]+'  # a text that is written as it is
_HEAD = re.compile(
    rf'\{{"at":"({TIME})","case":"({CASE})",(?:"corrects":"({_PLAIN})",)?'
    rf'(?:"d":\["({DIGEST}(?:","{DIGEST})*)"\],)?"data":'
)
_TAIL = re.compile(
    rf',"k":"({KIND})","key":"({_PLAIN})","n":(0|[1-9][0-9]{{0,14}}),(?:"own":"({OWN}{_PLAIN})",)?'
    rf'"prev":"({LINK})","rec":"({TIME})",(?:"seq":"({SEQUENCE})",)?'
    rf'(?:"signed":"({DIGEST})",)?(?:"src":"({SOURCE})",)?("told":true,)?"v":1'
    rf'(?:,"wrote":"({TIME})")?\}}'
)


class ReadLeaf(Struct, frozen=True):
    """A leaf: the *fact* in it, and what links it: its *case*, *prev* and *own* ("" for none)."""

    case: str
    prev: str
    own: str
    fact: Fact


def _whole(text: str) -> int:
    if abs(number := int(text)) >= _MOST:
        raise ValueError("a number of more than 53 bits")
    return number


def _refuse(text: str) -> Any:
    raise ValueError(f"not a whole number: {text[:20]}")


_READER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse, parse_int=_whole)
_ENCODER = Encoder(order="sorted")  # one spelling for each text, as RFC 8785 has it


def read_leaves(leaves: Sequence[bytes]) -> list[ReadLeaf | Malformed]:
    """Read a run of *leaves*; return for each what is in it, or what is wrong with it."""
    short = [_read_short(leaf) for leaf in leaves]
    texts = [parts[1] for parts in short if parts]
    # Each was read from its own text, and no object begins with another: so all are canonical
    # if they are canonical when written one behind the other.
    is_canonical = (
        _write([parts[0].fact.data for parts in short if parts]) == f"[{','.join(texts)}]"
    )
    return [
        parts[0]
        if parts and (is_canonical or _write(parts[0].fact.data) == parts[1])
        else _read_long(leaf)
        for leaf, parts in zip(leaves, short, strict=True)
    ]


def _write(value: object) -> str:
    """Write a *value* without unusual names as RFC 8785 has it; "" where it cannot be written."""
    try:
        return _ENCODER.encode(value).decode()
    except (UnicodeEncodeError, RecursionError):  # half of a surrogate pair; too deep
        return ""


def _read_short(leaf: bytes) -> tuple[ReadLeaf, str] | None:
    """Read a leaf the short way; return it, and its `data` as written."""
    if len(leaf) > MAX_BYTES:
        return None
    try:
        text = leaf.decode("utf-8")
        start = _HEAD.match(text)
        data, end = _READER.raw_decode(text, start.end()) if start else (None, 0)
        rest = _TAIL.fullmatch(text, end)
        if start is None or rest is None or not isinstance(data, dict):
            return None
        written = text[start.end() : end]
        return (_read_fields(start, rest, data), written) if _is_plain(data, written) else None
    except (ValueError, RecursionError):
        return None


def _is_plain(data: Mapping[str, Any], written: str) -> bool:
    """Return whether *data*, as *written*, has allowed fields, no null, and no unusual name."""
    return (
        data.keys() <= PUBLIC
        and ("null" not in written or not has_null(data))
        and (written.isascii() or not _BEYOND.search(written))
    )


def _read_fields(start: re.Match[str], rest: re.Match[str], data: dict[str, Any]) -> ReadLeaf:
    """Return the leaf with what stands before and after its *data*. Raises ValueError."""
    at, case, corrects, digests = start.groups()
    kind, key, n, own, prev, recorded, sequence, signed, source, told, wrote = rest.groups()
    if told is not None:
        fits = (source is None) == key.startswith(OURS_KEY) and not refused_field(key, data)
        fits = fits and (signed is None or source is not None or may_be_signed(kind))
    else:
        of_told = (corrects, sequence, source, signed, wrote)
        fits = all(each is None for each in of_told)
    is_listed = digests is None or are_digests(digests.split('","'))
    if not (fits and is_listed and (own is None or n == "0")):
        raise ValueError("not as the allow-list has it")
    happened = _instant(at)
    fact = Fact(
        n=int(n),
        kind=kind,
        key=key,
        at=happened,
        recorded_at=happened if recorded == at else _instant(recorded),
        told=told is not None,
        data=data,
        written_at=_instant(wrote) if wrote else None,
        sequence=sequence or "",
        corrects=corrects or "",
        source=source or "",
        signed=signed or "",
    )
    return ReadLeaf(case, prev, own or "", fact)


def _read_long(leaf: bytes) -> ReadLeaf | Malformed:
    """Read one leaf by the standard alone; return it, or the exact error."""
    try:
        payload = _READER.decode(leaf.decode("utf-8"))
        is_canonical = rfc8785.dumps(payload) == leaf
        check_leaf(payload, len(leaf))
    except Malformed as wrong:
        return wrong
    except (ValueError, RecursionError) as error:
        return _not_canonical(str(error))
    if not is_canonical:
        return _not_canonical("it is written in another way")
    return ReadLeaf(payload["case"], payload["prev"], payload.get("own", ""), fact_in(payload))


def _not_canonical(why: str) -> Malformed:
    return Malformed("不是规范的 JSON（RFC 8785）", f"not canonical JSON (RFC 8785): {why}")
