"""Why a case is due that day, and what its department says to a card.

`GET /v1/cases/{id}/explain` tells every clock of a case day by day, to inspectors and to its own
department; to others it does not exist.

`POST /v1/cards/{id}/respond`: a department answers its card (or an inspector for it). The card is
looked up where the public sees it, so one that is not yet published is not found (404). Answering
twice is answering once: the first answer is the one that counts.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.decide import look
from chalicelib.cards.explanation import explain as explained
from chalicelib.cards.response import read_text, responded
from chalicelib.cards.revision import rules_of
from chalicelib.cards.versions import versions
from chalicelib.cases.head import Head
from chalicelib.cases.routes import case_for
from chalicelib.clock.counting import Counting
from chalicelib.errors import Rejected
from chalicelib.instant import local
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.path import readings
from chalicelib.plumbing.services import Services, services
from chalicelib.policy.profile import Profile

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cases/{case_id}/explain", methods=["GET"])
def explain(case_id: str) -> Response:
    """Tell why that day."""
    return _explain(services(), blueprint.current_request.headers, readings(case_id))


@blueprint.route("/v1/cards/{card_id}/respond", methods=["POST"])
def respond(card_id: str) -> Response:
    """Take the response to a card."""
    return _respond(services(), blueprint.current_request, card_id)


def _explain(served: Services, headers: Mapping[str, str], names: list[str]) -> Response:
    head = case_for(served, headers, names)
    policy, calendar = _rules(served, head)
    facts = [record.fact for record in served.facts.of_case(head.case)]
    now = served.now()
    outlook = look(facts, policy, Counting(calendar, policy))
    about = {"id": head.case, "public_id": head.public_case, "as_of": local(now, policy.zone)}
    rules = versions(policy, calendar)
    return private_json({**about, **rules, **explained(outlook, policy, now)})


def _rules(served: Services, head: Head) -> tuple[Profile, Calendar]:
    """The rules in force; read anew where the case was judged under others than we remember."""
    rules = served.policy(head.region), served.calendar(head.region)
    if head.rules not in ("", rules_of(*rules)):
        served.calendars.current(fresh=True)
        rules = served.policy(head.region), served.calendar(head.region)
    return rules


def _respond(served: Services, request: Any, card_id: str) -> Response:
    caller = served.keys.require(request.headers, "department", "inspector")
    text = read_text(request.raw_body)
    found = served.board.card(card_id)
    if found is None:
        raise Rejected(404, "no such card is published")
    card = found.card
    if caller.role == "department" and caller.department != card.department:
        raise Rejected(403, "this card is another department's")
    if card.level == "warning":
        raise Rejected(422, "a warning asks for no response", field="id")
    status = "duplicate"
    if served.inbox.get(card.case, f"A#respond#{card_id}") is None:
        status = _record(served, card.case, card_id, card.n, text)
    return private_json({"card": card_id, "status": status}, 202)


def _record(served: Services, case: str, card_id: str, n: int, text: str) -> str:
    now = served.now()
    event = responded(case, card_id, n, text, now)
    try:
        return served.inbox.put_told_by_us(case, f"respond#{card_id}", event, now)
    except Rejected as refusal:
        # Two answers at the same moment: the other was first, and that is the one that counts.
        if refusal.status != HTTPStatus.CONFLICT:
            raise
        return "duplicate"
