"""Proposals, appeals and answers: what an inspector decides about a card.

`GET /desk/proposals/{card}`, `/desk/appeals/{card}` and `/desk/answers/{card}` show what there is
to decide by; `POST` there records the act through the card's own door. `GET
/desk/papers/{card}/{name}` gives a document (文书) of it.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, cast

from chalice.app import Blueprint, Response

from chalicelib.card.document_routes import show_document
from chalicelib.card.recording import rules_in
from chalicelib.card.routes import show_state, show_whole_card
from chalicelib.card.stages import CardAct
from chalicelib.card.store import CardOnRecord
from chalicelib.cases.case_id import acts_in, card_case, kind_of
from chalicelib.cases.stored_fact import Record
from chalicelib.cases.view import show_history, with_words
from chalicelib.desk.addresses import record_address
from chalicelib.desk.answering import Desk, desk_page, page_and_form
from chalicelib.desk.inspector.card_view import (
    ACTS_OF,
    acts_now,
    earlier_decisions,
    history_rows,
    last_written,
    other_cards,
    show_about,
)
from chalicelib.desk.inspector.fact_view import evidence, fact_row
from chalicelib.desk.inspector.forms import (
    Typed,
    form_values,
    pressed,
    receipt_address,
    send,
    status_of,
)
from chalicelib.desk.inspector.reached import (
    FOLDER,
    MASKED,
    act_on_card,
    seen_card,
    shown_now,
    words_in,
)
from chalicelib.desk.passkeys.signing import signing_values
from chalicelib.people.caller import Caller
from chalicelib.permit.finding import ROLE

_LISTED = 200  # cards of a department, and published cards, that one page looks through

ShowCard = Callable[[Desk, str, Typed | None], Response]
"""What draws a page about a card; again with what was typed, where its form was refused."""

blueprint = Blueprint(__name__)


@blueprint.route("/desk/papers/{card_id}/{document}", methods=["GET"])
@desk_page
def paper(desk: Desk, card_id: str, document: str) -> Response:
    """Give a document of a card: to open and print, or with `?save=1` as a file."""
    _, card = seen_card(desk, card_id)
    given = show_document(desk.services, card, document)
    if desk.query.get("save") == "1":
        given.headers["Content-Disposition"] = f'attachment; filename="{card.state.card}.pdf"'
    return given


def _judge(desk: Desk, card_id: str, page: str, show: ShowCard) -> Response:
    """Record the act that a form of *page* asks for; *show* it again where it does not fit."""

    def take(form: Mapping[str, str], key: str) -> str:
        act = cast("CardAct", pressed(form, ACTS_OF[page]))
        return receipt_address(act_on_card(desk, card_id, act, form, key))

    return send(desk, blueprint.current_request, take, lambda typed: show(desk, card_id, typed))


def show_proposal(desk: Desk, card_id: str, typed: Typed | None = None) -> Response:
    """Show a proposal; a card that is none any more as what it is now."""
    caller, card = seen_card(desk, card_id)
    if card.state.state != "proposed":
        return _show(desk, caller, card, typed)
    services, words, state = desk.services, words_in(desk), card.state
    body = show_state(services, caller, card)
    records = services.facts.of_case(state.issuer)
    rests_on = _rests_on(records, card)
    shown = show_history(records, services.profile().zone)
    # What a person wrote of his finding is read in the place of other cards: six requests a page.
    is_told = any(each.fact.origin and each.fact.n in rests_on for each in records)
    if is_told and caller.role == ROLE:
        shown = with_words(shown, services.vault.private_fields(acts_in(state.issuer)))
    rows = [fact_row(row, words) for row in shown]
    about = show_about(body, shown_now(desk))
    values = {
        **_common(desk, caller, (card, about), "proposals", typed),
        "evidence": evidence(rows, rests_on),
        "others": None if is_told else _others(desk, card, about),
        "needs_words": bool(about["basis_kind"]),
    }
    return desk.page(FOLDER, "proposal", services.name_tokens.reveal(values), status_of(typed))


def _rests_on(records: Iterable[Record], card: CardOnRecord) -> tuple[int, ...]:
    """Return the numbers of the facts that a proposal rests on, in the case of the finding."""
    found = next((each.fact for each in records if each.fact.n == card.state.n), None)
    numbers = found.data.get("rests_on") if found else ()
    return tuple(n for n in numbers if isinstance(n, int)) if isinstance(numbers, list) else ()


def _others(desk: Desk, card: CardOnRecord, about: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return other cards of the same item and year, among those of the department."""
    opening = card.state.opening
    if opening is None or not opening.text("item"):
        return []
    listed = desk.services.cases.of_department("card", opening.text("department"), page=_LISTED)
    found = islice(listed, _LISTED)
    return other_cards(
        found, card.state.card, opening.text("item"), str(about["at"]), shown_now(desk)
    )


