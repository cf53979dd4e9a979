"""One reading of a log: its entries from some place on, held against the tree, form and chains."""

from collections.abc import Callable
from typing import Any

from chalicelib.audit.tile import WIDTH
from infra.verify.chains import Chains
from infra.verify.entries import bundles
from infra.verify.entry import Entry
from infra.verify.finding import Finding
from infra.verify.hashes import Hashes
from infra.verify.leaf_form import Malformed, read_leaves
from infra.verify.source import Source

Bar = Callable[[str, int | None], Callable[[int], None]]


def no_bar(what: str, size: int | None) -> Callable[[int], None]:  # noqa: ARG001 - none is shown
    """Show no progress."""
    return lambda _: None


class Reading:
    """What was read: the *entries* that are in order, and what was found about the others."""

    def __init__(self, source: Source, size: int, since: int, bar: Bar) -> None:
        """Read the log of *size* entries from *since* on, or from the start of its bundle."""
        first = since // WIDTH * WIDTH
        self.findings: list[Finding] = []
        self.entries: list[Entry] = []
        self.hashes = Hashes(size, first, source, self.findings.append)
        self.chains = Chains(first, self.findings.append)
        show = bar("verifying", size - first)
        for start, leaves in bundles(source, size, first, self.hashes, self.findings.append):
            self._take(start, leaves or [], since)
            show(min(start + WIDTH, size) - first)
        self.root = self.hashes.finish()

    def _take(self, start: int, leaves: list[bytes], since: int) -> None:
        for index, (leaf, said) in enumerate(zip(leaves, read_leaves(leaves), strict=True), start):
            if isinstance(said, Malformed):
                self.findings.append(Finding(index, "I10", said.zh, said.en))
                continue
            self.chains.add(index, said, leaf)
            if index >= since:
                self.entries.append(_entry(index, said, leaf))


def _entry(index: int, said: dict[str, Any], leaf: bytes) -> Entry:
    return Entry(index, said["case"], said["n"], said["k"], said["rec"], leaf)
