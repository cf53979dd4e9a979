"""One reading of a log: its entries from an index on, checked by tree, form and chains."""

from collections.abc import Callable

from chalicelib.audit.tlog.tile import WIDTH
from infra.verify.chains import Chains
from infra.verify.entries import Bundle, read_bundles
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue
from infra.verify.hashes import Hashes
from infra.verify.leaf_fields import Malformed
from infra.verify.leaf_form import Leaves
from infra.verify.source import Source

_GIVE_UP = 100  # bundles that cannot be read: a log can sign any size, and have nothing of it

Bar = Callable[[str, int | None], Callable[[int], None]]


def no_bar(title: str, size: int | None) -> Callable[[int], None]:  # noqa: ARG001 - none is shown
    """Show no progress."""
    return lambda _: None


class LogReading:
    """One reading: the *entries* that are in order, and the *findings* about the others."""

    def __init__(self, source: Source, size: int, since: int, bar: Bar) -> None:
        """Read the log of *size* entries from *since* on, or from the start of its bundle."""
        first = since // WIDTH * WIDTH
        self.findings: list[Issue] = []
        self.entries: list[CheckedEntry] = []
        self.hashes = Hashes(size, first, source, self.findings.append)
        self.chains = Chains(first, self.findings.append)
        self._leaves = Leaves()
        self.root, unreadable = b"", 0
        show = bar("verifying", size - first)
        for bundle in read_bundles(source, size, first, self.findings.append):
            self.hashes.add(bundle.tile_path, bundle.hashes, bundle.tile)
            self._take(bundle, since)
            show(min(bundle.start + WIDTH, size) - first)
            unreadable += not bundle.entries
            if unreadable == _GIVE_UP:
                self.findings.append(_given_up(bundle.start))
                return
        self.root = self.hashes.finish()

    def _take(self, bundle: Bundle, since: int) -> None:
        forms = self._leaves.read_leaves(bundle.entries)
        leaves = zip(bundle.entries, bundle.hashes, forms, strict=True)
        for index, (leaf, leaf_hash, form) in enumerate(leaves, bundle.start):
            if isinstance(form, Malformed):
                self.findings.append(Issue(index, "I10", form.zh, form.en))
                continue
            self.chains.add(index, form, leaf_hash)
            if index >= since:
                case, n, kind, recorded = form[:4]
                self.entries.append(CheckedEntry(index, case, n, kind, recorded, leaf))


def _given_up(index: int) -> Issue:
    return Issue(
        index,
        "I7",
        f"缺失或无法读取的数据包已达 {_GIVE_UP} 个，不再往下读",
        f"{_GIVE_UP} bundles are missing or cannot be read; given up",
    )
