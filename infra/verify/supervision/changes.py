"""Changes of the rules: when each was stated, what it changes, and what no statement may change.

New rules are no fault, but they may take cards away. So each change is told with its differences,
and marked where it takes effect on the past or within a day; too many on one day are a finding.
Profiles come into force after the log says so, and none is taken back (CLAIMS §9). A real log
states no way of counting days that only a stage on trial may have: it could make any card vanish.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from chalicelib.instant import text
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.delay import ON_TRIAL
from infra.verify.entries import Entries
from infra.verify.issue import MOST, Issue, remark
from infra.verify.source import stated_digest
from infra.verify.supervision.cases import CHECK
from infra.verify.supervision.differences import RulesDifference, differences
from infra.verify.supervision.rules import Rulebook, Statement

MOST_A_DAY = 5
"""Changes of rules on one local day that are not a finding."""

_MOST_SHOWN = 8  # differences of one change


def check_changes(book: Rulebook, first: int | None) -> Iterator[Issue]:
    """Yield a remark for each change of rules, and an issue for each day of too many.

    A change before leaf *first*, the first of a permit, changes nothing for anybody.
    """
    by_day: Counter[str] = Counter()
    last: dict[str, int] = {}
    for number, (before, after) in enumerate(pairwise(book.statements)):
        changed = list(differences(book, before, after)) if number < MOST else []
        yield _told(after, changed)
        is_after = first is not None and after.index > first
        if is_after and (any(each.counts for each in changed) or _counts(before, after, number)):
            zone = book.rules(after, "").profile.zone
            day = after.since.astimezone(zone).date().isoformat()
            by_day[day] += 1
            last[day] = after.index
    for day, count in by_day.items():
        if count > MOST_A_DAY:
            zh = f"{day} 一天内变更规则 {count} 次，多于 {MOST_A_DAY} 次"
            en = f"on {day} the rules changed {count} times, more than {MOST_A_DAY}"
            yield Issue(last[day], CHECK, zh, en)


def _counts(before: Statement, after: Statement, number: int) -> bool:
    """Return whether a change that is not told counts as one: all but new sources and titles do."""
    names = ("selection", "region", "profiles", "calendars", "catalogue", "witnesses", "adopted")
    return number >= MOST and any(getattr(before, name) != getattr(after, name) for name in names)


def _told(statement: Statement, changed: list[RulesDifference]) -> Issue:
    """Return the remark that tells a change."""
    at, more = text(statement.since), len(changed) - _MOST_SHOWN
    shown = changed[:_MOST_SHOWN]
    zh = "；".join(f"{each.zh}{each.effect.value[0]}" for each in shown)
    en = "; ".join(f"{each.en}{each.effect.value[1]}" for each in shown)
    if more > 0:
        zh, en = f"{zh}；另有 {more} 处", f"{en}; and {more} more"
    return remark(CHECK, f"{at} 规则变更：{zh}", f"{at} rules changed: {en}", statement.index)


def check_adoptions(book: Rulebook) -> Iterator[Issue]:
    """Yield an issue where a statement takes an adoption back, or dates a new one in the past."""
    for before, after in pairwise(book.statements):
        kept = len(before.made)
        if after.made[:kept] != before.made:
            zh = "声明改动了此前已经施行的规则：受理在先的办件不能改用别的规则"
            en = "the statement changes profiles that were in force before it"
            yield Issue(after.index, CHECK, zh, en)
        for new in after.made[kept:]:
            if new.since is None or new.since < after.since - MERGE_DELAY:
                zh = f"规则 {new.selection.text} 的施行时间早于声明"
                en = f"the profiles {new.selection.text} hold from a time before they were stated"
                yield Issue(after.index, CHECK, zh, en)


def check_trial_only(entries: Entries, origin: str) -> Iterator[Issue]:
    """Yield an issue for each way of counting that the log *origin* states, unless it is local."""
    seen = set[str]()
    for entry in entries.of_kind(Reported.RULES_ADOPTED) if origin != ON_TRIAL else ():
        digest = stated_digest(entry.payload, "counting")
        if digest is not None and digest not in seen:
            seen.add(digest)
            zh = "声明了只有本地试验环境才用的计日方式（counting）：正式日志的期限不得由此改变，"
            en = "states a way of counting days that only a stage on trial may have: no date of a "
            zh = f"{zh}请向监察机关反映"
            en = f"{en}real log may hang on it; show this to the inspectors"
            yield Issue(entry.index, CHECK, zh, en)
