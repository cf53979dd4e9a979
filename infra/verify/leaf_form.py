"""Read leaves, and check that each is canonical JSON (RFC 8785) of allowed fields (I10).

There are hundreds of thousands, so nearly all go a short way: fields in their one order, and one
spelling, are matched as text, and only `data` is read as JSON and written again. A leaf that does
not fit goes the long way, which follows the standard alone and reports the exact error.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import rfc8785

from chalicelib.audit.leaf import MAX_BYTES
from chalicelib.audit.redaction import PUBLIC
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
    is_day,
    refused_field,
)

_MOST = 1 << 53
_BEYOND = re.compile("[\U00010000-\U0010ffff]")  # names with these sort otherwise in RFC 8785
_PLAIN = r'[^"\\\x00-\x1f]+'  # a text that is written as it is
_HEAD = re.compile(
    rf'\{{"at":"({TIME})","case":"({CASE})",(?:"corrects":"{_PLAIN}",)?'
    rf'(?:"d":\["({DIGEST}(?:","{DIGEST})*)"\],)?"data":'
)
_TAIL = re.compile(
    rf',"k":"({KIND})","key":"({_PLAIN})","n":(0|[1-9][0-9]{{0,14}}),(?:"own":"({OWN}{_PLAIN})",)?'
    rf'"prev":"({LINK})","rec":"({TIME})",(?:"seq":"{SEQUENCE}",)?'
    rf'(?:(?:"signed":"{DIGEST}",)?"src":"({SOURCE})",)?("told":true,)?"v":1'
    rf'(?:,"wrote":"({TIME})")?\}}'
)
_TOLD_ALONE = ('"corrects":', '"seq":', '"signed":', '"src":', '"wrote":')


class Form(NamedTuple):
    """The fields of a leaf that the chain of its case needs; the rest stays in its bytes."""

    case: str
    n: int
    kind: str
    recorded: str
    prev: str
    key: str
    is_told: bool
    own: str


def _whole(text: str) -> int:
    if abs(number := int(text)) >= _MOST:
        raise ValueError("a number of more than 53 bits")
    return number


def _refuse(text: str) -> Any:
    raise ValueError(f"not a whole number: {text[:20]}")


_READER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse, parse_int=_whole)
_WRITE = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


class Leaves:
    """Reads leaves run by run; caches which days exist."""

    def __init__(self) -> None:
        self._days: dict[str, bool] = {}

    def read_leaves(self, leaves: Sequence[bytes]) -> list[Form | Malformed]:
        """Read a run of *leaves*; return for each its form, or what is wrong with it."""
        short = [self._read_short(leaf) for leaf in leaves]
        texts = [parts[1] for parts in short if parts]
        # Each was read from its own text, and no object begins with another: so all are canonical
        # if they are canonical when written one behind the other.
        is_canonical = _WRITE([parts[2] for parts in short if parts]) == f"[{','.join(texts)}]"
        return [
            parts[0]
            if parts and (is_canonical or _WRITE(parts[2]) == parts[1])
            else _read_long(leaf)
            for leaf, parts in zip(leaves, short, strict=True)
        ]

    def _read_short(self, leaf: bytes) -> tuple[Form, str, Mapping[str, Any]] | None:
        """Read a leaf the short way: its form, and its `data` as written and as read."""
        try:
            text = leaf.decode("utf-8")
            if not (start := _HEAD.match(text)):
                return None
            data, end = _READER.raw_decode(text, start.end())
        except (ValueError, RecursionError):
            return None
        if not (rest := _TAIL.fullmatch(text, end)) or len(leaf) > MAX_BYTES:
            return None
        written = text[start.end() : end]
        at, case, digests = start.groups()
        kind, key, n, own, prev, recorded, source, told, wrote = rest.groups()
        days = self._days
        fits = (
            isinstance(data, dict)
            and data.keys() <= PUBLIC
            and is_day(at, days)
            and is_day(recorded, days)
            and (wrote is None or is_day(wrote, days))
            and (digests is None or are_digests(digests.split('","')))
            and ("null" not in written or not has_null(data))
            and (told is not None or not any(name in text for name in _TOLD_ALONE))
            and (told is None or not refused_field(key, data))
            and (told is None or (source is None) == key.startswith(OURS_KEY))
            and (own is None or n == "0")
            and not _BEYOND.search(written)
        )
        if not fits:
            return None
        form = Form(case, int(n), kind, recorded, prev, key, told is not None, own or "")
        return form, written, data


def _read_long(leaf: bytes) -> Form | Malformed:
    """Read one leaf by the standard alone; return its form, or the exact error."""
    try:
        payload = _READER.decode(leaf.decode("utf-8"))
        is_canonical = rfc8785.dumps(payload) == leaf
        check_leaf(payload, len(leaf))
    except Malformed as wrong:
        return wrong
    except (ValueError, RecursionError) as error:
        return _not_canonical(str(error))
    return _form(payload) if is_canonical else _not_canonical("it is written in another way")


def _form(payload: Mapping[str, Any]) -> Form:
    return Form(
        case=payload["case"],
        n=payload["n"],
        kind=payload["k"],
        recorded=payload["rec"],
        prev=payload["prev"],
        key=payload["key"],
        is_told="told" in payload,
        own=payload.get("own", ""),
    )


def _not_canonical(why: str) -> Malformed:
    return Malformed("不是规范的 JSON（RFC 8785）", f"not canonical JSON (RFC 8785): {why}")
