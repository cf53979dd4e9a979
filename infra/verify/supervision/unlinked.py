"""Links that are owed: of cases that told neither applicant nor title, which everybody can see.

Such a case is linked in doubt to one of its source, region and item that ended near its limit
before it was accepted, as long as few are. Whoever left such a link out is found. Where both told
an applicant or a title, only the vault knows whether a link is owed.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.intake.event_types import ENDING_TYPES, Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.permit.refiling.state import MOST_IN_DOUBT
from chalicelib.permit.state import fold
from infra.verify.finding import Issue
from infra.verify.recorded import ms_of
from infra.verify.supervision.cases import LoggedCase, LoggedCases
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.life import SignsOfLife
from infra.verify.supervision.owed import count_at
from infra.verify.supervision.refiled import given
from infra.verify.supervision.rules import Rulebook, versions_of

_GroupName = tuple[str, str, str]  # source, region, item


class _Ended(NamedTuple):
    """The case *public*, *accepted* at an instant, ended; that is on record *since* another.

    It *told* something of the applicant. Instants are milliseconds since 1970.
    """

    public: str
    accepted: int
    since: int
    told: bool


@dataclass(slots=True)
class _Group:
    """Who ended, and who was accepted, of one source, region and item.

    Of each acceptance there is its leaf, when it was and when it was recorded, and whether its case
    told something of the applicant. *linked* has the cases that are named by the case of a leaf.
    """

    ended: list[_Ended] = field(default_factory=list)
    leaves: "array[int]" = field(default_factory=lambda: array("Q"))
    at: "array[int]" = field(default_factory=lambda: array("q"))
    recorded: "array[int]" = field(default_factory=lambda: array("q"))
    told: bytearray = field(default_factory=bytearray)
    linked: dict[int, frozenset[str]] = field(default_factory=dict)

    def join(self, other: "_Group") -> None:
        """Add another part of the group, of later cases."""
        self.ended += other.ended
        self.leaves += other.leaves
        self.at += other.at
        self.recorded += other.recorded
        self.told += other.told
        self.linked |= other.linked

    def followers(self, ended: _Ended, until: int) -> list[int]:
        """Return the leaves of those recorded *until* then that may follow the case that *ended*.

        They are in the order of their record, and not linked to it.
        """
        by_record = sorted(range(len(self.recorded)), key=self.recorded.__getitem__)
        first = bisect_left(by_record, ended.since, key=self.recorded.__getitem__)
        last = bisect_right(by_record, until, key=self.recorded.__getitem__)
        return [
            self.leaves[number]
            for number in by_record[first:last]
            if self.at[number] > ended.accepted
            and not (ended.told and self.told[number])
            and ended.public not in self.linked.get(self.leaves[number], ())
        ]


class Unlinked:
    """Gathers who ended and who was accepted; compares the two at the end."""

    def __init__(self, cases: LoggedCases, book: Rulebook) -> None:
        self._cases = cases
        self._book = book
        self._groups: dict[_GroupName, _Group] = {}

    def take(self, replayed: ReplayedCase) -> None:
        """Add a permit; one that was shredded tells nobody's name, and is owed nothing."""
        case = replayed.case
        permit = fold(case.history)
        acceptance, closing = permit.acceptance, permit.closing
        if acceptance is None or Reported.CASE_SHREDDED in case.history.types:
            return
        where = permit.belongs_to
        name = case.facts[0].source, where["region"], where["item"]
        group = self._groups.setdefault(name, _Group())
        at, told, leaf = ms_of(acceptance.at), bool(given(case.history)), case.at[acceptance.n]
        group.leaves.append(leaf)
        group.at.append(at)
        group.recorded.append(ms_of(acceptance.recorded_at))
        group.told.append(told)
        links = case.history.of_type(Reported.CASE_REFILED)
        if links:
            group.linked[leaf] = frozenset(link.text("first") for link in links)
        if closing is not None and closing.kind in ENDING_TYPES:
            since = ms_of(closing.recorded_at + MERGE_DELAY)
            group.ended.append(_Ended(case.public, at, since, told))

    def hand_over(self) -> dict[_GroupName, _Group]:
        """Return what was taken since the last time."""
        groups, self._groups = self._groups, {}
        return groups

    def join(self, groups: dict[_GroupName, _Group]) -> None:
        """Add what another process took, in the order of the cases."""
        for name, group in groups.items():
            if name in self._groups:
                self._groups[name].join(group)
            else:
                self._groups[name] = group

    def check_links(
        self, until: datetime, alive: SignsOfLife
    ) -> Iterator[tuple[LoggedCase, Iterator[Issue]]]:
        """Yield each case that ended, with an issue for each link to it that is owed by *until*."""
        last = ms_of(until - 2 * MERGE_DELAY)
        for group in self._groups.values():
            links = Counter(first for named in group.linked.values() for first in named)
            for ended in group.ended:
                if links[ended.public] >= MOST_IN_DOUBT:
                    continue
                followers = group.followers(ended, last)
                case = self._cases.read_case(ended.public) if followers else None
                if case is not None:
                    earlier = ReplayedCase(case, self._book, self._cases.time_of)
                    yield case, self._check_followers(earlier, sorted(followers), until, alive)

    def _check_followers(
        self, earlier: ReplayedCase, followers: list[int], until: datetime, alive: SignsOfLife
    ) -> Iterator[Issue]:
        public, closing = earlier.case.public, fold(earlier.case.history).closing
        ending = _Ending(earlier, closing) if closing is not None else None
        for leaf in followers:
            recorded = self._cases.recorded(leaf)
            if ending is not None and ending.surely_was_there(recorded):
                issue = self._cases.position(leaf).issue(
                    f"未报送申请人和名称，应当与 {public} 存疑关联（撤回重报），而没有关联",
                    f"it told no applicant and no title, and is not linked in doubt to {public}",
                )
                yield issue.outstanding(is_excused=not alive.show(recorded, until))


class _Ending:
    """The *closing* of a case that is *earlier* than others: whether it was near its limit."""

    def __init__(self, earlier: ReplayedCase, closing: Fact) -> None:
        self._earlier = earlier
        self._closing = closing
        self._over: dict[tuple[str, str, str], datetime] = {}

    def surely_was_there(self, at: datetime) -> bool:
        """Return whether the case surely had ended near its limit, from its closing until *at*."""
        around = (self._closing.recorded_at, at - MERGE_DELAY, at + MERGE_DELAY)
        return all(self._was_there(then) for then in around)

    def _was_there(self, then: datetime) -> bool:
        earlier = self._earlier
        count = max(count_at(earlier.case.history, then), self._closing.n + 1)
        allowed = earlier.rules_at(then, earlier.case.at[-1], count)
        return all(self._is_ended(count, rules, then) for rules in allowed)

    def _is_ended(self, count: int, rules: Rules, then: datetime) -> bool:
        """Return whether it had ended by the first *count* facts.

        By the same facts and rules a case that may not be handed in again any more never may. So it
        is not judged again for each of those who come after.
        """
        is_last = count == len(self._earlier.case.facts) and not rules.is_dated
        over = self._over.get(versions_of(rules)) if is_last else None
        if over is not None and over <= then:
            return False
        is_ended = self._earlier.decide(count, rules, then).ended is not None
        if is_last and not is_ended:
            self._over[versions_of(rules)] = then
        return is_ended
