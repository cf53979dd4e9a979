"""`POST /v1/cards/{id}/respond`: a department answers its card (or an inspector for it).

The card is looked up where the public sees it, so one that is not yet published is not found (404).
Answering twice is answering once: the first answer is the one that counts.
"""

from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.cards.response import read_text, responded
from chalicelib.errors import Rejected
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.services import Services, services

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cards/{card_id}/respond", methods=["POST"])
def respond(card_id: str) -> Response:
    """Take the response to a card."""
    return _respond(services(), blueprint.current_request, card_id)


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
