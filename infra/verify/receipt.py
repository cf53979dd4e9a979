"""Receipts that somebody holds, against the log (I12): honoured, late, omitted, or not due yet.

A receipt names a digest, the second of the receipt and a moment after it. The digest is listed in
the leaf of a reported fact, or is the hash of a leaf. That leaf must be recorded in that second:
whether news came in time hangs on it. Entries come into the log in their order. So an entry is
late, by the log's own word, if it stands after one that was recorded later than that moment. An
entry is omitted if it is missing although the log goes on beyond that moment, or a witness saw the
log after it. Receipt and checkpoint together prove that to anybody.
"""

import hashlib
import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

from msgspec import Struct

from chalicelib.errors import BadInput, Corrupt
from chalicelib.instant import text
from chalicelib.intake.event import Event
from chalicelib.log.receipts import event_sha256, receipt_name
from chalicelib.log.tlog.note import Vkey, read_note, read_vkey, verify_note
from chalicelib.log.tlog.receipt import Receipt, read_receipt
from chalicelib.vault.sd_jwt import base64url
from infra.verify.corrected import Corrections
from infra.verify.dates import DatedCheckpoint
from infra.verify.delay import ahead_of_time
from infra.verify.entries import Entries
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue, remark
from infra.verify.promised import check_alone, check_promise, due_by
from infra.verify.recorded import NEVER, ms_of
from infra.verify.source import Source
from infra.verify.told import Told, ToldEvents, check_told, digest_in, read_act
from infra.verify.trust import ABOUT, Trust

_CHECK = "I12"
_DIGESTS = re.compile(rb'"d":\[([^\]]*)\]')  # canonical JSON: a quote within a text is escaped


class HeldReceipt(Struct, frozen=True):
    """A *receipt* under a signature that verifies; *of* names the event that it was given for.

    Its *disclosure* holds the digest of that event; "" where only the receipt was kept. Whoever
    acted was given the *event* too, and the source of an accepted case its *public_id*.
    """

    receipt: Receipt
    of: str
    disclosure: str = ""
    event: Event | None = None
    public_id: str = ""


def read_receipts(
    files: Sequence[Path], origin: str, trust: Trust, source: Source
) -> tuple[list[HeldReceipt], list[Issue]]:
    """Read the receipts of the log *origin* in *files*; also return remarks about their key."""
    if not files:
        return [], []
    keys, remarks = _keys(trust, origin, source)
    return [receipt for file in files for receipt in read_receipt_file(file, keys)], remarks


def _keys(trust: Trust, origin: str, source: Source) -> tuple[list[Vkey], list[Issue]]:
    """Return the keys that check receipts of the log *origin*: the reader's, else the published.

    A log cannot deny its receipts by publishing another key: who kept the old key gives it by
    --vkey. Raises BadInput where there is no key.
    """
    name = receipt_name(origin)
    own = [key for key in trust.vkeys if key.name == name]
    if own:
        return own, []
    try:
        texts = json.loads(source.get(ABOUT) or b"{}")["receipt_vkeys"]
        keys = [read_vkey(str(text)) for text in texts]
    except (LookupError, TypeError, ValueError) as error:
        zh = "没有公布回执公钥，请再用一个 --vkey 给出"
        en = "publishes no key for receipts: give one by --vkey"
        raise BadInput(zh=zh, en=en, where=source.where) from error
    zh = "回执公钥取自日志自身；请从别处取得，以 --vkey 指定"
    en = "the key of the receipts is the log's own word for it; give it by --vkey"
    return keys, [remark(_CHECK, zh, en)]


def read_receipt_file(file: Path, vkeys: Sequence[Vkey]) -> list[HeldReceipt]:
    """Read the receipts in *file*: a receipt, or one or several answers to posted events.

    Raises BadInput where none of *vkeys* signed a receipt, or it is not about its disclosure.
    """
    try:
        raw = file.read_text("utf-8")
        document = json.loads(raw) if raw.lstrip()[:1] in ("{", "[") else {"receipt": raw}
        receipts = [_read_held(answer, vkeys) for answer in _answers(document)]
    except (OSError, ValueError) as error:
        raise BadInput(zh="读不出", en=f"cannot be read: {error}", where=str(file)) from error
    except Corrupt as error:
        raise BadInput(
            zh=f"不是回执，请核对文件：{error.text.zh}",
            en=f"not a receipt: {error}",
            where=str(file),
        ) from error
    if not receipts:
        raise BadInput(zh="其中没有回执", en="holds no receipt", where=str(file))
    return receipts


def _answers(document: Any) -> Iterator[Mapping[str, Any]]:
    match document:
        case {"results": results}:
            yield from _answers(results)
        case list():
            for part in document:
                yield from _answers(part)
        case {"receipt": str()}:
            yield document


def _read_held(answer: Mapping[str, Any], vkeys: Sequence[Vkey]) -> HeldReceipt:
    note = read_note(answer["receipt"].encode())
    receipt = read_receipt(note.text)
    if not verify_note(note, [key for key in vkeys if key.name == receipt.name]):
        zh = f"回执不是 {receipt.name} 的已知公钥签的"
        raise Corrupt(zh, f"a receipt that is not signed by a known key of {receipt.name}")
    disclosure = answer.get("disclosure")
    if disclosure is not None and hashlib.sha256(str(disclosure).encode()).digest() != receipt.hash:
        raise Corrupt("回执与所附凭据不符", "a receipt of something else than its disclosure")
    event = answer.get("event")
    act = read_act(event) if isinstance(event, dict) else None
    of = str((act or answer).get("id") or base64url(receipt.hash))
    public_id = str(answer.get("public_id", ""))
    return HeldReceipt(receipt, of, str(disclosure or ""), act, public_id)


