"""Supervision replayed (I13): the public rules run over the public facts, by anybody.

Out of a log's leaves, whose form and chains were checked before, and of the documents beside it:
every card that should be there and is not, and every one that is there and should not be. Nothing
is asked of the service: what it says of itself is what is held against it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from chalicelib.cases.kind import kind_of
from chalicelib.errors import DomainError
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue
from infra.verify.supervision import (
    judgements,
    kept_back,
    missing,
    revisions,
    terms,
    told,
)
from infra.verify.supervision.cases import CHECK, LoggedCases
from infra.verify.supervision.items import Items
from infra.verify.supervision.judgements import Judged
from infra.verify.supervision.kept_back import Alive
from infra.verify.supervision.news import Notifications
from infra.verify.supervision.rules import Documents, StatementReader


def replay(
    entries: Sequence[CheckedEntry], documents: Documents, until: datetime
) -> Iterator[Issue]:
    """Say what of the supervision in *entries* does not follow, or is missing.

    They are all leaves of a log, in order. *documents* gives what lies under `rules/`, by its
    SHA-256; *until* is when the log is known to be complete: that of its newest sign of life.
    """
    cases = LoggedCases(entries)
    yield from cases.findings
    of_log = [cases.read(one) for one, name in cases.names.items() if kind_of(name) == "log"]
    book, unread = StatementReader(documents).read(of_log)
    yield from unread
    if not book.statements:
        if entries:
            yield _unstated()
        return
    news, items, alive = Notifications(), Items(book), Alive(entries)
    for case in cases:
        judged = Judged(case, book, cases.time_of)
        found = chain(
            _of_case(judged, news, items),
            missing.check(judged, until),
            kept_back.check(judged, alive),
        )
        try:
            yield from found
        except (DomainError, LookupError, TypeError, ValueError) as error:
            zh, en = f"无法重演：{error!r}", f"cannot be judged again: {error!r}"
            yield case.issue(0, zh[:300], en[:300])
    yield from news.check(until)
    yield from items.check(until)


def _of_case(judged: Judged, news: Notifications, items: Items) -> Iterator[Issue]:
    """What is on record of a case: whether it may be."""
    yield from told.check(judged.case)
    yield from judgements.check(judged)
    if kind_of(judged.case.name) == "permit":
        yield from terms.check(judged)
        yield from revisions.check(judged)
    yield from news.take(judged)
    yield from items.take(judged.case)


def _unstated() -> Issue:
    return Issue(
        None,
        CHECK,
        "日志没有声明任何可读取的规则，监察无法重演",
        "no rules that can be read are stated, so that nothing can be derived again",
    )
