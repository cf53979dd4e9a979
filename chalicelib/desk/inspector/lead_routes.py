"""Leads for discipline inspection (问题线索) at the desk: one is opened, seen, handed over, closed.

`GET` and `POST /desk/leads` open one; `GET` and `POST /desk/leads/{id}` show it and act on it: the
same functions as `/v1/leads`. The list is `/desk/work/lead`. A lead is never public, so no act of
it is signed: the log would name the key, and so whoever handles leads (ADR 0086).
"""

from collections.abc import Mapping
from typing import Any, cast

from chalice.app import Blueprint, Response

from chalicelib.board.published_card import PublishedCard
from chalicelib.cases.case_id import card_case
from chalicelib.desk.addresses import record_address
from chalicelib.desk.answering import Desk, desk_page, page_and_form
from chalicelib.desk.inspector.forms import (
    Typed,
    form_values,
    pressed,
    receipt_address,
    send,
    status_of,
)
from chalicelib.desk.inspector.reached import FOLDER, shown_now
from chalicelib.desk.inspector.search_view import published_hit
from chalicelib.instant import local
from chalicelib.intake.prose import read_reason_in
from chalicelib.lead.routes import act_on_lead, find_lead, open_lead, proposed_cards
from chalicelib.lead.state import ACTS, LeadAct
from chalicelib.plumbing.query import decode_parameter, read_name

_LISTED = 200  # published cards that are looked through for proposals, the newest first
_OPEN, *_FOLLOWING = ACTS

blueprint = Blueprint(__name__)


@page_and_form(blueprint, "/desk/leads")
@desk_page
def leads(desk: Desk) -> Response:
    """Propose cards that may be leads, and open one."""
    if desk.request.method == "GET":
        return _propose(desk, read_name(desk.query, "card"))

    def take(form: Mapping[str, str], key: str) -> str:
        reason, card = _reason(form, _OPEN), form.get("card", "").strip()
        posts = desk.who.with_right("see_lead")
        return receipt_address(open_lead(desk.services, posts, (card, reason), key)[1])

    def again(typed: Typed) -> Response:
        return _propose(desk, typed.form.get("card", ""), typed)

    return send(desk, desk.request, take, again)


@page_and_form(blueprint, "/desk/leads/{lead_id}")
@desk_page
def lead(desk: Desk, lead_id: str) -> Response:
    """Show a lead, or act on it."""
    name = decode_parameter(lead_id)
    if desk.request.method == "GET":
        return _show(desk, name)

    def take(form: Mapping[str, str], key: str) -> str:
        act = cast("LeadAct", pressed(form, _FOLLOWING))
        posts, asked = desk.who.with_right("see_lead"), (act, _reason(form, act))
        return receipt_address(act_on_lead(desk.services, posts, name, asked, key))

    return send(desk, desk.request, take, lambda typed: _show(desk, name, typed))


def _reason(form: Mapping[str, str], act: LeadAct) -> str:
    return read_reason_in({"reason": form.get(f"text_{act}", "").strip()})


def _propose(desk: Desk, card: str, typed: Typed | None = None) -> Response:
    posts = desk.who.with_right("see_lead")
    known = (typed.refusal.also or {}).get("lead", "") if typed else ""
    proposed = [] if card else proposed_cards(desk.services, posts, _LISTED)
    published = desk.services.board.cards(_LISTED) if proposed else []
    values = {
        **form_values(desk, typed),
        "card": card,
        "known": known,
        "proposed": [
            published_hit(each, shown_now(desk)) for each in published if each.card in proposed
        ],
        "action": "desk/leads",
        "signing": {},
    }
    return desk.page(FOLDER, "leads", values, status_of(typed))


def _show(desk: Desk, name: str, typed: Typed | None = None) -> Response:
    services = desk.services
    _, found = find_lead(services, desk.who.with_right("see_lead"), name)
    card = services.board.card(found.card) if found.card else None
    zone = services.profile().zone
    values = {
        **form_values(desk, typed),
        "name": found.name,
        "state": found.state,
        "card": _card(desk, card) if card else None,
        "records": [
            {
                "act": each.act,
                "at": local(each.at, zone),
                "reason": each.reason,
                "is_mine": each.actor == desk.who.person.id,
            }
            for each in found.records
        ],
        "acts": found.possible,
        "is_own": False,
        "may_judge": True,
        "action": f"desk/leads/{found.name}",
        "signing": {},
    }
    return desk.page(FOLDER, "lead", services.name_tokens.reveal(values), status_of(typed))


def _card(desk: Desk, card: PublishedCard) -> dict[str, Any]:
    """Return what a lead rests on: the card, its case, and where the log has it."""
    return {
        **published_hit(card, shown_now(desk)),
        "id": card.card,
        "form": card.form,
        "basis": card.basis,
        "numbers": [each.written for each in card.numbers.values()],
        "case": card.case,
        "case_record": record_address(card.case),
        "card_record": record_address(card_case(card.card)),
    }
