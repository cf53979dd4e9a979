"""`/v1/leads`: leads for discipline inspection, for inspectors alone (CLAIMS §8, LEAD-01 to 03).

`GET /v1/leads` lists them and proposes others; `GET /v1/leads/{id}` shows one. `POST /v1/leads`
confirms a proposal, or enters one; `/hand-over`, `/receipt` and `/close` follow. Nobody else is
told that there is any: with another key it is 403, whether or not there is such a lead.
"""

import re
import secrets
from base64 import b32encode
from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response
from msgspec.structs import replace

from chalicelib.cases.case_id import parts_of, sealed_case
from chalicelib.errors import Rejected
from chalicelib.instant import parse
from chalicelib.intake import idempotency
from chalicelib.lead.state import (
    Lead,
    LeadAct,
    Sealed,
    proposals,
    read_lead,
    read_opening,
    read_reason,
)
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.query import decode_parameter
from chalicelib.plumbing.services import Services, current_services

if TYPE_CHECKING:
    from chalicelib.intake.taken import ReceivedEvent
    from chalicelib.people.caller import Caller
    from chalicelib.people.keepers import Kept

MOST = 2000  # published cards that are looked through for proposals, the newest first
_NAME = re.compile(r"[a-z2-7]{26}", re.ASCII)

blueprint = Blueprint(__name__)


@blueprint.route("/v1/leads", methods=["GET", "POST"])
def leads() -> Response:
    """List the leads, or open one."""
    services, request = current_services(), blueprint.current_request
    return (_open if request.method == "POST" else _list)(services, request)


@blueprint.route("/v1/leads/{lead_id}", methods=["GET"])
def lead(lead_id: str) -> Response:
    """Show a lead."""
    services = current_services()
    caller = services.keys.require(blueprint.current_request.headers, "see_lead")
    _, found = find_lead(services, (caller,), decode_parameter(lead_id))
    return private_json(found.show(services.profile().zone))


@blueprint.route("/v1/leads/{lead_id}/hand-over", methods=["POST"])
def hand_over(lead_id: str) -> Response:
    """Hand a lead over."""
    return _act(current_services(), blueprint.current_request, lead_id, "hand_over")


@blueprint.route("/v1/leads/{lead_id}/receipt", methods=["POST"])
def receipt(lead_id: str) -> Response:
    """Note that it was received."""
    return _act(current_services(), blueprint.current_request, lead_id, "note_receipt")


@blueprint.route("/v1/leads/{lead_id}/close", methods=["POST"])
def close(lead_id: str) -> Response:
    """Close a lead that is not handed over, or that came to nothing."""
    return _act(current_services(), blueprint.current_request, lead_id, "close")


def _list(services: Services, request: Any) -> Response:
    caller = services.keys.require(request.headers, "see_lead")
    leads, zone = _leads(services), services.profile().zone
    proposed = proposed_cards(services, (caller,), MOST, {lead.card for lead in leads})
    shown = [lead.show(zone) for lead in leads if _reaches(services, caller, lead)]
    return private_json({"leads": shown, "proposed": proposed})


def proposed_cards(
    services: Services, callers: Iterable["Caller"], most: int, known: Collection[str] = ()
) -> list[str]:
    """Return those of the *most* newest published cards, in reach, that may be leads.

    *known* are cards about which there is one. Who has a post in the department of a card is told
    of none: one that is gone would tell him that there is a lead.
    """
    every = tuple(callers)
    cards = (
        (card.card, card.rule)
        for card in services.board.cards(most)
        if any(
            _is_to_see(each, services.keepers.of(card.department, card.region)) for each in every
        )
    )
    return proposals(cards, services.profile().ladder.refer, {*known})


def _open(services: Services, request: Any) -> Response:
    """Open a lead, once for each Idempotency-Key. Of two about one card the second is 409."""
    caller = services.keys.require(request.headers, "see_lead")
    opening, key = read_opening(request.raw_body), _read_key(request)
    return _answer(services, *open_lead(services, (caller,), opening, key))


def open_lead(
    services: Services, callers: Sequence["Caller"], opening: tuple[str, str], key: str
) -> "tuple[str, ReceivedEvent]":
    """Open a lead about a card, or none, for a reason; return its name and the act.

    *callers* are the posts of who acts. A crash after the write leaves a lead on its way. Two
    inspectors at the very same moment open two; one of them is closed by hand.
    """
    card, reason = opening
    published = services.board.card(card) if card else None
    if card and published is None:
        raise Rejected(422, zh="card：没有这张牌。", en="card: there is no such card", field="card")
    where = (published.department, published.region) if published else None
    near = [each for each in callers if where is None or _is_near(services, each, where)]
    if not near:
        zh, en = "card：这张牌不在您的区域。", "card: this card is of another region"
        raise Rejected(403, zh=zh, en=en, field="card")
    caller = near[0]
    _must_not_be_own(services, caller, card)
    request_name = _request_name(key, caller)
    name = _name(sha256(request_name.encode()).digest()[:16]) if request_name else _random()
    record = Sealed("open", services.now(), reason, caller.id, card)
    if again := _done_before(services, name, record, request_name):
        return name, again
    if card and (known := [each.name for each in _leads(services) if each.card == card]):
        zh, en = "此牌已有线索。", "there is a lead about this card"
        raise Rejected(409, zh=zh, en=en, also={"lead": known[0]})
    return name, _record(services, name, record, request_name)


