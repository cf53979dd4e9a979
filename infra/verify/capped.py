"""Issues of a hostile log: the first of each kind are kept, and the others are counted.

A log may be signed in which every leaf is wrong. What is found in it must fit into memory.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from infra.verify.finding import Issue

MOST = 1000
"""Findings of one check that are kept, and remarks."""

_Kind = tuple[str, bool, bool]


class CappedIssues:
    """The first issues of each kind, in the order in which they came, and how many more there were.

    A kind is a check, and whether it is a remark or may yet be mended.
    """

    def __init__(self) -> None:
        self._kept: list[Issue] = []
        self._counts = Counter[_Kind]()
        self._more = Counter[_Kind]()

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return bool(self._kept)

    def __iter__(self) -> Iterator[Issue]:
        """Yield what is kept, and then one for each kind of which there were more."""
        yield from self._kept
        for (check, is_remark, is_outstanding), count in self._more.items():
            zh, en = f"另有 {count} 项同类", f"and {count} more of this kind"
            yield Issue(None, check, zh, en, is_remark, is_outstanding, stands_for=count)

    def extend(self, issues: Iterable[Issue]) -> None:
        """Add *issues*; one that stands for several only counts."""
        for issue in issues:
            kind = issue.check, issue.is_remark, issue.is_outstanding
            if issue.stands_for > 1 or self._counts[kind] >= MOST:
                self._more[kind] += issue.stands_for
            else:
                self._counts[kind] += 1
                self._kept.append(issue)
