"""An issue that a verifier has with a log: a finding, or a remark that is no fault of the log.

A log may be signed in which every leaf is wrong, or makes no sense: instants at the ends of the
calendar, lists within lists, a number in place of a text. No such leaf may crash its reader, or
fill his memory: the first issues of each kind are kept, and the others are counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import DomainError, in_chinese

MOST = 1000
"""Findings of one check that are kept, and remarks."""
SENSELESS = (
    *(DomainError, ArithmeticError, AttributeError, LookupError),
    *(RecursionError, TypeError, ValueError),
)
"""Errors of reading or judging a log that makes no sense."""

_Kind = tuple[str, bool, bool]


class Issue(Struct, frozen=True):
    """An issue at leaf *index*, or with the whole log (None), by one *check* (docs/verify.md).

    A remark names what could not be checked or what the reader should know; the log is still sound.
    What *is_outstanding* is not in the log at its end, and may yet come. One that *stands_for*
    several says that there are more than were kept.
    """

    index: int | None
    check: str
    zh: str
    en: str
    is_remark: bool = False
    is_outstanding: bool = False
    stands_for: int = 1

    def outstanding(self, *, is_excused: bool) -> "Issue":
        """Return the issue as one that may be mended yet; a remark if it *is_excused*."""
        return replace(self, is_outstanding=True, is_remark=is_excused)

    def written(self) -> dict[str, object]:
        """Return the issue as in the JSON report."""
        return {"check": self.check, "index": self.index, "zh": self.zh, "en": self.en}


def remark(check: str, zh: str, en: str, index: int | None = None) -> Issue:
    """Return a remark: the log is sound in spite of it."""
    return Issue(index, check, zh, en, is_remark=True)


class CappedIssues:
    """The first issues of each kind in order, and how many more there were.

    A kind is a check, and whether it is a remark or may yet be mended.
    """

    def __init__(self) -> None:
        self._kept: list[Issue] = []
        self._counts = Counter[_Kind]()
        self._more = Counter[_Kind]()

    def __bool__(self) -> bool:
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


def as_far_as_read(check: str, issues: Iterator[Issue]) -> Iterator[Issue]:
    """Yield *issues*, up to an error: the log makes no sense there, by *check*."""
    try:
        yield from issues
    except SENSELESS as error:
        zh, en = f"无法核对：{in_chinese(error)}", f"cannot be checked: {error!r}"
        yield Issue(None, check, zh[:300], en[:300])
