"""Recording an act about a card: by which rules it is judged, and who acts where it is signed."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from chalicelib.card.acts import ACTS, ActRequest, must_be_proposed, must_cite, must_fit
from chalicelib.card.clocks import APPEAL_WINDOW, deadlines
from chalicelib.card.state import CardState
from chalicelib.card.store import CardOnRecord, CardStates, confirmers
from chalicelib.cases.rules import Rules
from chalicelib.clock.due import Due
from chalicelib.errors import Unknown
from chalicelib.instant import local
from chalicelib.people.act_signing import caller_who_signed, must_be_this_act, request_key
from chalicelib.people.rights import must_be_another, table
from chalicelib.plumbing.services import Services

if TYPE_CHECKING:  # the stores are heavy
    from chalicelib.intake.taken import ReceivedEvent
    from chalicelib.people.caller import Caller
    from chalicelib.people.keepers import Kept


def record_act(
    services: Services, caller: "Caller", card: CardOnRecord, wanted: ActRequest, key: str
) -> "ReceivedEvent | None":
    """Record what *caller* does about *card*, once for each *key*, if it fits. Raises Rejected.

    Who signed it acts in his own name. Return what was recorded; None where an earlier act counts.
    """
    state, right, now = card.state, ACTS[wanted.act].right, services.now()
    rules = rules_in(services, state)
    rules.profile.signature.check(wanted.act, is_signed=wanted.signed is not None)
    caller = caller_who_signed(services, caller, wanted.signed, right, kept_of(services, state))
    if table()[right].is_not_confirmer:
        must_be_another(caller, right, confirmers(services, card))
    is_about_card = wanted.act == "dismiss" and state.step is None
    act_request = replace(
        wanted, act="revoke" if is_about_card else wanted.act, role=caller.role, actor=caller.id
    )
    over, zone = over_since(state, rules, now), rules.profile.zone

    def must_fit_now(current: CardOnRecord) -> None:
        must_fit(current.state, act_request, over, zone)
        must_cite(current.state, act_request)
        if is_about_card:
            must_be_proposed(current.state)
        if wanted.signed:
            asked = _to_sign(current.state.card, wanted)
            must_be_this_act(services, wanted.signed, asked, current.last_key, now)

    card_states, key = CardStates(services.facts, services.inbox), request_key(wanted.signed, key)
    return card_states.take(act_request, card, key, must_fit_now, now)


def _to_sign(card: str, wanted: ActRequest) -> dict[str, Any]:
    """Return the fields that a signature of *wanted* has, and its `words`."""
    outcome, words = wanted.payload.get("outcome"), wanted.payload.get("text")
    return {"act": wanted.act, "card": card, "outcome": outcome, "words": words}


def over_since(state: CardState, rules: Rules, now: datetime) -> str:
    """Return until when the card could be appealed; empty while it can be (APP-09)."""
    window = running_deadlines(state, rules).get(APPEAL_WINDOW)
    if window is None or now <= window.last_moment.at:
        return ""
    return local(window.at, rules.profile.zone)


def rules_in(services: Services, state: CardState) -> Rules:
    """Return the rules in force in the region of a card."""
    return services.rules(state.opening.text("region") if state.opening else "")


def running_deadlines(state: CardState, rules: Rules) -> Mapping[str, Due]:
    """Return the clocks that run; none where a calendar is missing altogether."""
    try:
        return deadlines(state, rules)
    except Unknown:
        return {}


def kept_of(services: Services, state: CardState) -> "Kept":
    """Return whom a card was addressed to, and who keeps it today."""
    where = ("department", "region", "item")
    department, region, item = (state.opening.text(n) if state.opening else "" for n in where)
    return services.keepers.of(department, region, item)
