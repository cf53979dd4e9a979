"""The life of a card over HTTP: to see it, and to act about it.

`GET /v1/cards`, `/v1/cards/{id}` and `POST /v1/cards/{id}/{act}` are for inspectors and for the
department that has the card. A posted act is reported to the card's own case and judged there. An
act that does not fit the known state is refused at once (409). With an `Idempotency-Key` an act is
done once for each key; without one, the first act counts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, get_args

from chalice.app import Blueprint, Response
from msgspec.structs import replace

from chalicelib.card.acts import (
    ACTS,
    ActRequest,
    must_be_proposed,
    must_cite,
    must_fit,
    possible,
    read_act,
)
from chalicelib.card.clocks import APPEAL_WINDOW, deadlines
from chalicelib.card.stages import CardAct, CardStage
from chalicelib.card.state import CardState
from chalicelib.card.store import CardOnRecord, CardStates, numbers_of, papers_of
from chalicelib.card.view import documents, full, line, numbers
from chalicelib.cases.case_id import card_case
from chalicelib.cases.rules import Rules
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.view import with_words
from chalicelib.clock.due import Due
from chalicelib.errors import Rejected, Unknown
from chalicelib.instant import local
from chalicelib.intake.idempotency import HEADER, read_idempotency_key
from chalicelib.people.rights import Act, caller_for, must_not_be_own, reaches
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.query import check_names, decode_parameter, read_choice, read_name
from chalicelib.plumbing.services import Services, current_services
from chalicelib.policy.ladder import PUBLIC_LEVELS, Level

if TYPE_CHECKING:  # the stores are heavy
    from chalicelib.intake.taken import ReceivedEvent
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
    if caller.department is not None and department not in ("", caller.department):
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
    name_of = services.name_tokens.name_of
    for snapshot in _listed(services, department or caller.department):
        is_wanted = level in (None, snapshot.level) and state in (None, snapshot.lamp)
        department = name_of(snapshot.department)
        if is_wanted and reaches(caller, "see_card", department, snapshot.region):
            yield snapshot


def _listed(services: Services, department: str | None) -> Iterator[CaseSnapshot]:
    """Yield the snapshots of a *department*'s cards; None: of all that had a case or have an item.

    An item of a catalogue may have a card before any case.
    """
    names: Iterable[str] = services.name_tokens.spellings(department) if department else ()
    if not department:
        names = [*services.board.department_names(), *services.item_names.departments()]
    for name in dict.fromkeys(names):
        yield from services.cases.of_department("card", name)


def show_card(services: Services, caller: "Caller", card_id: str) -> dict[str, Any]:
    """Return a card as *caller* may see it, with what he may do now. Raises Rejected."""
    return show_whole_card(services, caller, card_for(services, caller, card_id))


def show_whole_card(services: Services, caller: "Caller", card: CardOnRecord) -> dict[str, Any]:
    """Return a *card* with what people wrote about it, its numbers and its papers."""
    body = show_state(services, caller, card)
    kept = services.vault.private_fields(card_case(card.state.card))
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
    rules = _rules_in(services, card.state)
    over = _over(card.state, rules, services.now())
    body = full(card.state, card.records, _deadlines(card.state, rules), rules.profile)
    shown: dict[str, Any] = services.name_tokens.reveal(
        {**body, "possible": possible(card.state, caller.role, over)}
    )
    return shown


def card_of_caller(
    services: Services, callers: "Iterable[Caller]", card_id: str
) -> "tuple[Caller, CardOnRecord]":
    """Return the card of this id, and who of *callers* may see it. Raises Rejected (404, 403)."""
    card = _find(services, card_id)
    opening = card.state.opening
    if opening is None:
        raise Rejected(404, zh="没有这张牌。", en="there is no such card")
    department = services.name_tokens.name_of(opening.text("department"))
    return caller_for(callers, "see_card", department, opening.text("region")), card


def card_for(services: Services, caller: "Caller", card_id: str) -> CardOnRecord:
    """Return the card of this id if *caller* may see it. Raises Rejected (404, 403)."""
    return _reached(services, caller, "see_card", _find(services, card_id))


def _find(services: Services, card_id: str) -> CardOnRecord:
    """Read the card of this id; its state has no opening where there is no such card."""
    name = _card_name(card_id)
    if not name:
        return CardOnRecord(CardState(), ())
    return CardStates(services.facts, services.inbox).read_card(name)


def _card_name(card_id: str) -> str:
    """Return the id of a card as it stands in the path; empty where it can be none."""
    name = decode_parameter(card_id)
    return name if _CARD.fullmatch(name) else ""


def _reached(services: Services, caller: "Caller", act: Act, card: CardOnRecord) -> CardOnRecord:
    """Return *card* if the right of *caller* to *act* reaches it; that it exists is no secret."""
    if card.state.opening is None:
        raise Rejected(404, zh="没有这张牌。", en="there is no such card")
    department = services.name_tokens.name_of(card.state.opening.text("department"))
    if not reaches(caller, act, department, card.state.opening.text("region")):
        zh = "这张牌是发给其他部门的，或者不在您的区域。"
        raise Rejected(403, zh=zh, en="this card is another department's, or of another region")
    must_not_be_own(caller, act, department)
    return card


def _act(services: Services, request: Any, card_id: str, act: CardAct) -> Response:
    caller = services.keys.require(request.headers, ACTS[act].right)
    card = card_to_act_on(services, caller, card_id, act)
    act_request = ActRequest(act, read_act(act, request.raw_body), caller.role, caller.id)
    key = read_idempotency_key(request.headers.get(HEADER))
    receipts = services.receipts  # before anything is recorded: it needs its key
    # Crash after the act is recorded: the caller has no receipt. Under the same Idempotency-Key the
    # act is not done again, and the same receipt is given.
    done = _record_act(services, card, act_request, key)
    body = {"card": card.state.card, "status": done.outcome if done else "duplicate"}
    return private_json({**body, **(receipts.of_act(done) if done else {})}, 202)


def card_to_act_on(
    services: Services, caller: "Caller", card_id: str, act: CardAct
) -> CardOnRecord:
    """Return the card of this id, about which *caller* may do *act*. Raises Rejected.

    404: there is none; 403: his right does not reach it; 422: it is a warning.
    """
    card = _find(services, card_id)
    if card.state.opening is None and _is_warning(services, card_id):
        zh, en = "预警无需办理任何手续。", "a warning asks for nothing"
        raise Rejected(422, zh=zh, en=en, field="id")
    return _reached(services, caller, ACTS[act].right, card)


def take_act(
    services: Services, caller: "Caller", card_id: str, wanted: ActRequest, key: str
) -> "tuple[str, ReceivedEvent | None]":
    """Record what *caller* does about a card, once for each *key*. Raises Rejected.

    Return the card's id, and what was recorded; None where an earlier act counts.
    """
    card = card_to_act_on(services, caller, card_id, wanted.act)
    return card.state.card, _record_act(services, card, wanted, key)


def _record_act(
    services: Services, card: CardOnRecord, wanted: ActRequest, key: str
) -> "ReceivedEvent | None":
    state, now = card.state, services.now()
    is_about_card = wanted.act == "dismiss" and state.step is None
    act_request = replace(wanted, act="revoke") if is_about_card else wanted
    rules = _rules_in(services, state)
    over, zone = _over(state, rules, now), rules.profile.zone

    def must_fit_now(current: CardState) -> None:
        must_fit(current, act_request, over, zone)
        must_cite(current, act_request)
        if is_about_card:
            must_be_proposed(current)

    card_states = CardStates(services.facts, services.inbox)
    return card_states.take(act_request, card, key, must_fit_now, now)


def _is_warning(services: Services, card_id: str) -> bool:
    name = _card_name(card_id)
    published = services.board.card(name) if name else None
    return published is not None and published.level == "warning"


def _over(state: CardState, rules: Rules, now: datetime) -> str:
    """Return until when the card could be appealed; empty while it can be (APP-09)."""
    window = _deadlines(state, rules).get(APPEAL_WINDOW)
    if window is None or now <= window.last_moment.at:
        return ""
    return local(window.at, rules.profile.zone)


def _rules_in(services: Services, state: CardState) -> Rules:
    return services.rules(state.opening.text("region") if state.opening else "")


def _deadlines(state: CardState, rules: Rules) -> Mapping[str, Due]:
    """Return the clocks that run; none where a calendar is missing altogether."""
    try:
        return deadlines(state, rules)
    except Unknown:
        return {}