def show_appeal(desk: Desk, card_id: str, typed: Typed | None = None) -> Response:
    """Show an appeal; a card without one as what it is now."""
    caller, card = seen_card(desk, card_id)
    if card.state.state != "appealed":
        return _show(desk, caller, card, typed)
    services, shown = desk.services, shown_now(desk)
    body = show_state(services, caller, card)
    kept = services.vault.private_fields(card_case(card.state.card))
    body["history"] = with_words(body["history"], kept)
    about = show_about(body, shown)
    history = history_rows(about, words_in(desk), is_masked=caller.role == MASKED)
    published = services.board.cards(_LISTED)
    values = {
        **_common(desk, caller, (card, about), "appeals", typed),
        "history": history,
        **last_written(history),
        "earlier": earlier_decisions(published, about["rule"], card.state.card, shown),
    }
    return desk.page(FOLDER, "appeal", services.name_tokens.reveal(values), status_of(typed))


def show_judged_card(desk: Desk, card_id: str, typed: Typed | None = None) -> Response:
    """Show a card with all that happened to it; a proposal as such."""
    caller, card = seen_card(desk, card_id)
    return _show(desk, caller, card, typed)


def _show(desk: Desk, caller: Caller, card: CardOnRecord, typed: Typed | None) -> Response:
    services = desk.services
    about = show_about(show_whole_card(services, caller, card), shown_now(desk))
    history = history_rows(about, words_in(desk), is_masked=caller.role == MASKED)
    step = about["step"] or {}
    values = {
        **_common(desk, caller, (card, about), "answers", typed),
        "history": history,
        "may_see_leads": desk.who.has_right("see_lead"),
        "needs_words": bool(step.get("basis_kind")) or bool(about["basis_kind"]),
    }
    return desk.page(FOLDER, "card", services.name_tokens.reveal(values), status_of(typed))


def _common(
    desk: Desk,
    caller: Caller,
    shown: tuple[CardOnRecord, Mapping[str, Any]],
    page: str,
    typed: Typed | None,
) -> dict[str, Any]:
    card, about = shown
    signature = rules_in(desk.services, card.state).profile.signature
    host = desk.request.headers.get("host", "")
    acts, is_own = acts_now(about, caller, page, (about["department"], about["kept_by"]))
    case = about["case"] or ""
    is_permit = bool(case) and kind_of(case) == "permit"
    return {
        **form_values(desk, typed),
        **signing_values(host, signature, acts, {"card": about["id"]}),
        "card": about,
        "acts": acts,
        "is_own": is_own,
        "is_masked": caller.role == MASKED,
        "may_judge": caller.role == ROLE,
        "action": f"desk/{page}/{about['id']}",
        "case_address": record_address(case),
        "card_address": record_address(card_case(about["id"])),
        "is_permit": is_permit,
    }


def _offer(page: str, show: ShowCard) -> None:
    """Offer a *page* about a card, which *show* draws, and take its form there."""

    def card_page(desk: Desk, card_id: str) -> Response:
        if desk.request.method == "POST":
            return _judge(desk, card_id, page, show)
        return show(desk, card_id, None)

    card_page.__name__, card_page.__doc__ = page, show.__doc__  # the API's description has them
    page_and_form(blueprint, f"/desk/{page}/{{card_id}}")(desk_page(card_page))


# A proposal with what it rests on: confirm or dismiss. An appeal with what was decided about others
# by the same rule: decide. A card with all that happened to it: send an answer back, revoke.
_offer("proposals", show_proposal)
_offer("appeals", show_appeal)
_offer("answers", show_judged_card)
