"""What each receipt must be (I12): a promise as the log makes it, kept by an entry of its own."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.instant import text
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.log.tlog.receipt import Receipt
from chalicelib.log.tlog.tree import leaf_hash
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue

_CHECK = "I12"


def due_by(receipt: Receipt) -> datetime:
    """Return when *receipt* is due: as it promises, and no later than every entry is."""
    return min(receipt.by, receipt.at + MERGE_DELAY)


def check_promise(receipt: Receipt, of: str) -> Iterator[Issue]:
    """Check that the receipt *of* an event does not promise later than the log does."""
    if receipt.by > due_by(receipt):
        by = text(receipt.by)
        zh, en = f"承诺 {by} 才入链，晚于合并时限", f"promises only {by}: later than the log does"
        yield Issue(None, _CHECK, f"回执 {of} {zh}", f"receipt {of} {en}")


def check_alone(
    receipt: Receipt, of: str, entry: CheckedEntry, honoured: dict[int, bytes]
) -> Iterator[Issue]:
    """Check that *entry* is told, and is not what another receipt is about; note it in *honoured*.

    Each event becomes one fact. So of two events under one entry the log tells one at most.
    """
    if leaf_hash(entry.leaf) == receipt.hash:
        return
    if not entry.payload.get("told"):
        zh = f"回执 {of} 指向的条目不是报送的事实"
        en = f"receipt {of} is answered by an entry that nobody told"
        yield Issue(entry.index, _CHECK, zh, en)
    if honoured.setdefault(entry.index, receipt.hash) != receipt.hash:
        zh = f"回执 {of} 与另一回执指向同一条目：至少一件没有入链"
        en = f"receipt {of} is answered by the entry of another: one of the two is not told"
        yield Issue(entry.index, _CHECK, zh, en)
