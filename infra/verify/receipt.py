"""Receipts that somebody holds, against the log (I12): honoured, late, omitted, or not due yet.

A receipt names a digest and a moment. The digest stands in the leaf of what was told, or is the
hash of a leaf. Entries come into the log in their order, so one that stands after an entry which
was recorded later than that moment came too late, by the log's own word; and one that is missing in
a log that goes on beyond it, or that a witness saw after it, was left out. Receipt and checkpoint
together prove that to anybody.
"""

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

from chalicelib.audit.receipts import receipt_name
from chalicelib.audit.sd_jwt import base64url
from chalicelib.audit.tlog.note import Vkey, read_note, read_vkey, verify
from chalicelib.audit.tlog.receipt import Receipt, read_receipt
from chalicelib.audit.tlog.tree import leaf_hash
from chalicelib.errors import BadInput, Corrupt
from chalicelib.instant import text
from infra.verify.delay import ahead_of_time
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue, remark
from infra.verify.source import Source
from infra.verify.trust import ABOUT, SignedCheckpoint, Trust

_CHECK = "I12"
_DIGESTS = re.compile(rb'"d":\[([^\]]*)\]')  # canonical JSON: a quote within a text is escaped


@dataclass(frozen=True, slots=True)
class HeldReceipt:
    """A *receipt* under a signature that verifies; *of* names what it was given for."""

    receipt: Receipt
    of: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody outside saw, *at* an instant, that the log had *size* entries and no more."""

    at: datetime
    size: int


def held(
    files: Sequence[Path], origin: str, trust: Trust, source: Source
) -> tuple[list[HeldReceipt], list[Issue]]:
    """Read the receipts of the log *origin* in *files*, and what is to be said of their key."""
    if not files:
        return [], []
    keys, remarks = _keys(trust, origin, source)
    return [receipt for file in files for receipt in held_in(file, keys)], remarks


def _keys(trust: Trust, origin: str, source: Source) -> tuple[list[Vkey], list[Issue]]:
    """The keys that receipts of the log *origin* are checked by; the reader's, else the log's word.

    A log that denies its own receipts by publishing another key is no better for it: who kept the
    key, or the log's word for it, gives it by --vkey. Raises BadInput where there is none.
    """
    name = receipt_name(origin)
    own = [key for key in trust.vkeys if key.name == name]
    if own:
        return own, []
    try:
        told = json.loads(source.get(ABOUT) or b"{}")["receipt_vkeys"]
        keys = [read_vkey(str(one)) for one in told]
    except (LookupError, TypeError, ValueError) as error:
        why = "publishes no key for receipts: give one by --vkey"
        raise BadInput(why, source.place) from error
    zh = "回执公钥取自日志自身；请从别处取得，以 --vkey 指定"
    en = "the key of the receipts is the log's own word for it; give it by --vkey"
    return keys, [remark(_CHECK, zh, en)]


def held_in(file: Path, vkeys: Sequence[Vkey]) -> list[HeldReceipt]:
    """Read the receipts in *file*: a receipt itself, or the answer to what was posted, or several.

    Raises BadInput where one is not signed by any of *vkeys*, or is not about its disclosure.
    """
    try:
        raw = file.read_text("utf-8")
        told = json.loads(raw) if raw.lstrip()[:1] in ("{", "[") else {"receipt": raw}
        receipts = [_held(one, vkeys) for one in _answers(told)]
    except (OSError, ValueError) as error:
        raise BadInput(f"cannot be read: {error}", str(file)) from error
    except Corrupt as error:
        raise BadInput(str(error), str(file)) from error
    if not receipts:
        raise BadInput("holds no receipt", str(file))
    return receipts


def _answers(told: Any) -> Iterator[Mapping[str, Any]]:
    match told:
        case {"results": results}:
            yield from _answers(results)
        case list():
            for one in told:
                yield from _answers(one)
        case {"receipt": str()}:
            yield told


def _held(told: Mapping[str, Any], vkeys: Sequence[Vkey]) -> HeldReceipt:
    note = read_note(told["receipt"].encode())
    receipt = read_receipt(note.text)
    if not verify(note, [key for key in vkeys if key.name == receipt.name]):
        raise Corrupt(f"a receipt that is not signed by a known key of {receipt.name}")
    shown = told.get("disclosure")
    if shown is not None and hashlib.sha256(str(shown).encode()).digest() != receipt.hash:
        raise Corrupt("a receipt of something else than its disclosure")
    return HeldReceipt(receipt, str(told.get("id") or base64url(receipt.hash)))


def judge(
    held: Sequence[HeldReceipt],
    entries: Sequence[CheckedEntry],
    seen: Iterable[Sighting],
    now: datetime,
) -> Iterator[Issue]:
    """Judge each receipt by the *entries*, all there are, and by who has *seen* the log.

    *now* is the reader's own clock, which is no proof to anybody else.
    """
    places = _places({one.receipt.hash for one in held}, entries)
    ahead = ahead_of_time(entries) if held else ()  # whose times say nothing of those that follow
    recorded = ("" if entry.index in ahead else entry.recorded for entry in entries)
    latest = list(accumulate(recorded, max))
    sightings = list(seen)
    for receipt in held:
        by = text(receipt.receipt.by)
        after = bisect_right(latest, by)  # the first entry that was recorded after the promise
        sizes = [entry.index + 1 for entry in entries[after : after + 1]]
        sizes += [sighting.size for sighting in sightings if sighting.at > receipt.receipt.by]
        index = places.get(receipt.receipt.hash)
        if index is not None:
            if sizes and index >= min(sizes):
                yield _late(receipt, index, by)
        elif sizes:
            yield _omitted(receipt, by)
        else:
            yield _open(receipt, by, is_due=now > receipt.receipt.by)


def _places(wanted: set[bytes], entries: Sequence[CheckedEntry]) -> dict[bytes, int]:
    """Where each of the *wanted* hashes stands first: as a leaf's, or as a digest in a leaf."""
    digests = {base64url(one).encode(): one for one in wanted}
    found: dict[bytes, int] = {}
    for entry in entries if wanted else ():
        own = leaf_hash(entry.leaf)
        if own in wanted:
            found.setdefault(own, entry.index)
        listed = _DIGESTS.search(entry.leaf)
        for digest in listed.group(1).split(b",") if listed else ():
            if one := digests.get(digest[1:-1]):
                found.setdefault(one, entry.index)
    return found


