"""Links that are owed: of cases that told neither applicant nor title, which everybody can see.

Such a case is linked in doubt to one of its source, region and item that ended near its limit
before it was accepted, as long as few are. Whoever left such a link out is found. Where both told
an applicant or a title, only the vault knows whether a link is owed.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import fold
from chalicelib.cases.refiling import MOST_IN_DOUBT
from chalicelib.intake.event_types import ENDING_TYPES, Reported
from infra.verify.finding import Issue
from infra.verify.supervision.cases import FactPosition, LoggedCase
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.life import SignsOfLife
from infra.verify.supervision.owed import count_at
from infra.verify.supervision.refiled import given

_Group = tuple[str, str, str]  # source, region, item


class _Accepted(NamedTuple):
    """An *acceptance* at its *position*.

    Its case *told* so much of the applicant, and is *linked* to others.
    """

    acceptance: Fact
    position: FactPosition
    told: frozenset[str]
    linked: frozenset[str]


class Unlinked:
    """Gathers who ended and who was accepted; compares the two at the end."""

    def __init__(self) -> None:
        self._ended = defaultdict[_Group, list[ReplayedCase]](list)
        self._accepted = defaultdict[_Group, list[_Accepted]](list)

    def take(self, replayed: ReplayedCase) -> None:
        """Add a permit; one that was shredded tells nobody's name, and is owed nothing."""
        case = replayed.case
        permit = fold(case.history)
        if permit.acceptance is None or Reported.CASE_SHREDDED in case.history.types:
            return
        where = permit.belongs_to
        group = case.facts[0].source, where["region"], where["item"]
        links = case.history.of_type(Reported.CASE_REFILED)
        self._accepted[group].append(
            _Accepted(
                permit.acceptance,
                case.position(permit.acceptance.n),
                given(case.history),
                frozenset(link.text("first") for link in links),
            )
        )
        if permit.closing is not None and permit.closing.kind in ENDING_TYPES:
            self._ended[group].append(replayed)

    def check_links(
        self, until: datetime, alive: SignsOfLife
    ) -> Iterator[tuple[LoggedCase, Iterator[Issue]]]:
        """Yield each case that ended, with an issue for each link to it that is owed by *until*."""
        for group, ended in self._ended.items():
            for earlier in ended:
                yield earlier.case, _check_followers(earlier, self._accepted[group], until, alive)


def _check_followers(
    earlier: ReplayedCase, accepted: list[_Accepted], until: datetime, alive: SignsOfLife
) -> Iterator[Issue]:
    public, permit = earlier.case.public, fold(earlier.case.history)
    linked = [each for each in accepted if public in each.linked]
    told = given(earlier.case.history)
    if len(linked) >= MOST_IN_DOUBT or permit.closing is None or permit.acceptance is None:
        return
    since = permit.closing.recorded_at + MERGE_DELAY
    for later in accepted:
        mine = later.acceptance
        is_after = mine.at > permit.acceptance.at and since <= mine.recorded_at
        is_due = mine.recorded_at <= until - 2 * MERGE_DELAY
        if not (is_after and is_due) or public in later.linked or (told and later.told):
            continue
        if _had_ended(earlier, permit.closing, mine.recorded_at):
            issue = later.position.issue(
                f"未报送申请人和名称，应当与 {public} 存疑关联（撤回重报），而没有关联",
                f"it told no applicant and no title, and is not linked in doubt to {public}",
            )
            yield issue.outstanding(is_excused=not alive.show(mine.recorded_at, until))


def _had_ended(earlier: ReplayedCase, closing: Fact, at: datetime) -> bool:
    """Return whether *earlier* surely had ended near its limit, from its *closing* until *at*."""
    last = earlier.case.at[-1]
    for then in (closing.recorded_at, at - MERGE_DELAY, at + MERGE_DELAY):
        count = max(count_at(earlier.case.history, then), closing.n + 1)
        allowed = earlier.rules_at(then, last, count)
        if not all(earlier.decide(count, rules, then).ended for rules in allowed):
            return False
    return True
