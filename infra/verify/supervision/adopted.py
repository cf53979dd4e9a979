"""Profiles only ever come into force after the log says so, and none is taken back (CLAIMS §9).

A case is judged by the profile of its day. So whoever could put one in force for days that are past
would choose the rules of cases that are open.
"""

from collections.abc import Iterator
from itertools import pairwise

from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.finding import Issue
from infra.verify.supervision.cases import CHECK
from infra.verify.supervision.rules import Rulebook


def check_adoptions(book: Rulebook) -> Iterator[Issue]:
    """Yield an issue where a statement takes an adoption back, or dates a new one in the past."""
    for before, after in pairwise(book.statements):
        kept = len(before.made)
        if after.made[:kept] != before.made:
            yield Issue(
                after.index,
                CHECK,
                "声明改动了此前已经施行的规则：受理在先的办件不能改用别的规则",
                "the statement changes profiles that were in force before it",
            )
        for new in after.made[kept:]:
            if new.since is None or new.since < after.since - MERGE_DELAY:
                yield Issue(
                    after.index,
                    CHECK,
                    f"规则 {new.selection.text} 的施行时间早于声明",
                    f"the profiles {new.selection.text} hold from a time before they were stated",
                )
