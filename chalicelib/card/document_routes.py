"""`GET /v1/cards/{id}/documents/{name}.html` and `.pdf`: the documents (文书) of a card.

For inspectors and the department that has the card. A document shows the internal case number, so
no cache may keep it. Nothing is stored: each request drafts it from the facts on record.
"""

from chalice.app import Blueprint, Response

from chalicelib.card.routes import card_for
from chalicelib.card.store import CardOnRecord, papers_of
from chalicelib.errors import Rejected
from chalicelib.papers.paper import Paper
from chalicelib.plumbing.query import decode_parameter
from chalicelib.plumbing.services import Services, current_services

_PRIVATE: dict[str, str | list[str]] = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cards/{card_id}/documents/{document}", methods=["GET"])
def document(card_id: str, document: str) -> Response:
    """Return a document of a card."""
    services = current_services()
    caller = services.keys.require(blueprint.current_request.headers, "see_card")
    return show_document(services, card_for(services, caller, card_id), document)


def show_document(services: Services, card: CardOnRecord, document: str) -> Response:
    """Return the *document* of *card*: `<name>.html` or `<name>.pdf`. Raises Rejected (404)."""
    wanted = decode_parameter(document)
    for name, paper in papers_of(services, card).items():
        if wanted == f"{name}.html":
            return _html(paper)
        if wanted == f"{name}.pdf":
            return _pdf(paper, name)
    raise Rejected(404, zh="此牌没有这份文书。", en="the card has no such document")


def _html(paper: Paper) -> Response:
    from chalicelib.papers import html

    headers = _PRIVATE | {"Content-Type": "text/html; charset=utf-8"}
    headers["Content-Security-Policy"] = html.content_policy()
    return Response(body=html.render_html(paper), headers=headers)


def _pdf(paper: Paper, name: str) -> Response:
    """Return it as text, so that API Gateway passes it on unchanged for every Accept header."""
    from chalicelib.papers import pdf

    headers = _PRIVATE | {"Content-Type": "application/pdf"}
    headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return Response(body=pdf.render_pdf(paper), headers=headers)
