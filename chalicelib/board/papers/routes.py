"""`GET /v1/cards/{id}/documents/{name}.html` and `.pdf`: the documents (文书) of a card.

For inspectors and the department that has the card, whose case number stands on it; nobody keeps a
copy on the way. Nothing is stored: it is drafted from what is on record whenever it is asked for.
"""

from collections.abc import Mapping

from chalice.app import Blueprint, Response

from chalicelib.board.words import words
from chalicelib.cards.paper import Paper
from chalicelib.cards.routes import card_for, papers_of
from chalicelib.errors import Rejected
from chalicelib.plumbing.path import decode_readings
from chalicelib.plumbing.services import Services, current_services

_GROUND = "ground_"
_PRIVATE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cards/{card_id}/documents/{document}", methods=["GET"])
def document(card_id: str, document: str) -> Response:
    """Give a document of a card."""
    return _document(current_services(), blueprint.current_request.headers, card_id, document)


def _document(
    services: Services, headers: Mapping[str, str], card_id: str, document: str
) -> Response:
    _, card = card_for(services, headers, card_id)
    drafted = papers_of(services, card, _grounds())
    for name, paper in drafted.items():
        if f"{name}.html" in decode_readings(document):
            return _html(paper)
        if f"{name}.pdf" in decode_readings(document):
            return _pdf(paper, name)
    raise Rejected(404, "the card has no such document")


def _grounds() -> dict[str, str]:
    """What the grounds of findings are called, as the board has it."""
    said = words("zh").items()
    return {name.removeprefix(_GROUND): text for name, text in said if name.startswith(_GROUND)}


def _html(paper: Paper) -> Response:
    from chalicelib.board.papers import html

    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": html.policy()}
    return Response(body=html.render(paper), headers={**headers, **_PRIVATE})


def _pdf(paper: Paper, name: str) -> Response:
    """Text, so that API Gateway passes it on as it is, whatever the client accepts."""
    from chalicelib.board.papers import pdf

    headers = {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'inline; filename="{name}.pdf"',
    }
    return Response(body=pdf.render(paper), headers={**headers, **_PRIVATE})
