"""What people do about a card (签收、答复、申诉、撤销): who may, what they say, what event it is.

Pure. The event is told by us about the card's own case and goes the way of all that is told: inbox,
fact, log. What it does is decided there. A text may hold anything: like the key of whoever acts it
is kept apart, never published; the role is open (who did what is on record).

DOMAIN §3.4: an appeal says why (APP-01), and a card is not revoked without a reason (APP-02).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from chalicelib import instant
from chalicelib.cards.life import TYPE_OF_ACT, CardAct, CardState
from chalicelib.cases.kind import card_case
from chalicelib.errors import Rejected
from chalicelib.intake import json_text
from chalicelib.intake.event import OURS, Event

Outcome = Literal["upheld", "sent_back", "revoked"]  # 维持、打回、撤销
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

MAX_BODY = 64 * 1024
MAX_TEXT = 2000

# The unit that received a card answers and appeals (APP-01); those who supervise confirm, decide
# and revoke, and may note down what a unit said to them in person. Nobody appeals for another.
ROLES: Mapping[CardAct, tuple[Literal["inspector", "department"], ...]] = {
    "confirm": ("inspector",),
    "acknowledge": ("department", "inspector"),
    "respond": ("department", "inspector"),
    "appeal": ("department",),
    "decide": ("inspector",),
    "revoke": ("inspector",),
}
FIELDS: Mapping[CardAct, tuple[str, ...]] = {
    "confirm": (),
    "acknowledge": (),
    "respond": ("text",),
    "appeal": ("text",),
    "decide": ("outcome", "text"),
    "revoke": ("text",),
}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class ActRequest:
    """A *act* about a card, what is *said* with it, and the *role* and key of whoever takes it."""

    act: CardAct
    said: Mapping[str, str]
    role: str
    actor: str

    def event(self, card: str, name: str, now: datetime) -> Event:
        """Make the told event: about *card*, *now*, under the id *name*."""
        return Event(
            id=name,
            source=OURS,
            subject=card_case(card),
            type=TYPE_OF_ACT[self.act],
            time=instant.text(now),
            data={"role": self.role, "actor": self.actor, **self.said},
        )

    def name(self, state: CardState) -> str:
        """Name it by what it answers: two who take a step at once, without a key, take it once.

        A response answers the rank that was served, an appeal that or the last decision, a decision
        its appeal; a confirmation and a revocation are of the card, and happen once.
        """
        answered = {
            "confirm": state.opening,
            "acknowledge": state.served,
            "respond": state.served,
            "appeal": next((fact for _, fact in reversed(state.appeals) if fact), state.served),
            "decide": state.appeals[-1][0] if state.appeals else None,
            "revoke": state.opening,
        }[self.act]
        about = answered.key if answered else ""
        return f"{self.act}/{hashlib.sha256(about.encode()).hexdigest()[:16]}"

    def is_taken(self, state: CardState) -> bool:
        """Whether it has been taken, as things stand: asking for it again changes nothing.

        The first counts, whatever it said; only a decision with another outcome is not the same.
        """
        if self.act == "decide":
            decision = state.decision
            return decision is not None and decision.text("outcome") == self.said["outcome"]
        taken = {
            "confirm": state.confirmed,
            "acknowledge": state.acknowledged,
            "respond": state.responded,
            "appeal": state.appeal,
            "revoke": state.revoked,
        }[self.act]
        return taken is not None


def possible(state: CardState, role: str, over: str = "") -> list[CardAct]:
    """The steps that fit now, and that whoever has this *role* may take.

    *over* says that, and since when, it is too late for an appeal (APP-09).
    """
    fit = (act for act in state.possible if role in ROLES[act])
    return [step for step in fit if not (over and step == "appeal")]


def must_fit(state: CardState, asked: ActRequest, over: str = "") -> None:
    """Refuse a step that does not fit: 409, with the state the card is in and what does fit it."""
    fit = possible(state, asked.role, over)
    if asked.act not in fit:
        reason = state.misfit(asked.act) or over
        also = {"state": state.state, "possible": fit}
        raise Rejected(409, f"{asked.act} does not fit: {reason}", also=also)


def read_act(act: CardAct, body: bytes) -> dict[str, str]:
    """Read what is said with *act*: `text`, `outcome`; no body and no text are fine in most."""
    given = _object(body)
    unknown = sorted(given.keys() - {*FIELDS[act]})
    if unknown:
        raise Rejected(422, "this field is not known here", field=unknown[0][:100])
    said = {"outcome": _outcome(given)} if act == "decide" else {}
    text = _text(given)
    needs_reason = act in ("appeal", "revoke") or said.get("outcome") == "revoked"
    if needs_reason and not text.strip():
        raise Rejected(422, "text: this needs a reason", field="text")
    return {**said, "text": text} if text else said


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_BODY:
        raise Rejected(413, "the body holds at most 64 KiB")
    if not body.strip():
        return {}
    given = json_text.read_json(body)
    if not isinstance(given, dict):
        raise Rejected(400, "the body is one JSON object")
    json_text.check_json(given)
    return given


def _outcome(given: Mapping[str, Any]) -> str:
    outcome = given.get("outcome")
    if outcome not in OUTCOMES:
        raise Rejected(422, f"outcome is one of {', '.join(OUTCOMES)}", field="outcome")
    return str(outcome)


def _text(given: Mapping[str, Any]) -> str:
    text = given.get("text")
    if text is None:
        return ""
    if not isinstance(text, str) or len(text) > MAX_TEXT or _CONTROL.search(text):
        raise Rejected(422, f"text: a text of at most {MAX_TEXT} characters", field="text")
    return text
