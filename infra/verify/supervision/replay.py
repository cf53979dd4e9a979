"""Supervision replayed (I13): the public rules run over the public facts, by anybody.

The input is the log's leaves, whose form and chains were checked before, and the documents beside
it. The result is every card that is missing, and every card that should not be there. The service
is not asked: its public log is compared with its own public rules.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from chalicelib.cases.kind import kind_of
from chalicelib.errors import DomainError
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue
from infra.verify.supervision import (
    belated,
    judgements,
    kept_back,
    missing,
    revisions,
    terms,
    told,
    words,
)
from infra.verify.supervision.adopted import check_adoptions
from infra.verify.supervision.cases import CHECK, LoggedCase, LoggedCases
from infra.verify.supervision.changes import check_changes
from infra.verify.supervision.claims import count_claims
from infra.verify.supervision.counted import CountedShares
from infra.verify.supervision.items import Items
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.life import SignsOfLife
from infra.verify.supervision.news import Notifications
from infra.verify.supervision.refiled import Links
from infra.verify.supervision.registered import Registered
from infra.verify.supervision.rules import Documents, StatementReader
from infra.verify.supervision.unlinked import Unlinked


def replay_supervision(
    entries: Sequence[CheckedEntry],
    documents: Documents,
    until: datetime,
    claims: Counter[str] | None = None,
) -> Iterator[Issue]:
    """Yield an issue for each fact of supervision in *entries* that does not follow or is missing.

    They are all leaves of a log, in order. *documents* reads a document under `rules/` by its hash.
    *until* is the log's last sign of life. Late news and its claims are counted in *claims*.
    """
    cases = LoggedCases(entries)
    yield from cases.findings
    book, unread = StatementReader(documents).read_statements(_cases_of_log(cases))
    yield from unread
    if not book.statements:
        yield from [_unstated()] if entries else ()
        return
    notifications, items, alive = Notifications(), Items(book), SignsOfLife(entries)
    registered, counts = Registered(book), CountedShares(cases)
    links, unlinked = Links(cases, book), Unlinked()
    yield from registered.check_statements()
    yield from check_changes(book, cases.first_permit)
    yield from check_adoptions(book)
    for case in cases:
        replayed, reported = ReplayedCase(case, book, cases.time_of), set[str]()
        issues: Iterator[Issue] = chain(
            _check_case(replayed, notifications, items),
            _check_told(replayed, registered, claims),
            _check_links(replayed, links, unlinked),
            missing.check_missing(replayed, until, alive, reported),
            terms.check_adopted(replayed, until, alive),
            _check_in_time(replayed, alive, reported),
            counts.take(replayed),
        )
        yield from _as_far_as_read(case, issues)
    told = notifications.check_notifications(until, alive), items.check_items(until, alive)
    yield from chain(*told, counts.check_counts())
    for case, issues in unlinked.check_links(until, alive):
        yield from _as_far_as_read(case, issues)


def _check_in_time(
    replayed: ReplayedCase, alive: SignsOfLife, missing: set[str]
) -> Iterator[Issue]:
    """Check that nothing of a case was kept back, for good or for a while."""
    yield from kept_back.check_kept_back(replayed, alive, missing)
    yield from belated.check_belated(replayed, alive, kept_back.OWED)


def _as_far_as_read(case: LoggedCase, issues: Iterator[Issue]) -> Iterator[Issue]:
    """Yield *issues* of a case, up to a leaf of it that makes no sense; that is one itself."""
    try:
        yield from issues
    except (DomainError, LookupError, TypeError, ValueError) as error:
        zh, en = f"无法重演：{error!r}", f"cannot be judged again: {error!r}"
        yield case.issue(0, zh[:300], en[:300])


def _cases_of_log(cases: LoggedCases) -> list[LoggedCase]:
    names = (public for public, name in cases.names.items() if kind_of(name) == "log")
    return [cases.read_case(public) for public in names]


def _check_told(
    replayed: ReplayedCase, registered: Registered, claims: Counter[str] | None
) -> Iterator[Issue]:
    """Check whether a permit is told by whom it may be; count what was told late."""
    if kind_of(replayed.case.name) != "permit":
        return
    yield from registered.take(replayed.case)
    if claims is not None:
        count_claims(replayed, claims)


def _check_links(replayed: ReplayedCase, links: Links, unlinked: Unlinked) -> Iterator[Issue]:
    """Check to what earlier cases a permit is linked, and note what it may be owed."""
    if kind_of(replayed.case.name) == "permit":
        unlinked.take(replayed)
        yield from links.take(replayed)


def _check_case(
    replayed: ReplayedCase, notifications: Notifications, items: Items
) -> Iterator[Issue]:
    """Check what is on record of a case."""
    yield from told.check_reporters(replayed.case)
    yield from judgements.check_judgements(replayed)
    yield from words.check_words(replayed)
    if kind_of(replayed.case.name) == "permit":
        yield from terms.check_terms(replayed)
        yield from revisions.check_revisions(replayed)
    yield from notifications.take(replayed)
    yield from items.take(replayed.case)


def _unstated() -> Issue:
    return Issue(
        None,
        CHECK,
        "日志没有声明任何可读取的规则，监察无法重演",
        "no rules that can be read are stated, so that nothing can be derived again",
    )
