"""The life of a card over HTTP: to see it, and to act about it.

`GET /v1/cards`, `/v1/cards/{id}` and `POST /v1/cards/{id}/{act}` are for inspectors and for the
department that has the card. A posted act is reported to the card's own case and judged there. An
act that does not fit the known state is refused at once (409). With an `Idempotency-Key` an act is
done once for each key; without one, the first act counts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, get_args

from chalice.app import Blueprint, Response

from chalicelib.card.acts import (
    ACTS,
    ActRequest,
    possible,
    read_act,
)
from chalicelib.card.recording import kept_of, over_since, record_act, rules_in, running_deadlines
from chalicelib.card.stages import CardAct, CardStage
from chalicelib.card.state import CardState
from chalicelib.card.store import CardOnRecord, CardStates, numbers_of, papers_of
from chalicelib.card.view import documents, full, line, numbers, posts
from chalicelib.cases.case_id import card_case
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.view import with_words
from chalicelib.errors import Rejected
from chalicelib.intake.idempotency import HEADER, read_idempotency_key
from chalicelib.people.act_signing import act_to_sign
from chalicelib.people.recipients import Recipient, recipients
from chalicelib.people.rights import is_limited
from chalicelib.people.signed_act import read_signature
from chalicelib.people.successors import Addressed
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.query import check_names, decode_parameter, read_choice, read_name
from chalicelib.plumbing.services import Services, current_services
from chalicelib.policy.ladder import PUBLIC_LEVELS, Addressee, Level

if TYPE_CHECKING:  # the stores are heavy
    from chalicelib.people.caller import Caller

MOST = 500
CARD_LEVELS: tuple[Level, ...] = PUBLIC_LEVELS[1:]  # a warning is no card
STATES: tuple[CardStage, ...] = get_args(CardStage)
FILTERS = frozenset({"department", "level", "state"})

_CARD = re.compile(r"[a-z0-9_]{1,64}\.[0-9]{1,9}", re.ASCII)

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cards", methods=["GET"])
def cards() -> Response:
    """List a department's cards."""
    services, request = current_services(), blueprint.current_request
    query: Mapping[str, str] = request.query_params or {}
    caller = services.keys.require(request.headers, "see_card")
    check_names(query, FILTERS)
    level, state = read_choice(query, "level", CARD_LEVELS), read_choice(query, "state", STATES)
    department = read_name(query, "department")
    mine = services.keepers.spellings(caller.department) if caller.department else ()
    if mine and department not in ("", *mine):
        zh, en = "此密钥只能查看发给本部门的牌。", "this key is for another department's cards"
        raise Rejected(403, zh=zh, en=en, field="department")
    snapshots = list_cards(services, caller, department, level, state)
    zone = services.profile().zone
    rows = [line(snapshot, zone) for snapshot in islice(snapshots, MOST + 1)]
    body = {"cards": rows[:MOST], "is_complete": len(rows) <= MOST}
    return private_json(services.name_tokens.reveal(body))


@blueprint.route("/v1/cards/{card_id}", methods=["GET"])
def card(card_id: str) -> Response:
    """Show a card."""
    services = current_services()
    caller = services.keys.require(blueprint.current_request.headers, "see_card")
    return private_json(show_card(services, caller, card_id))


def _offer(act: CardAct) -> None:
    """Offer `POST /v1/cards/{id}/{act}`, by which a person acts about a card."""

    def take(card_id: str) -> Response:
        return _act(current_services(), blueprint.current_request, card_id, act)

    take.__name__ = act
    blueprint.route(f"/v1/cards/{{card_id}}/{act}", methods=["POST"])(take)


for _name in ACTS:
    _offer(_name)


def list_cards(
    services: Services,
    caller: "Caller",
    department: str = "",
    level: str | None = None,
    state: str | None = None,
) -> Iterator[CaseSnapshot]:
    """Yield the open cards that *caller* may see: of a *department*, a *level*, in a *state*."""
    keeper_of = services.keepers.of
    for snapshot in _listed(services, department or caller.department):
        is_wanted = level in (None, snapshot.level) and state in (None, snapshot.lamp)
        kept = keeper_of(snapshot.department, snapshot.region, snapshot.item)
        is_its = department in ("", kept.addressed, kept.keeper)
        if is_wanted and is_its and kept.is_within(caller, "see_card"):
            yield snapshot


def _listed(services: Services, department: str | None) -> Iterator[CaseSnapshot]:
    """Yield the snapshots of a *department*'s cards; None: of all that had a case or have an item.

    An item of a catalogue may have a card before any case.
    """
    names: Iterable[str] = services.keepers.spellings(department) if department else ()
    if not department:
        names = [*services.board.department_names(), *services.item_names.departments()]
    for name in dict.fromkeys(names):
        yield from services.cases.of_department("card", name)


def show_card(services: Services, caller: "Caller", card_id: str) -> dict[str, Any]:
    """Return a card as *caller* may see it, with what he may do now. Raises Rejected."""
    card = card_for(services, caller, card_id)
    body = show_whole_card(services, caller, card)
    who = posts(_recipients(services, card.state, body["recipients"]))
    return {**body, "posts": services.name_tokens.reveal(who)}