def check_receipts(
    held: Sequence[HeldReceipt],
    entries: Entries,
    sightings: Iterable[DatedCheckpoint],
    now: datetime,
    told: ToldEvents,
) -> Iterator[Issue]:
    """Check each receipt against all *entries* of the log and *sightings* of it.

    *now* is the reader's own clock, which is no proof to anybody else. *told* are the events that
    the reader has.
    """
    indexes = _indexes({receipt.receipt.hash for receipt in held}, entries)
    latest = _latest(entries) if held else array("q")
    sightings = list(sightings)
    own = (receipt.event for receipt in held)
    acts = {event_sha256(event): event for event in own if event}
    known = ToldEvents({**told.events, **acts}, told.names)
    honoured: dict[int, bytes] = {}
    corrections = Corrections()
    for receipt in held:
        yield from check_promise(receipt.receipt, receipt.of)
        due = due_by(receipt.receipt)
        by = text(due)
        # The first entry that was recorded after the promise.
        after = bisect_right(latest, ms_of(due))
        sizes = [entries.first + after + 1] if after < len(latest) else []
        sizes += [sighting.size for sighting in sightings if sighting.at > due]
        index = indexes.get(receipt.receipt.hash)
        if index is not None:
            entry = entries.entry(index)
            yield from check_alone(receipt.receipt, receipt.of, entry, honoured)
            yield from _check_entry(receipt, entry, known)
            yield from _check_corrections(receipt, entry, known.events, corrections)
            if sizes and index >= min(sizes):
                yield _late(receipt, index, by)
        elif sizes:
            yield _omitted(receipt, by)
        else:
            yield _open(receipt, by, is_due=now > due)


def _latest(entries: Entries) -> "array[int]":
    """Return the latest instant of record up to each entry.

    Entries that are ahead of their time do not bound later ones.
    """
    ahead = ahead_of_time(entries.times)
    recorded = (NEVER if index in ahead else at for index, at in entries.times)
    return array("q", accumulate(recorded, max))


def _check_entry(receipt: HeldReceipt, entry: CheckedEntry, told: ToldEvents) -> Iterator[Issue]:
    """Check that *entry* is what the receipt promised: of that second and case, of that event."""
    yield from _check_moment(receipt, entry)
    yield from _check_case(receipt, entry)
    yield from check_told(receipt.disclosure, told, entry, receipt.of)


def _check_corrections(
    receipt: HeldReceipt, entry: CheckedEntry, told: Told, corrections: Corrections
) -> Iterator[Issue]:
    """Check that no correction is about another event, where the receipts of both are held."""
    event, leaf = told.get(digest_in(receipt.disclosure)), entry.payload
    source = event["source"] if event else str(leaf.get("src", ""))
    for wrong in corrections.take(source, event["id"] if event else receipt.of, leaf, event):
        where = f"{wrong['case']}.{wrong['n']}"
        yield Issue(
            entry.index,
            _CHECK,
            f"更正 {where} 在日志中所更正的不是报送时所指的事件；"
            "请保留两份回执和事件，向监察机关反映",
            f"correction {where} is, by the log, about another event than the one that was named; "
            "keep both receipts and events, and show them to the inspectors",
        )


def covered_by(held: Sequence[HeldReceipt], entries: Entries) -> set[int]:
    """Return the indexes of the *entries* that the receipts *held* are about."""
    return set(_indexes({receipt.receipt.hash for receipt in held}, entries).values())


def _indexes(wanted: set[bytes], entries: Entries) -> dict[bytes, int]:
    """Return the first index of each *wanted* hash: that of a leaf, or a digest in a leaf."""
    digests = {base64url(hash_).encode(): hash_ for hash_ in wanted}
    indexes: dict[bytes, int] = {}
    for index, stored in enumerate(entries.leaves, entries.first) if wanted else ():
        if stored.hash in wanted:
            indexes.setdefault(stored.hash, index)
        listed = _DIGESTS.search(stored.leaf)
        for digest in listed.group(1).split(b",") if listed else ():
            if hash_ := digests.get(digest[1:-1]):
                indexes.setdefault(hash_, index)
    return indexes


def _check_moment(receipt: HeldReceipt, entry: CheckedEntry) -> Iterator[Issue]:
    """Check that *entry* was recorded in the second that the receipt names."""
    received, second = text(receipt.receipt.at), len("2026-03-02T01:00:00")
    if entry.recorded[:second] != received[:second]:
        yield Issue(
            entry.index,
            _CHECK,
            f"回执 {receipt.of} 记收到于 {received}，日志记录为 {entry.recorded}",
            f"receipt {receipt.of} says received {received}, the log says {entry.recorded}",
        )


def _check_case(receipt: HeldReceipt, entry: CheckedEntry) -> Iterator[Issue]:
    """Check that *entry* is in the case whose public name the receipt came with."""
    if receipt.public_id and receipt.public_id != entry.case:
        yield Issue(
            entry.index,
            _CHECK,
            f"回执 {receipt.of} 所附的公开案号是 {receipt.public_id}，日志记在 {entry.case}",
            f"receipt {receipt.of} came with {receipt.public_id}, the log has it in {entry.case}",
        )


def _open(receipt: HeldReceipt, by: str, *, is_due: bool) -> Issue:
    """Remark that nothing is proved yet; only the reader's own clock may say that it *is_due*."""
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