def _open(receipt: HeldReceipt, by: str, *, is_due: bool) -> Issue:
    """Nothing is proved yet: by the reader's own clock alone it may be time."""
    if not is_due:
        return remark(
            _CHECK, f"回执 {receipt.of} 尚未到期（{by}）", f"receipt {receipt.of} is due {by}"
        )
    return remark(
        _CHECK,
        f"回执 {receipt.of} 已过期（{by}）而未入链；其后的日志尚无他人可证的时刻",
        f"receipt {receipt.of} was due {by} and is not honoured; "
        "nothing that others could check dates the log after it yet",
    )


def _late(receipt: HeldReceipt, index: int, by: str) -> Issue:
    return Issue(
        index,
        _CHECK,
        f"回执 {receipt.of} 承诺 {by} 前入链，实际更晚",
        f"receipt {receipt.of} promised this by {by}; it came in later",
    )


def _omitted(receipt: HeldReceipt, by: str) -> Issue:
    return Issue(
        None,
        _CHECK,
        f"漏记：回执 {receipt.of} 承诺 {by} 前入链，此后的日志中没有",
        f"omitted: receipt {receipt.of} promised by {by}, and the log goes on without it",
    )


def sightings(signed: Iterable[SignedCheckpoint]) -> list[Sighting]:
    """What the cosignatures under checkpoints tell: when the log had that size."""
    return [
        Sighting(datetime.fromtimestamp(at, UTC), one.size)
        for one in signed
        for at in one.cosigned.values()
    ]
