"""Supervision replayed (I13): the public rules run over the public facts, by anybody.

The input is the log's leaves, whose form and chains were checked before, and the documents beside
it. The result is every card that is missing, and every card that should not be there.

A log may be written to keep its readers busy: each late report, each correction and each act from
our own doors has the case judged once more, and so has each change of the rules. No honest service
writes more than a reader has time to judge: so a case with more is a finding.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.cases.bounded import MOST_REPORTS
from chalicelib.cases.case_id import parts_of
from chalicelib.errors import in_chinese
from chalicelib.instant import parse
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.permit.claims.readings import Readings
from chalicelib.policy.names import NameKind
from infra.verify.cases import CheckedCase
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import SENSELESS, CappedIssues, Issue, as_far_as_read
from infra.verify.source import Document
from infra.verify.supervision import revisions, terms
from infra.verify.supervision.cases import CHECK, LoggedCase, LoggedCases
from infra.verify.supervision.changes import check_adoptions, check_changes
from infra.verify.supervision.counted import CountedShares, check_reckoned
from infra.verify.supervision.drawn import check_drawn
from infra.verify.supervision.draws import Draws, read_draws
from infra.verify.supervision.items import Items
from infra.verify.supervision.judgements import ReplayedCase, check_judgements
from infra.verify.supervision.life import SignsOfLife
from infra.verify.supervision.notifications import Notifications
from infra.verify.supervision.refiled import Links
from infra.verify.supervision.registered import Registered
from infra.verify.supervision.reporters import check_reporters
from infra.verify.supervision.signing import check_required
from infra.verify.supervision.statement_reader import StatementReader
from infra.verify.supervision.successions import check_successions
from infra.verify.supervision.unlinked import Unlinked
from infra.verify.supervision.withheld import (
    check_groundless,
    check_late,
    check_missing,
    reports_that_change,
)

MOST_CHANGES = 2 * MOST_REPORTS
"""Reports of a case that may change what followed before them, and are judged each."""
MOST_RULES = 500
"""Changes of the rules of a case since it began: before each it is judged once more."""
_NOT_JUDGED = "this case is not judged again"


def too_many(case: LoggedCase) -> Issue | None:
    """Return the finding that a permit or card has more reports than are judged, or None."""
    if case.kind not in ("permit", "card") or len(case.facts) <= MOST_CHANGES:
        return None
    changing = [fact.n for fact in reports_that_change(case)]
    if len(changing) <= MOST_CHANGES:
        return None
    count = len(changing)
    zh = f"迟报、更正、认定和答复多于 {MOST_CHANGES} 项（共 {count} 项），此件不再重新判断；"
    en = f"more than {MOST_CHANGES} late reports, corrections, decisions and acts ({count}): "
    zh, en = f"{zh}请向报送单位核实，并向监察机关反映", f"{en}{_NOT_JUDGED}; ask its source, "
    return case.issue(changing[MOST_CHANGES], zh, f"{en}and show it to the inspectors")


def changed_too_often(replayed: ReplayedCase) -> Issue | None:
    """Return the finding that the rules of a case changed more often than it is judged again."""
    count = len(replayed.changes)
    if count <= MOST_RULES:
        return None
    zh = f"此件立案以来规则变更 {count} 次，多于 {MOST_RULES} 次，不再重新判断；请向监察机关反映"
    en = f"its rules changed {count} times since it began, more than {MOST_RULES}: {_NOT_JUDGED}; "
    return replayed.case.issue(0, zh, f"{en}show it to the inspectors")


class _Comparisons(NamedTuple):
    """The comparisons of cases: each takes cases, and joins what was *taken* of earlier ones."""

    notifications: Notifications
    items: Items
    registered: Registered
    counts: CountedShares
    links: Links
    unlinked: Unlinked
    draws: Draws


class _Gathered(NamedTuple):
    """The *issues*, counted *claims*, and the *parts* of the comparisons, of some cases."""

    issues: CappedIssues
    claims: Counter[str]
    parts: tuple[Any, ...] = ()


class SupervisionReplay:
    """Judges the cases of a log again, and compares them; *claims* counts late news."""

    def __init__(self, entries: Entries, documents: Document, until: datetime) -> None:
        """Read the rules, by *documents*; the log is complete *until* its last sign of life."""
        self._entries = entries
        self._until = until
        self._cases = LoggedCases(entries)
        stated = self._cases.facts(Reported.RULES_ADOPTED, "log")
        self._book, self._unread = StatementReader(documents).read_statements(stated)
        self._alive = SignsOfLife.of(entries)
        self._counted = list(self._cases.counted())
        self._stated_draws = read_draws(self._cases, documents)
        self._taken = _Gathered(CappedIssues(), Counter())
        self._some = self._comparisons()  # of the cases since the last time
        self.claims = Counter[str]()
        self._issues = CappedIssues()
        self._all = self._comparisons()

    def _comparisons(self) -> _Comparisons:
        return _Comparisons(
            Notifications(),
            Items(self._book),
            Registered(self._book),
            CountedShares(self._counted),
            Links(self._cases, self._book),
            Unlinked(self._cases, self._book),
            Draws(self._stated_draws),
        )

    def knew(self, kind: NameKind, name: str, entry: CheckedEntry) -> bool:
        """Return whether *name* had long been known when *entry* was recorded."""
        written = self._cases.time_of(entry.index)
        return self._book.knew(kind, name, parse(entry.recorded), written)

    def take(self, case: CheckedCase) -> None:
        """Judge one case."""
        logged = self._cases.named(case) if self._book.statements else None
        if logged is not None:
            self._taken.issues.extend(_as_far_as_read(logged, self._check(logged)))

    def hand_over(self) -> _Gathered:
        """Return what was gathered since the last time."""
        gathered = self._taken._replace(parts=tuple(each.taken for each in self._some))
        self._taken, self._some = _Gathered(CappedIssues(), Counter()), self._comparisons()
        return gathered

    def join(self, gathered: _Gathered) -> None:
        """Add what was gathered from other cases; it comes in the order of the cases."""
        self._issues.extend(gathered.issues)
        self.claims += gathered.claims
        comparisons: tuple[Any, ...] = self._all
        for comparison, part in zip(comparisons, gathered.parts, strict=True):
            comparison.join(part)

    def issues(self) -> Iterator[Issue]:
        """Yield an issue for each fact of supervision that does not follow or is missing."""
        yield from self._cases.findings
        yield from self._unread
        if not self._book.statements:
            zh = "日志没有声明任何可读取的规则，监察无法重演"
            en = "no rules that can be read are stated, so that nothing can be derived again"
            yield from [Issue(None, CHECK, zh, en)] if self._entries else ()
            return
        together, until, alive = self._all, self._until, self._alive
        for checked in (
            together.registered.check_statements(),
            check_changes(self._book, self._cases.first_permit),
            check_adoptions(self._book),
            iter(self._issues),
            together.registered.check_live(),
            together.links.check_doubt(),
            together.notifications.check_notifications(until, alive),
            together.items.check_items(until, alive),
            together.counts.check_counts(),
            together.draws.check_draws(),
        ):
            yield from as_far_as_read(CHECK, checked)
        for case, issues in together.unlinked.check_links(until, alive):
            yield from _as_far_as_read(case, issues)

    def _check(self, case: LoggedCase) -> Iterator[Issue]:
        """Check all that a case shows by itself, and gather what others are compared with."""
        replayed, reported = ReplayedCase(case, self._book, self._cases.time_of), set[str]()
        until, alive = self._until, self._alive
        beyond = too_many(case) or changed_too_often(replayed)
        yield from check_reporters(case)
        yield from check_required(replayed)
        yield from check_successions(case, self._book, until, alive)
        if case.kind == "sample":
            yield from check_drawn(case, self._stated_draws.of(parts_of(case.name)[0]))
        if beyond is None and replayed.derived:  # most permits have nothing but what was reported
            yield from check_judgements(replayed)
            yield from terms.check_words(replayed)
        if beyond is None and case.kind == "permit":
            yield from terms.check_terms(replayed)
            yield from revisions.check_revisions(replayed)
        yield from self._gather(replayed, is_judged=beyond is None)
        if beyond is None:
            yield from check_reckoned(replayed, until, alive)
            yield from check_missing(replayed, until, alive, reported)
            yield from terms.check_adopted(replayed, until, alive)
            yield from revisions.check_revised(replayed, until, alive)
            yield from check_groundless(replayed, alive, reported)
            yield from check_late(replayed, alive)
        else:
            yield beyond
        self._some.counts.take(replayed)

    def _gather(self, replayed: ReplayedCase, *, is_judged: bool) -> Iterator[Issue]:
        """Take what others are compared with; yield what is wrong with it by itself."""
        some, case = self._some, replayed.case
        yield from some.notifications.take(replayed)
        yield from some.items.take(case)
        if case.kind == "permit":
            yield from some.registered.take(case)
            some.draws.take(replayed)
            self._count_claims(replayed)
            some.unlinked.take(replayed)
            yield from some.links.take(replayed) if is_judged else ()

    def _count_claims(self, replayed: ReplayedCase) -> None:
        """Count the late news of a permit by the last rules, each claim once (CLAIMS §10)."""
        history = replayed.case.history
        rules = self._book.rules(self._book.statements[-1], replayed.region(len(history)))
        readings, counts = Readings(history, rules), self._taken.claims
        counts["late"] += len(readings.late)
        counts["contested"] += len(history.of_type(Derived.CLAIM_CONTESTED))
        for is_accepted in readings.decided.values():
            counts["accepted" if is_accepted else "refused"] += 1


def _as_far_as_read(case: LoggedCase, issues: Iterator[Issue]) -> Iterator[Issue]:
    """Yield *issues* of a case, up to a leaf of it that makes no sense; that is one itself."""
    try:
        yield from issues
    except SENSELESS as error:
        zh, en = f"无法重演：{in_chinese(error)}", f"cannot be judged again: {error!r}"
        yield case.issue(0, zh[:300], en[:300])
