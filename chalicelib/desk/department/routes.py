"""One case, a slip of it, and the documents of a card.

The addresses are those of `desk/routes.py`. What may be read is asked of the posts: another
department's case is 404, its card 403 (PEOPLE §12).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib.card.document_routes import show_document
from chalicelib.card.routes import card_of_caller
from chalicelib.cases.case_id import card_case
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.desk.answering import Desk
from chalicelib.desk.department import case_view, view
from chalicelib.desk.department.list_routes import page_of_desk, shown_now
from chalicelib.desk.department.view import RowContext
from chalicelib.desk.fields.links import field_links
from chalicelib.errors import Rejected
from chalicelib.permit.decide import evaluate
from chalicelib.permit.reading.routes import case_for, kept_today, no_such_case
from chalicelib.permit.routes import rules_of
from chalicelib.permit.view import show_explanation, show_permit, with_keeper
from chalicelib.plumbing.query import check_names

if TYPE_CHECKING:
    from chalicelib.people.caller import Caller


_SUPERVISING = {"inspector", "supervisor", "auditor"}  # they read the whole record of a case


def show_case(desk: Desk, case_id: str) -> Response:
    """Show one case: its clocks, why this day, its facts, cards and late news."""
    check_names(desk.query, {"lang"})
    snapshot, values = _read_case(desk, case_id)
    rows = values.pop("rows")
    ids = case_view.cards_in(rows, snapshot.public_case)
    stored = desk.services.cases.get_all(map(card_case, ids)) if ids else {}
    cards = [view.card_row(each, shown_now(desk)) for each in stored.values()]
    record = f"{values['case']['href']}/record" if desk.who.roles & _SUPERVISING else ""
    more = {"cards": cards, "record": record, "opens": field_links(desk, snapshot, rows)}
    return page_of_desk(desk, "case", {**values, **more})


def show_slip(desk: Desk, case_id: str) -> Response:
    """Show the slip of a case, to be printed on A5 and handed to the applicant."""
    check_names(desk.query, {"lang"})
    _, values = _read_case(desk, case_id)
    short = case_view.shorten(values["paragraph"])
    return page_of_desk(desk, "slip", {**values, "paragraph": short})


def _read_case(desk: Desk, case_id: str) -> tuple[CaseSnapshot, dict[str, Any]]:
    """Return a permit that one of the posts may see, with its page's values. Raises Rejected."""
    services, now = desk.services, desk.services.now()
    snapshot = _reached(desk, case_id)
    records, rules = services.facts.of_case(snapshot.case), rules_of(services, snapshot)
    body = show_permit(snapshot, records, rules, now)
    case = CaseHistory(record.fact for record in records)
    kept, evaluation = kept_today(services, snapshot), evaluate(case, rules)
    explained = show_explanation(snapshot, case, evaluation, rules, now)
    explained = with_keeper(explained, kept.addressed, kept.keeper)
    shown = RowContext(now, rules.profile.zone, services.item_names.current())
    values = case_view.case_values(snapshot, body, explained, shown)
    return snapshot, {**values, "rows": body["facts"]}


def _reached(desk: Desk, case_id: str) -> CaseSnapshot:
    """Return the permit of this id that one of the posts may see. Raises Rejected (404).

    Our own cases (a card's, a register's, a sealed record's) are no pages here.
    """
    is_denial = False
    for caller in _distinct(desk.who.with_right("see_case")):
        try:
            snapshot = case_for(desk.services, caller, case_id)
        except Rejected as refusal:
            is_denial = is_denial or refusal.is_denial
            continue
        if snapshot.kind == "permit":
            return snapshot
    raise no_such_case(is_denial=is_denial)


def _distinct(callers: tuple["Caller", ...]) -> Iterator["Caller"]:
    """Yield one of the posts for each scope."""
    scopes = {(each.role, each.department, each.regions): each for each in reversed(callers)}
    yield from scopes.values()


def document(desk: Desk, card_id: str, name: str) -> Response:
    """Return a document of a card, as HTML or PDF."""
    callers = desk.who.with_right("see_card")
    return show_document(desk.services, card_of_caller(desk.services, callers, card_id)[1], name)
