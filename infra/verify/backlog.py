"""Issues that accuse nobody: a stage that is catching up, or a local one that is fed or set back.

A fact that a log lacks at its end may yet come: after a silence the service has the merge delay to
catch up. A local stage is fed faster than the clock runs, and anybody may set its clock. All such
issues are one remark each.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from msgspec.structs import replace

from infra.verify.issue import Issue, remark
from infra.verify.recorded import DELAY, RecordedTimes

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