def show_whole_card(services: Services, caller: "Caller", card: CardOnRecord) -> dict[str, Any]:
    """Return a *card* with what people wrote about it, its numbers and its papers."""
    body = show_state(services, caller, card)
    is_masked = is_limited(caller, "see_card", "masked")
    kept = {} if is_masked else services.vault.private_fields(card_case(card.state.card))
    given = numbers_of(services, card.state.card)
    drafted = papers_of(services, card, given)
    rest = {
        "history": with_words(body["history"], kept),
        "numbers": numbers(given),
        "documents": documents(card.state.card, drafted),
    }
    return {**body, **services.name_tokens.reveal(rest)}


def show_state(services: Services, caller: "Caller", card: CardOnRecord) -> dict[str, Any]:
    """Return a *card* as it is on record, with what *caller* may do now; this reads no table."""
    rules = rules_in(services, card.state)
    over = over_since(card.state, rules, services.now())
    body = {
        **full(card.state, card.records, running_deadlines(card.state, rules), rules.profile),
        "possible": possible(card.state, caller.role, over),
        "kept_by": kept_of(services, card.state).keeper,
    }
    shown: dict[str, Any] = services.name_tokens.reveal(body)
    return shown


def card_of_caller(
    services: Services, callers: "Iterable[Caller]", card_id: str
) -> "tuple[Caller, CardOnRecord]":
    """Return the card of this id, and who of *callers* may see it. Raises Rejected (404, 403)."""
    card, every = _find(services, card_id), tuple(callers)
    _must_be_there(card)
    kept = kept_of(services, card.state)
    able = (caller for caller in every if kept.is_within(caller, "see_card"))
    return next(able, None) or kept.caller_for(every, "see_card"), card


def _recipients(
    services: Services, state: CardState, roles: Sequence[Addressee]
) -> Iterator[Recipient]:
    """Yield who gets a card today, in each of *roles*; nobody waits for who is away (ORG-07)."""
    organisation = services.organisation.units()
    if organisation.departments and state.opening and roles:
        kept, opening = kept_of(services, state), state.opening
        name_of = services.name_tokens.name_of
        item, stage = (name_of(opening.text(name)) for name in ("item", "stage"))
        about = Addressed(kept.addressed, opening.text("region"), item, stage)
        yield from recipients(services.organisation.whole(), roles, about, services.today())


def card_for(services: Services, caller: "Caller", card_id: str) -> CardOnRecord:
    """Return the card of this id if *caller* may see it. Raises Rejected (404, 403)."""
    return card_of_caller(services, (caller,), card_id)[1]


def _find(services: Services, card_id: str) -> CardOnRecord:
    """Read the card of this id; its state has no opening where there is no such card."""
    name = _card_name(card_id)
    if not name:
        return CardOnRecord(CardState(), ())
    return CardStates(services.facts, services.inbox).read_card(name)


def _must_be_there(card: CardOnRecord) -> None:
    if card.state.opening is None:
        raise Rejected(404, zh="没有这张牌。", en="there is no such card")


def _card_name(card_id: str) -> str:
    """Return the id of a card as it stands in the path; empty where it can be none."""
    name = decode_parameter(card_id)
    return name if _CARD.fullmatch(name) else ""


def _act(services: Services, request: Any, card_id: str, act: CardAct) -> Response:
    caller = services.keys.require(request.headers, ACTS[act].right)
    _, card = card_to_act_on(services, (caller,), card_id, act)
    payload, signed = read_act(act, request.raw_body), read_signature(request.raw_body)
    act_request = ActRequest(act, payload, caller.role, caller.id, signed)
    key = read_idempotency_key(request.headers.get(HEADER))
    receipts = services.receipts  # before anything is recorded: it needs its key
    # Crash after the act is recorded: the caller has no receipt. Under the same Idempotency-Key the
    # act is not done again, and the same receipt is given.
    done = record_act(services, caller, card, act_request, key)
    body = {"card": card.state.card, "status": done.outcome if done else "duplicate"}
    return private_json({**body, **(receipts.of_act(done) if done else {})}, 202)


def card_to_act_on(
    services: Services, callers: "Iterable[Caller]", card_id: str, act: CardAct
) -> "tuple[Caller, CardOnRecord]":
    """Return the card of this id, and who of *callers* may do *act* about it. Raises Rejected.

    404: there is none; 403: no right reaches it; 422: it is a warning.
    """
    card = _find(services, card_id)
    if card.state.opening is None and _is_warning(services, card_id):
        zh, en = "预警无需办理任何手续。", "a warning asks for nothing"
        raise Rejected(422, zh=zh, en=en, field="id")
    _must_be_there(card)
    return kept_of(services, card.state).caller_for(callers, ACTS[act].right), card


def card_to_sign(
    services: Services,
    callers: "Iterable[Caller]",
    card_id: str,
    act: CardAct,
    said: tuple[str | None, str],
) -> dict[str, Any]:
    """Return what one of a person's *callers* is to sign for *act*, with outcome and words *said*.

    Raises Rejected (404, 403; 409 where he has no passkey; 422 where the act is not signed).
    """
    caller, card = card_to_act_on(services, callers, card_id, act)
    rules_in(services, card.state).profile.signature.check(act, is_signed=True)
    outcome, words = said
    about = {"act": act, "card": card.state.card, "outcome": outcome, "after": card.last_key}
    return act_to_sign(services, caller, about, words)


def _is_warning(services: Services, card_id: str) -> bool:
    name = _card_name(card_id)
    published = services.board.card(name) if name else None
    return published is not None and published.level == "warning"
