"""Sources may be registered anew, never otherwise for the past (CLAIMS §2, §4).

How soon a source must report decides which news is late. So what the log has stated about the past
stays: delivery times, outages and dates that were stated are in every later statement; a delivery
time holds from when it is stated, and an outage is stated before it ends.
"""

from collections.abc import Iterator
from itertools import pairwise

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.policy.sources import NO_SOURCES, Outage, Registration, Registrations
from infra.verify.finding import Issue
from infra.verify.supervision.cases import CHECK
from infra.verify.supervision.rules import Rulebook, Statement


def check_registrations(book: Rulebook) -> Iterator[Issue]:
    """Yield an issue for each change of the past in the statements of *book*."""
    first = book.statements[0]
    yield from _check_outages(first, (), first.sources.outages, "Duban")
    yield from _check_change(NO_SOURCES, first)
    for before, after in pairwise(book.statements):
        yield from _check_outages(after, before.sources.outages, after.sources.outages, "Duban")
        yield from _check_change(before.sources, after)
        live_from = before.sources.live_from
        if live_from is not None and after.sources.live_from != live_from:
            yield _issue(after, "启用日期被改动", "live-from is another than before")


def _check_change(before: Registrations, statement: Statement) -> Iterator[Issue]:
    after = statement.sources.by_name
    for name in before.by_name.keys() - after.keys():
        yield _issue(statement, f"{name} 的登记不见了", f"{name} is not registered any more")
    for name, source in after.items():
        yield from _check_source(statement, name, before.by_name.get(name), source)


def _check_source(
    statement: Statement, name: str, before: Registration | None, source: Registration
) -> Iterator[Issue]:
    outages = before.outages if before else ()
    yield from _check_outages(statement, outages, source.outages, name)
    if before is None:
        return
    if source.history_from != before.history_from:
        yield _issue(statement, f"{name} 的历史起点被改动", f"the history of {name} is another")
    kept = len(before.deliveries)
    news = source.deliveries[kept:]
    if source.deliveries[:kept] != before.deliveries or any(
        each.since < statement.since - MERGE_DELAY for each in news
    ):
        yield _issue(
            statement,
            f"{name} 的报送时限改动了过去",
            f"the delivery time of {name} is changed for the past",
        )


def _check_outages(
    statement: Statement, before: tuple[Outage, ...], after: tuple[Outage, ...], name: str
) -> Iterator[Issue]:
    if not set(before) <= set(after):
        yield _issue(statement, f"{name} 的故障记录不见了", f"an outage of {name} is gone")
    for outage in set(after) - set(before):
        if outage.until <= statement.since - MERGE_DELAY:
            yield _issue(
                statement,
                f"{name} 的故障在结束以后才登记",
                f"an outage of {name} was recorded after it had ended",
            )


def _issue(statement: Statement, zh: str, en: str) -> Issue:
    return Issue(statement.index, CHECK, zh, en)
