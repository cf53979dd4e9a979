"""Receipts that somebody holds, against the log (I12): honoured, late, omitted, or not due yet.

The digest in a receipt is listed in the leaf of a reported fact, or is the hash of a leaf. That
leaf must be recorded in the second of the receipt: whether news came in time hangs on it. An entry
is late, by the log's own word, if it stands after one that was recorded later than promised. It is
omitted if the log goes on beyond that moment without it, or a witness saw the log after it.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate

from chalicelib.instant import text
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.log.receipts import event_sha256
from chalicelib.log.tlog.tree import leaf_hash
from chalicelib.vault.sd_jwt import base64url
from infra.verify.delay import DatedCheckpoint, ahead_of_time
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import Issue
from infra.verify.receipt_file import CHECK, HeldReceipt
from infra.verify.recorded import NEVER, ms_of
from infra.verify.told import Corrections, Told, ToldEvents, check_told, digest_in

_DIGESTS = re.compile(rb'"d":\[([^\]]*)\]')  # canonical JSON: a quote within a text is escaped


def check_receipts(
    held: Sequence[HeldReceipt],
    entries: Entries,
    sightings: Iterable[DatedCheckpoint],
    now: datetime,
    told: ToldEvents,
) -> Iterator[Issue]:
    """Check each receipt against all *entries* of the log and *sightings* of it.

    *now* is the reader's own clock, which is no proof to anybody else. *told* are his events.
    """
    indexes = find_entries(held, entries)
    latest = _latest(entries) if held else array("q")
    sightings = list(sightings)
    acts = {event_sha256(each.event): each.event for each in held if each.event}
    all_told = ToldEvents({**told.events, **acts}, told.names)
    honoured: dict[int, bytes] = {}
    corrections = Corrections()
    for receipt in held:
        due = min(receipt.receipt.by, receipt.receipt.at + MERGE_DELAY)
        if receipt.receipt.by > due:
            by = text(receipt.receipt.by)
            en = f"promises only {by}: later than the log does"
            yield receipt.issue(f"承诺 {by} 才入链，晚于合并时限", en)
        # The first entry that was recorded after the promise.
        after = bisect_right(latest, ms_of(due))
        sizes = [entries.first + after + 1] if after < len(latest) else []
        sizes += [sighting.size for sighting in sightings if sighting.at > due]
        index = indexes.get(receipt.receipt.hash)
        if index is None:
            yield _lacking(receipt, text(due), is_omitted=bool(sizes), is_due=now > due)
            continue
        entry = entries.entry(index)
        yield from _check_entry(receipt, entry, honoured)
        yield from check_told(receipt.disclosure, all_told, entry, receipt.of)
        yield from _check_corrections(receipt, entry, all_told.events, corrections)
        if sizes and index >= min(sizes):
            by = text(due)
            zh, en = f"承诺 {by} 前入链，实际更晚", f"promised this by {by}; it came in later"
            yield receipt.issue(zh, en, index)


def _latest(entries: Entries) -> "array[int]":
    """Return the latest instant of record up to each entry, but for those ahead of their time."""
    ahead = ahead_of_time(entries.times)
    recorded = (NEVER if index in ahead else at for index, at in entries.times)
    return array("q", accumulate(recorded, max))


def _lacking(receipt: HeldReceipt, by: str, *, is_omitted: bool, is_due: bool) -> Issue:
    """Return the issue that the entry of *receipt*, due *by* then, is not in the log.

    It is a remark unless it *is_omitted*: only the reader's own clock says that it *is_due*.
    """
    if is_omitted:
        zh = f"漏记：回执 {receipt.of} 承诺 {by} 前入链，此后的日志中没有"
        en = f"omitted: receipt {receipt.of} promised by {by}, and the log goes on without it"
        return Issue(None, CHECK, zh, en)
    if not is_due:
        return receipt.issue(f"尚未到期（{by}）", f"is due {by}", is_remark=True)
    zh = f"已过期（{by}）而未入链；其后的日志尚无他人可证的时刻"
    en = f"was due {by} and is not honoured; nothing that others could check dates the log after it"
    return receipt.issue(zh, f"{en} yet", is_remark=True)


def _check_entry(
    receipt: HeldReceipt, entry: CheckedEntry, honoured: dict[int, bytes]
) -> Iterator[Issue]:
    """Check that *entry* is told, answers no other receipt, and has the second and the case.

    Each event becomes one fact: of two events under one entry the log tells one at most. Note it in
    *honoured*.
    """
    digest = receipt.receipt.hash
    is_leaf = leaf_hash(entry.leaf) == digest
    if not is_leaf and not entry.payload.get("told"):
        zh, en = "指向的条目不是报送的事实", "is answered by an entry that nobody told"
        yield receipt.issue(zh, en, entry.index)
    if not is_leaf and honoured.setdefault(entry.index, digest) != digest:
        zh = "与另一回执指向同一条目：至少一件没有入链"
        en = "is answered by the entry of another: one of the two is not told"
        yield receipt.issue(zh, en, entry.index)
    received, second = text(receipt.receipt.at), len("2026-03-02T01:00:00")
    if entry.recorded[:second] != received[:second]:
        zh = f"记收到于 {received}，日志记录为 {entry.recorded}"
        en = f"says received {received}, the log says {entry.recorded}"
        yield receipt.issue(zh, en, entry.index)
    if receipt.public_id and receipt.public_id != entry.case:
        zh = f"所附的公开案号是 {receipt.public_id}，日志记在 {entry.case}"
        en = f"came with {receipt.public_id}, the log has it in {entry.case}"
        yield receipt.issue(zh, en, entry.index)


def _check_corrections(
    receipt: HeldReceipt, entry: CheckedEntry, told: Told, corrections: Corrections
) -> Iterator[Issue]:
    """Check that no correction is about another event, where the receipts of both are held."""
    event, leaf = told.get(digest_in(receipt.disclosure)), entry.payload
    source = event["source"] if event else str(leaf.get("src", ""))
    for wrong in corrections.take(source, event["id"] if event else receipt.of, leaf, event):
        where = f"{wrong['case']}.{wrong['n']}"
        zh = f"更正 {where} 在日志中所更正的不是报送时所指的事件；"
        en = f"correction {where} is, by the log, about another event than the one that was named; "
        zh, en = f"{zh}请保留两份回执和事件，向监察机关反映", f"{en}keep both receipts and events, "
        yield Issue(entry.index, CHECK, zh, f"{en}and show them to the inspectors")


def find_entries(held: Sequence[HeldReceipt], entries: Entries) -> dict[bytes, int]:
    """Return the first index of each hash *held*: that of a leaf, or a digest in a leaf."""
    wanted = {base64url(receipt.receipt.hash).encode(): receipt.receipt.hash for receipt in held}
    hashes, indexes = set(wanted.values()), dict[bytes, int]()
    for index, stored in enumerate(entries.leaves, entries.first) if wanted else ():
        if stored.hash in hashes:
            indexes.setdefault(stored.hash, index)
        listed = _DIGESTS.search(stored.leaf)
        for digest in listed.group(1).split(b",") if listed else ():
            if hash_ := wanted.get(digest[1:-1]):
                indexes.setdefault(hash_, index)
    return indexes
