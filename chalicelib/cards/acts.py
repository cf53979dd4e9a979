"""The acts of people about a card (签收、答复、申诉、撤销): who may act, the payload, the event.

Pure. We report the event ourselves, about the card's own case. Like every reported event it passes
through inbox, fact and log; its effect is decided there. A text may hold anything. So the text and
the key of the person who acts are kept apart and never published. The role is published.

DOMAIN §3.4: an appeal gives its reason (APP-01), and a card is not revoked without one (APP-02).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from chalicelib import instant
from chalicelib.cards.life import TYPE_OF_ACT, CardAct, CardStage, CardState
from chalicelib.cases.kind import card_case
from chalicelib.errors import Rejected
from chalicelib.intake import json_text
from chalicelib.intake.event import OURS, Event

Outcome = Literal["upheld", "sent_back", "revoked"]  # 维持、打回、撤销
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

MAX_BODY = 64 * 1024
MAX_TEXT = 2000

# The unit that received a card answers and appeals (APP-01); those who supervise confirm, decide
# and revoke, and may record an answer that a unit gave in person. Nobody appeals for another.
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

ACT_NAMES: Mapping[CardAct, str] = {
    "confirm": "确认",
    "acknowledge": "签收",
    "respond": "答复",
    "appeal": "申诉",
    "decide": "作出申诉决定",
    "revoke": "撤销",
}
# After 此牌: "this card …".
STATE_NAMES: Mapping[CardStage, str] = {
    "proposed": "尚待确认",
    "issued": "已发出",
    "acknowledged": "已签收",
    "responded": "已答复",
    "appealed": "正在申诉",
    "closed": "已了结",
    "lost": "依据已不成立",
    "revoked": "已撤销",
    "dismissed": "已不予确认",
}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class ActRequest:
    """An *act* about a card with its *payload*; *actor* is the key of the person."""

    act: CardAct
    payload: Mapping[str, str]
    role: str
    actor: str

    def event(self, card: str, name: str, now: datetime) -> Event:
        """Return the event that reports the act about *card* at *now*, under the id *name*."""
        return Event(
            id=name,
            source=OURS,
            subject=card_case(card),
            type=TYPE_OF_ACT[self.act],
            time=instant.text(now),
            data={"role": self.role, "actor": self.actor, **self.payload},
        )

    def name(self, state: CardState) -> str:
        """Return a name made of the fact that the act answers.

        So two people who act at the same time without a key act once. A response answers the level
        that was served; an appeal answers that or the last decision; a decision answers its appeal.
        A confirmation and a revocation answer the card itself and happen once.
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
        """Return whether the act is on record in *state*: a second request changes nothing.

        The first counts, whatever its text; only a decision with another outcome is another act.
        """
        if self.act == "decide":
            decision = state.decision
            return decision is not None and decision.text("outcome") == self.payload["outcome"]
        taken = {
            "confirm": state.confirmed,
            "acknowledge": state.acknowledged,
            "respond": state.responded,
            "appeal": state.appeal,
            "revoke": state.revoked,
        }[self.act]
        return taken is not None


def possible(state: CardState, role: str, over: str = "") -> list[CardAct]:
    """Return the acts that fit *state* and that this *role* may take.

    *over*, if not empty, says until when the card could be appealed (APP-09).
    """
    fit = (act for act in state.possible if role in ROLES[act])
    return [act for act in fit if not (over and act == "appeal")]


def must_fit(state: CardState, request: ActRequest, over: str = "") -> None:
    """Refuse an act that does not fit: 409, with the state of the card and the acts that fit it."""
    fit = possible(state, request.role, over)
    if request.act not in fit:
        misfit = state.misfit(request.act)
        zh = f"此牌{STATE_NAMES[state.state]}" if misfit else f"申诉期限已于 {over} 届满"
        en = misfit or f"it could be appealed until {over}"
        raise Rejected(
            409,
            zh=f"现在不能{ACT_NAMES[request.act]}：{zh}。",
            en=f"{request.act} does not fit: {en}",
            also={"state": state.state, "possible": fit},
        )


def read_act(act: CardAct, body: bytes) -> dict[str, str]:
    """Read the payload of *act*: `text` and `outcome`. Most acts need no body and no text."""
    document = _read_object(body)
    unknown = sorted(document.keys() - {*FIELDS[act]})
    if unknown:
        raise Rejected(
            422,
            zh="此处没有这个字段。",
            en="this field is not known here",
            field=unknown[0][:100],
        )
    payload = {"outcome": _read_outcome(document)} if act == "decide" else {}
    text = _read_text(document)
    needs_reason = act in ("appeal", "revoke") or payload.get("outcome") == "revoked"
    if needs_reason and not text.strip():
        raise Rejected(422, zh="text：须写明理由。", en="text: this needs a reason", field="text")
    return {**payload, "text": text} if text else payload


def _read_object(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_BODY:
        raise Rejected(413, zh="请求体最多 64 KiB。", en="the body holds at most 64 KiB")
    if not body.strip():
        return {}
    document = json_text.read_json(body)
    if not isinstance(document, dict):
        raise Rejected(400, zh="请求体是一个 JSON 对象。", en="the body is one JSON object")
    json_text.check_json(document)
    return document


def _read_outcome(document: Mapping[str, Any]) -> str:
    outcome = document.get("outcome")
    if outcome not in OUTCOMES:
        raise Rejected(
            422,
            zh=f"outcome 只能是 {'、'.join(OUTCOMES)} 之一。",
            en=f"outcome is one of {', '.join(OUTCOMES)}",
            field="outcome",
        )
    return str(outcome)


def _read_text(document: Mapping[str, Any]) -> str:
    text = document.get("text")
    if text is None:
        return ""
    if not isinstance(text, str) or len(text) > MAX_TEXT or _CONTROL.search(text):
        raise Rejected(
            422,
            zh=f"text：不超过 {MAX_TEXT} 个字符的文字，不含控制字符。",
            en=f"text: a text of at most {MAX_TEXT} characters, without control characters",
            field="text",
        )
    return text
