"""Changes of the rules, told to the reader: when each was stated, and what it changes.

New rules are no fault. But whoever makes a day off a holiday on that day, or lengthens a limit that
has begun, takes cards away. So each change stands in the report with its differences, and is marked
where it takes effect on the past or within a day. Rules that change more than a few times a day
are a finding: within an hour of a change nobody can say by which ones a case was judged.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from chalicelib.instant import text
from infra.verify.capped import MOST
from infra.verify.finding import Issue, remark
from infra.verify.supervision.cases import CHECK
from infra.verify.supervision.differences import RulesDifference, TakesEffect, differences
from infra.verify.supervision.rules import Rulebook
from infra.verify.supervision.stated import Statement

MOST_A_DAY = 5
"""Changes of rules on one local day that are not a finding."""

_MARKS = {
    TakesEffect.PAST: ("【溯及既往】", " [takes effect on the past]"),
    TakesEffect.SOON: ("【一日内生效】", " [takes effect within a day]"),
    TakesEffect.LATER: ("", ""),
}
_MOST_SHOWN = 8  # differences of one change


def check_changes(book: Rulebook, first: int | None) -> Iterator[Issue]:
    """Yield a remark for each change of rules, and an issue for each day of too many.

    Leaf *first* is the first of a permit: what is set up before it changes nothing for anybody.
    """
    by_day: Counter[str] = Counter()
    last: dict[str, int] = {}
    for number, (before, after) in enumerate(pairwise(book.statements)):
        found = list(differences(book, before, after)) if number < MOST else []
        yield _told(after, found)
        is_after = first is not None and after.index > first
        if is_after and (any(each.counts for each in found) or _counts(before, after, number)):
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
    known = ("selection", "region", "profiles", "calendars", "catalogue", "witnesses", "adopted")
    return number >= MOST and any(getattr(before, name) != getattr(after, name) for name in known)


def _told(statement: Statement, found: list[RulesDifference]) -> Issue:
    """Return the remark that tells a change."""
    at, more = text(statement.since), len(found) - _MOST_SHOWN
    shown = found[:_MOST_SHOWN]
    zh = "；".join(f"{each.zh}{_MARKS[each.effect][0]}" for each in shown)
    en = "; ".join(f"{each.en}{_MARKS[each.effect][1]}" for each in shown)
    if more > 0:
        zh, en = f"{zh}；另有 {more} 处", f"{en}; and {more} more"
    return remark(CHECK, f"{at} 规则变更：{zh}", f"{at} rules changed: {en}", statement.index)
