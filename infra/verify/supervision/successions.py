"""What the years of departments are told of reorganisations: as the log states them, and in time.

A year that was told of a successor that nobody stated would send its cards away. One that was told
nothing would keep them from being counted together.
"""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.cases.case_id import department_case
from chalicelib.cases.fact import Fact
from chalicelib.department.succession import succession_events
from chalicelib.instant import text
from chalicelib.intake.event import OURS, Event
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.issue import Issue
from infra.verify.supervision.cases import LoggedCase
from infra.verify.supervision.life import UNSEEN, SignsOfLife
from infra.verify.supervision.rules import Rulebook, Statement


def check_successions(
    case: LoggedCase, book: Rulebook, until: datetime, alive: SignsOfLife
) -> Iterator[Issue]:
    """Yield an issue for each fact that was not stated, and for each that is missing.

    Only of names in the clear: of a token only the stage knows which department it is.
    """
    if case.kind != "department":
        return
    told = case.history.of_type(Reported.DEPARTMENT_SUCCEEDED)
    for fact in told:
        stated = book.around(fact.recorded_at, case.at[fact.n])
        if not any(
            _is_of(fact, event)
            for each in stated
            for event in _events(case, book, each, fact.recorded_at)
        ):
            zh, en = (
                "所告知的承接单位没有在日志中声明",
                "names a successor that the log does not state",
            )
            yield case.issue_with(fact, zh, en)
    if not book.statements:
        return
    keys = {fact.key for fact in told}
    since = max(book.statements[-1].since, case.facts[0].recorded_at)
    for event in _events(case, book, book.statements[-1], until - UNSEEN):
        is_due = since <= until - UNSEEN
        if f"{OURS}/{event['id']}" not in keys and is_due:
            zh = f"应当告知由 {event['data']['to']} 承接，而没有告知"
            en = f"should have been told that {event['data']['to']} continues it, and was not"
            issue = case.issue(len(case.facts) - 1, zh, en)
            yield issue.outstanding(is_excused=not alive.show(since, until, since))


def _events(case: LoggedCase, book: Rulebook, stated: Statement, now: datetime) -> Iterator[Event]:
    """Yield what the case is to be told by an instant, by one statement."""
    organisation = stated.organisation
    if not organisation.successions:
        return
    zone = book.rules(stated, stated.region).profile.zone
    year = int(case.name.rpartition("/")[2])
    for unit in organisation.departments:
        for name in dict.fromkeys(each.name for each in unit.names):
            if department_case(name, year) == case.name:
                later = now + MERGE_DELAY
                yield from succession_events(organisation.successors, name, year, later, zone)


def _is_of(fact: Fact, event: Event) -> bool:
    """Return whether *fact* says what *event* does."""
    is_same = fact.key == f"{OURS}/{event['id']}" and text(fact.at) == event["time"]
    return is_same and dict(fact.data) == event["data"]
