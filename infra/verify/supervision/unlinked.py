"""Links that are owed to cases that told neither applicant nor title, as everybody can see.

Such a case is linked in doubt to one of its source, region and item that ended near its limit
before it was accepted, as long as few are. Where both told an applicant or a title, only the vault
knows whether a link is owed.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

from msgspec import Struct, field

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.intake.event_types import ENDING_TYPES, Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.permit.refiling.state import MOST_IN_DOUBT
from chalicelib.permit.state import fold
from infra.verify.issue import Issue
from infra.verify.recorded import ms_of
from infra.verify.supervision.cases import LoggedCase, LoggedCases
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.life import SignsOfLife
from infra.verify.supervision.refiled import given
from infra.verify.supervision.rules import Rulebook, versions_of
from infra.verify.supervision.withheld import count_at

MOST_PASSED, MOST_OVER = 1000, 50
"""How many are looked at in a row that do not follow a case: a log may be made of such."""
_GroupName = tuple[str, str, str]  # source, region, item


class _Ended(NamedTuple):
    """The case *public* has *ended*, on record *since*; both in milliseconds since 1970.

    Whether it *told* something of the applicant.
    """

    public: str
    ended: int
    since: int
    told: bool


class _Group(Struct):
    """The cases that ended, and those accepted, of one source, region and item.

    Of each acceptance: its leaf, its instant, its record, and whether its case told something of
    the applicant. *linked* has the cases that the case of a leaf names.
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


class _Followers:
    """The accepted cases of one group, in order of record: those that may follow one that ended.

    One that told something of the applicant is only followed by those that did not.
    """

    def __init__(self, group: _Group) -> None:
        self._group = group
        recorded, told = group.recorded, group.told
        numbers = range(len(recorded)) if group.ended else ()
        self._all = array("Q", sorted(numbers, key=recorded.__getitem__))
        self._untold = array("Q", (number for number in self._all if not told[number]))

    def of(self, ended: _Ended, until: int) -> Iterator[int]:
        """Yield the leaves, recorded *until* then, of unlinked cases that may follow the *ended*.

        It ends where MOST_PASSED in a row do not follow it.
        """
        group, passed = self._group, 0
        numbers = self._untold if ended.told else self._all
        first = bisect_left(numbers, ended.since, key=group.recorded.__getitem__)
        for number in map(numbers.__getitem__, range(first, len(numbers))):
            if group.recorded[number] > until or passed == MOST_PASSED:
                return
            leaf = group.leaves[number]
            passed += 1
            if group.at[number] >= ended.ended and ended.public not in group.linked.get(leaf, ()):
                passed = 0
                yield leaf


