"""An issue that a verifier has with a log: a finding, or a remark that is no fault of the log.

A log may be signed in which every leaf is wrong, or makes no sense. No such leaf may crash its
reader, or fill his memory: the first issues of each kind are kept, and the others are counted.

Some issues accuse nobody: after a silence the service has the merge delay to catch up; a local
stage is fed faster than the clock runs, and anybody may set its clock. These are one remark each.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import DomainError, in_chinese
from infra.verify.recorded import DELAY, RecordedTimes

MOST = 1000
"""Findings of one check that are kept, and remarks."""
SENSELESS = (
    *(DomainError, ArithmeticError, AttributeError, LookupError),
    *(RecursionError, TypeError, ValueError),
)
"""Errors of reading or judging a log that makes no sense."""

_Kind = tuple[str, bool, bool]  # the check, and whether it is a remark, or may yet be mended
_Words = tuple[str, str]
_SILENT = (
    "日志中断之后刚刚恢复，可能正在补办",
    "the log was silent until lately: it may be catching up",
)
_FED = "本地试验环境还在写入（例如正在回放），可能尚未办完", "a stage on trial that is being fed"
_SET_BACK = (
    "本地试验环境的时钟曾被拨回，无法按时刻判断",
    "a stage on trial whose clock was set back: times cannot be compared",
)


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
    """The first issues of each kind in order, and how many more there were."""

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


def excuse_trial(
    issues: Iterable[Issue], times: RecordedTimes, has_grown: Callable[[], bool]
) -> Iterator[Issue]:
    """Yield *issues* of a local stage, but for those that its clock or its feeding explains."""
    if is_set_back(times):
        yield from _sum_up(issues, _SET_BACK)
        return
    outstanding: list[Issue] = []
    for issue in issues:
        if issue.is_outstanding and not issue.is_remark:
            outstanding.append(issue)
        else:
            yield issue
    if outstanding and has_grown():
        yield from _sum_up(outstanding, _FED)
    else:
        yield from outstanding


def is_set_back(times: RecordedTimes) -> bool:
    """Return whether the log reports of itself at one time, and later at one long before it."""
    at = [report.at for report in times.reports]
    pairs = zip(accumulate(at, max), at[1:], strict=False)
    return any(now < latest - DELAY for latest, now in pairs)


def sum_up_backlog(issues: Iterable[Issue]) -> Iterator[Issue]:
    """Yield *issues*; those that a silence of the log excuses in one remark at the end."""
    excused: list[Issue] = []
    for issue in issues:
        if issue.is_outstanding and issue.is_remark:
            excused.append(issue)
        else:
            yield issue
    yield from _sum_up(excused, _SILENT)


def _sum_up(issues: Iterable[Issue], why: _Words) -> Iterator[Issue]:
    """Yield the remarks among *issues* that say more than that something may come; then one."""
    excused: list[Issue] = []
    for issue in issues:
        if issue.is_remark and not issue.is_outstanding:
            yield issue
        else:
            excused.append(replace(issue, is_remark=True))
    if excused:
        first, count = excused[0], sum(issue.stands_for for issue in excused)
        zh = f"{why[0]}：{count} 项对不上，第一项：{first.zh}"
        yield remark(first.check, zh, f"{why[1]} ({count}; the first: {first.en})", first.index)
