"""Links of cases handed in again (撤回重报): the parts that a stranger can check.

The applicant of a case is private. But a link names an earlier case of this log, of the same item,
which ended near its limit without a decision, and has its terms. Where two cases told nothing that
could be compared, the link is in doubt; it is made within one source, and few are made.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.instant import parse
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import STARTING_TYPES, Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.permit.claims.weighing import weigh
from chalicelib.permit.refiling.state import ABOUT, MOST_IN_DOUBT, is_in_doubt, refiled_event
from chalicelib.permit.state import Permit, fold
from chalicelib.plumbing.name_tokens import is_token
from chalicelib.vault.redaction import redact
from infra.verify.issue import Issue
from infra.verify.supervision.cases import FactPosition, LoggedCases, drop_empty
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.rules import Rulebook
from infra.verify.supervision.withheld import count_at

_REMEMBERED = 64  # cases that links name
_MOST_UNREAD = 100  # facts of a case that may not have been read yet: fifty are recorded at a time
_Words = tuple[str, str]  # in Chinese, in English
_NO_CASE = "日志中没有所称的原件", "it names no earlier case of this log"
_NOT_OURS = "不是按规则记录的", "it is not recorded as links are"
_NOT_ENDED = (
    "所称的原件当时没有在临近到期时未作决定即终止",
    "the case that it names had not ended near its limit without a decision",
)
_OTHER_ITEM = "两件的事项不同", "the two are of different items"
_NOT_LATER = "本件不是在原件之后受理的", "it was not accepted after the case that it names"
_OTHER_TERMS = (
    "所称的首次受理时间或者时限与原件不符",
    "the first acceptance, or its terms, are not those of the case that it names",
)
_NOTHING_SHARED = (
    "两件没有都报送申请人，也没有都报送名称，却称为同一申请人",
    "neither an applicant nor a title was told of both, and it is not said to be in doubt",
)
_OTHER_SOURCE = (
    "两件不是同一报送单位在同一地区报送的，却存疑关联",
    "it is in doubt, and not one source tells of both in one region",
)
_TOO_MANY = (
    f"与同一原件存疑关联的超过 {MOST_IN_DOUBT} 件",
    f"more than {MOST_IN_DOUBT} cases are linked in doubt to the one that it names",
)


class Links:
    """Checks the links of each case; gathers those in doubt by the case that they name."""

    def __init__(self, cases: LoggedCases, book: Rulebook) -> None:
        self._cases = cases
        self._book = book
        self.taken: dict[str, list[FactPosition]] = {}
        self._read = lru_cache(maxsize=_REMEMBERED)(self._read_earlier)

    def take(self, later: ReplayedCase) -> Iterator[Issue]:
        """Yield an issue for each link in the case *later* that does not hold."""
        for link in later.case.history.of_type(Reported.CASE_REFILED):
            wrong = self._why_false(later, link)
            if wrong is not None:
                yield _false(later.case.position(link.n), wrong)

    def join(self, in_doubt: dict[str, list[FactPosition]]) -> None:
        """Add what another process took, in the order of the cases."""
        for first, links in in_doubt.items():
            self.taken.setdefault(first, []).extend(links)

    def check_doubt(self) -> Iterator[Issue]:
        """Yield an issue for each link in doubt beyond those that one case may have."""
        for links in self.taken.values():
            for link in links[MOST_IN_DOUBT:]:
                yield _false(link, _TOO_MANY)

    def _why_false(self, later: ReplayedCase, link: Fact) -> _Words | None:
        """Return what is wrong with *link* in the case *later*; None: nothing that can be seen."""
        first = link.text("first")
        earlier = None if first == later.case.public else self._read(first)
        if earlier is None:
            return _NO_CASE
        if link.key != f"{OURS}/{ABOUT}/{first}" or link.at != link.recorded_at:
            return _NOT_OURS
        ways = (
            _compare(earlier, ended, later, permit, link)
            for ended in _endings(earlier, link.recorded_at, later.case.at[link.n])
            for permit in _readings(later, link)
        )
        wrong: _Words | None = _NOT_ENDED
        for wrong in ways:
            if wrong is None:
                break
        before = earlier.case.history.of_type(Reported.CASE_REFILED)
        is_own_doubt = is_in_doubt(link) and not any(map(is_in_doubt, before))
        if wrong is None and is_own_doubt:  # it does not hand on the doubt of another
            self.taken.setdefault(first, []).append(later.case.position(link.n))
        return wrong

    def _read_earlier(self, public: str) -> ReplayedCase | None:
        """Read the permit with this public name, which links name; None if there is none."""
        named = self._cases.read_case(public)
        if named is None or named.kind != "permit":
            return None
        return ReplayedCase(named, self._book, self._cases.time_of)


def _false(link: FactPosition, why: _Words) -> Issue:
    """Return the issue with the *link* of a case."""
    return link.issue(f"撤回重报：{why[0]}", f"{Reported.CASE_REFILED}: {why[1]}")


def _endings(earlier: ReplayedCase, at: datetime, index: int) -> Iterator[Permit]:
    """Yield the case *earlier* as it may have been judged *at* an instant, where it had ended."""
    history = earlier.case.history
    recorded = count_at(history, at)
    for count in range(recorded, max(0, recorded - _MOST_UNREAD), -1):
        for rules in earlier.rules_at(at, index, count):
            if earlier.decide(count, rules, at).ended is not None:
                yield weigh(earlier.history(count), rules).judged.permit
        if history.facts[count - 1].recorded_at < at - MERGE_DELAY:
            return  # this fact was surely read


def _readings(later: ReplayedCase, link: Fact) -> Iterator[Permit]:
    """Yield the case *later* as it may have been judged at *link*: contested news does not act."""
    history = later.history(link.n)
    yield fold(history)
    for rules in later.rules(link.n):
        yield weigh(history, rules).judged.permit


def _compare(
    earlier: ReplayedCase, ended: Permit, later: ReplayedCase, permit: Permit, link: Fact
) -> _Words | None:
    """Return how *link* differs from one of *permit*, which is *later*, to *ended*."""
    first, other = (each.belongs_to["item"] for each in (ended, permit))
    if first != other and is_token(first) == is_token(other):  # else one name may have two
        return _OTHER_ITEM
    acceptance = permit.acceptance
    if acceptance is None or acceptance.recorded_at <= parse(link.text("time")):
        return _NOT_LATER
    surely, in_doubt = (_data(earlier, ended, link, in_doubt=each) for each in (False, True))
    if link.data not in (surely, in_doubt):
        return _OTHER_TERMS
    if link.data == in_doubt:
        told_by = [
            (case.facts[0].source, each.belongs_to["region"])
            for case, each in ((earlier.case, ended), (later.case, permit))
        ]
        return None if told_by[0] == told_by[1] or surely == in_doubt else _OTHER_SOURCE
    shared = given(earlier.case.history) & given(later.case.history.until(link.n))
    return None if shared else _NOTHING_SHARED


def _data(
    earlier: ReplayedCase, ended: Permit, link: Fact, *, in_doubt: bool
) -> Mapping[str, object]:
    """Return the open data of a link to *ended*."""
    event = refiled_event("", earlier.case.public, ended, link.at, in_doubt=in_doubt)
    return drop_empty(redact(event["data"], by_us=True).open)


def given(case: CaseHistory) -> frozenset[str]:
    """Return which of applicant and title the openings of *case* told: their names are public."""
    told = frozenset[str]()
    for fact in case.of_type(*STARTING_TYPES):
        names = fact.data.get("given")
        told |= frozenset(names if isinstance(names, list) else ()) & {"applicant", "title"}
    return told