class Unlinked:
    """Gathers who ended and who was accepted; compares the two at the end."""

    def __init__(self, cases: LoggedCases, book: Rulebook) -> None:
        self._cases = cases
        self._book = book
        self.taken: dict[_GroupName, _Group] = {}

    def take(self, replayed: ReplayedCase) -> None:
        """Add a permit; one that was shredded tells nobody's name, and is owed nothing."""
        case = replayed.case
        permit = fold(case.history)
        acceptance, closing = permit.acceptance, permit.closing
        if acceptance is None or Reported.CASE_SHREDDED in case.history.types:
            return
        where = permit.belongs_to
        name = case.facts[0].source, where["region"], where["item"]
        group = self.taken.setdefault(name, _Group())
        at, told, leaf = ms_of(acceptance.at), bool(given(case.history)), case.at[acceptance.n]
        group.leaves.append(leaf)
        group.at.append(at)
        group.recorded.append(ms_of(acceptance.recorded_at))
        group.told.append(told)
        links = case.history.of_type(Reported.CASE_REFILED)
        if links:
            group.linked[leaf] = frozenset(link.text("first") for link in links)
        if closing is not None and closing.kind in ENDING_TYPES:
            # What is accepted earlier than that may have been open when it ended (refiled.py).
            ended = max(ms_of(closing.recorded_at), at + 1)
            since = ms_of(closing.recorded_at + MERGE_DELAY)
            group.ended.append(_Ended(case.public, ended, since, told))

    def join(self, groups: dict[_GroupName, _Group]) -> None:
        """Add what another process took, in the order of the cases."""
        for name, group in groups.items():
            self.taken.setdefault(name, _Group()).join(group)

    def check_links(
        self, until: datetime, alive: SignsOfLife
    ) -> Iterator[tuple[LoggedCase, Iterator[Issue]]]:
        """Yield each case that ended, with an issue for each link to it that is owed by *until*."""
        last = ms_of(until - 2 * MERGE_DELAY)
        for group in self.taken.values():
            links = Counter(first for named in group.linked.values() for first in named)
            following = _Followers(group)
            for ended in group.ended:
                owed = MOST_IN_DOUBT - links[ended.public]
                followers = following.of(ended, last) if owed > 0 else iter(())
                first = [*islice(followers, 1)]
                if first and (case := self._cases.read_case(ended.public)):
                    earlier = ReplayedCase(case, self._book, self._cases.time_of)
                    leaves = self._unlinked(earlier, chain(first, followers))
                    yield case, self._issues(earlier, islice(leaves, owed), until, alive)

    def _unlinked(self, earlier: ReplayedCase, followers: Iterator[int]) -> Iterator[int]:
        """Yield those *followers* of a case before which it surely had ended near its limit.

        Once it was over for MOST_OVER in a row, or for good, it is over for all.
        """
        closing, over = fold(earlier.case.history).closing, 0
        ending = _Ending(earlier, closing) if closing is not None else None
        for leaf in followers:
            if ending is None or over == MOST_OVER or ending.is_over:
                return
            over += 1
            if ending.surely_was_there(self._cases.recorded(leaf)):
                over = 0
                yield leaf

    def _issues(
        self, earlier: ReplayedCase, leaves: Iterator[int], until: datetime, alive: SignsOfLife
    ) -> Iterator[Issue]:
        for leaf in leaves:
            public, recorded = earlier.case.public, self._cases.recorded(leaf)
            zh = f"未报送申请人和名称，应当与 {public} 存疑关联（撤回重报），而没有关联"
            en = f"it told no applicant and no title, and is not linked in doubt to {public}"
            issue = self._cases.position(leaf).issue(zh, en)
            yield issue.outstanding(is_excused=not alive.show(recorded, until))


class _Ending:
    """The *closing* of a case that is *earlier* than others: whether it was near its limit."""

    def __init__(self, earlier: ReplayedCase, closing: Fact) -> None:
        self._earlier = earlier
        self._closing = closing
        self._over: dict[tuple[str, str, str], datetime] = {}
        self.is_over = False
        """Whether it never had ended so, or it never will again."""

    def surely_was_there(self, at: datetime) -> bool:
        """Return whether the case surely had ended near its limit, from its closing until *at*."""
        if not self._was_there(self._closing.recorded_at):
            self.is_over = True
            return False
        return all(self._was_there(then) for then in (at - MERGE_DELAY, at + MERGE_DELAY))

    def _was_there(self, then: datetime) -> bool:
        earlier = self._earlier
        count = max(count_at(earlier.case.history, then), self._closing.n + 1)
        allowed = earlier.rules_at(then, earlier.case.at[-1], count)
        return all(self._is_ended(count, rules, then) for rules in allowed)

    def _is_ended(self, count: int, rules: Rules, then: datetime) -> bool:
        """Return whether it had ended by the first *count* facts; a last "no" is remembered.

        By the same facts and rules, one that may not be handed in again any more never may.
        """
        is_last = count == len(self._earlier.case.facts) and not rules.is_dated
        over = self._over.get(versions_of(rules)) if is_last else None
        if over is not None and over <= then:
            return False
        is_ended = self._earlier.decide(count, rules, then).ended is not None
        if is_last and not is_ended:
            self._over[versions_of(rules)] = then
        return is_ended