def _act(services: Services, request: Any, lead: str, act: LeadAct) -> Response:
    caller = services.keys.require(request.headers, "see_lead")
    reason, key = read_reason(request.raw_body), _read_key(request)
    done = act_on_lead(services, (caller,), decode_parameter(lead), (act, reason), key)
    return _answer(services, decode_parameter(lead), done)


def act_on_lead(
    services: Services,
    callers: Iterable["Caller"],
    name: str,
    asked: tuple[LeadAct, str],
    key: str,
) -> "ReceivedEvent":
    """Record an act about the lead *name*, for a reason. Raises Rejected."""
    caller, stored = find_lead(services, callers, name)
    act, reason = asked
    request_name = _request_name(key, caller)
    record = Sealed(act, services.now(), reason, caller.id)
    if again := _done_before(services, stored.name, record, request_name):
        return again
    stored.must_fit(act)
    return _record(services, stored.name, record, request_name)


def _read_key(request: Any) -> str:
    return idempotency.read_idempotency_key(request.headers.get(idempotency.HEADER))


def _request_name(key: str, caller: "Caller") -> str:
    """Return the name of a request under its Idempotency-Key; empty without one."""
    return idempotency.name_request(key, caller.id) if key else ""


def _done_before(
    services: Services, lead: str, record: Sealed, request: str
) -> "ReceivedEvent | None":
    """Return the act of a repeated *request*; None: a new one. Another content is refused (409)."""
    stored = services.inbox.of_request(sealed_case(lead), request) if request else None
    if stored is None:
        return None
    first = replace(record, at=parse(stored.received_at or ""))
    with idempotency.refuse_other_use("lead"):
        return services.inbox.repeated(stored, first.event(lead, ""))


def _record(services: Services, lead: str, record: Sealed, request: str) -> "ReceivedEvent":
    """Save *record* under a random name.

    Crash after it: no receipt is given, but to a request with the same Idempotency-Key.
    """
    _ = services.receipts  # before anything is recorded: it needs its key
    return services.inbox.put_act(record.event(lead, _random()), request)


def _answer(services: Services, lead: str, done: "ReceivedEvent") -> Response:
    receipt = services.receipts.of_act(done)
    return private_json({"id": lead, "status": "recorded", **receipt}, 202)


def _leads(services: Services) -> list[Lead]:
    """Return all leads; a few a year."""
    snapshots = services.cases.of_department("sealed", "")
    names = [parts_of(snapshot.case)[0] for snapshot in snapshots]
    return [read_lead(name, services.vault.private_fields(sealed_case(name))) for name in names]


def find_lead(services: Services, callers: Iterable["Caller"], name: str) -> "tuple[Caller, Lead]":
    """Return the lead *name*, and the first of *callers* who may see it. Raises Rejected (404)."""
    kept = services.vault.private_fields(sealed_case(name)) if _NAME.fullmatch(name) else {}
    found = read_lead(name, kept) if kept else None
    for caller in callers:
        if found is not None and _reaches(services, caller, found):
            return caller, found
    zh, en = "没有这条线索。", "there is no such lead"
    raise Rejected(404, zh=zh, en=en, is_denial=found is not None)


def _reaches(services: Services, caller: "Caller", lead: Lead) -> bool:
    """Return whether *lead* is the caller's to see: about a card of his regions, or opened by him.

    One without a card is of no region: who has all regions sees it too. Nobody sees one about a
    department in which he holds a post: those whom it is about must not know of it.
    """
    is_asked = lead.card and (caller.regions or caller.posted_in)
    card = services.board.card(lead.card) if is_asked else None
    kept = services.keepers.of(card.department, card.region) if card else None
    if kept is not None and kept.is_own(caller):
        return False
    if not caller.regions or any(each.actor == caller.id for each in lead.records[:1]):
        return True
    return kept is not None and _is_to_see(caller, kept)


def _is_to_see(caller: "Caller", kept: "Kept") -> bool:
    """Return whether a card, kept so, is of the caller's regions and not of his own department."""
    is_near = not caller.regions or kept.is_within(caller, "see_lead")
    return is_near and not kept.is_own(caller)


def _must_not_be_own(services: Services, caller: "Caller", card: str) -> None:
    """Refuse (403) to handle a lead about a card of a department in which the caller has a post."""
    published = services.board.card(card) if card and caller.posted_in else None
    if published is not None:
        kept = services.keepers.of(published.department, published.region)
        kept.must_not_be_own(caller, "see_lead")


def _is_near(services: Services, caller: "Caller", where: tuple[str, str]) -> bool:
    """Return whether a card, of this department and region, is of the caller's regions."""
    return not caller.regions or services.keepers.of(*where).is_within(caller, "see_lead")


def _random() -> str:
    return _name(secrets.token_bytes(16))


def _name(random: bytes) -> str:
    return b32encode(random).decode("ascii").rstrip("=").lower()
