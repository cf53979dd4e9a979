"""Derived facts that are missing: every case is judged once more, at the end of the log.

From a complete case nothing more follows. A fact that does follow, from facts and rules that had
been public for longer than the merge delay, was kept back.
"""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.instant import text
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.finding import Issue
from infra.verify.supervision.judgements import ReplayedCase, describe_fact
from infra.verify.supervision.life import SignsOfLife
from infra.verify.supervision.owed import owed_since, owed_until


def check_missing(
    replayed: ReplayedCase, until: datetime, alive: SignsOfLife, reported: set[str]
) -> Iterator[Issue]:
    """Yield an issue for each fact that should be in a case by *until*, less the merge delay.

    Its keys are added to *reported*. Where the log was silent since it was owed, it is a remark.
    """
    case, then = replayed.case, until - MERGE_DELAY
    for owed in owed_until(replayed, until, len(case.facts)):
        if not reported.isdisjoint(owed.keys):
            continue
        reported |= owed.keys
        fact = owed.fact
        issue = case.issue(
            len(case.facts),
            f"应当有 {describe_fact(fact)}（{text(fact.at)}），而日志中没有",
            f"{describe_fact(fact)} of {text(fact.at)} should be there, and is not",
        )
        since = owed_since(replayed, owed, then)
        yield issue.outstanding(is_excused=not alive.show(since, until, fact.at))
