"""The acts of people about a card (签收、答复、申诉、撤销): who may act, the payload, the event.

Pure. We report the event ourselves, about the card's own case. Like every reported event it passes
through inbox, fact and log; its effect is decided there. A text may hold anything. So the text and
the key of the person who acts are kept apart and never published. The role is published.

DOMAIN §3.4: an appeal gives its reason (APP-01), and a card is not revoked without one (APP-02). An
answer has words, and so has the act that sends it back.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal, NamedTuple, get_args

from msgspec import Struct

from chalicelib import instant
from chalicelib.card.stages import TYPE_OF_ACT, CardAct, CardStage
from chalicelib.card.state import CardState
from chalicelib.cases.case_id import card_case
from chalicelib.cases.fact import Fact
from chalicelib.errors import Rejected
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.prose import check_fields, has_words, must_have_words, read_object, read_text
from chalicelib.people.caller import Role
from chalicelib.people.rights import Act, roles_for
from chalicelib.people.signed_act import SignedAct, split_signature

Outcome = Literal["upheld", "sent_back", "revoked"]  # 维持、打回、撤销
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class ActRule(NamedTuple):
    """The Chinese *name* of an act, the *right* to it, the *fields* of its payload."""

    name: str
    right: Act
    fields: tuple[str, ...] = ("text",)
    needs_words: bool = True

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that may take it."""
        return roles_for(self.right)


# The unit that received a card answers and appeals (APP-01); those who supervise confirm, send an
# answer back, decide and revoke, and may record an answer that a unit gave in person. Nobody
# appeals for another.
ACTS: Mapping[CardAct, ActRule] = {
    "confirm": ActRule("确认", "confirm", needs_words=False),
    "acknowledge": ActRule("签收", "acknowledge", (), needs_words=False),
    "respond": ActRule("答复", "respond"),
    "send_back": ActRule("打回答复", "send_back"),
    "appeal": ActRule("申诉", "appeal"),
    "decide": ActRule("作出申诉决定", "decide", ("outcome", "text"), needs_words=False),
    "revoke": ActRule("撤销", "decide"),
    "dismiss": ActRule("不予确认", "confirm"),
}
# After 此牌: "this card …".
STATE_NAMES: Mapping[CardStage, str] = {
    "proposed": "尚待确认",
    "issued": "已发出",
    "acknowledged": "已签收",
    "responded": "已答复",
    "sent_back": "答复已被打回，等待重新答复",
    "appealed": "正在申诉",
    "step_proposed": "逾期未答复，升级待确认",
    "closed": "已了结",
    "lost": "依据已不成立",
    "revoked": "已撤销",
    "dismissed": "已不予确认",
}


class ActRequest(Struct, frozen=True):
    """An *act* about a card with its *payload*; *actor* is the person, or the key of a program.

    *signed* is what the person signed of it with a passkey, None where nothing.
    """

    act: CardAct
    payload: Mapping[str, str]
    role: str
    actor: str
    signed: SignedAct | None = None

    @property
    def stored_signature(self) -> str:
        """What was signed, as the inbox stores it; empty where nothing was."""
        return self.signed.stored() if self.signed else ""

    def event(self, card: str, name: str, now: datetime) -> Event:
        """Return the event that reports the act about *card* at *now*, under the id *name*."""
        data = {"role": self.role, "actor": self.actor, **self.payload}
        return own_event(TYPE_OF_ACT[self.act], card_case(card), name, now, data)

    def name(self, state: CardState) -> str:
        """Return a name made of the fact that the act answers: two who act at once act once."""
        answered = {
            "confirm": state.step or state.opening,
            "dismiss": state.step,
            "acknowledge": state.served,
            "respond": state.last_sent_back or state.served,
            "send_back": state.responded,
            "appeal": next((fact for _, fact in reversed(state.appeals) if fact), state.served),
            "decide": state.appeals[-1][0] if state.appeals else None,
            "revoke": state.opening,
        }[self.act]
        about = answered.key if answered else ""
        return f"{self.act}/{hashlib.sha256(about.encode()).hexdigest()[:16]}"

    def first(self, state: CardState) -> Fact | None:
        """Return the fact by which the act was taken in *state*, if it was: the first counts."""
        return {
            "confirm": state.step_confirmed if state.step else state.confirmed,
            "dismiss": None,
            "acknowledge": state.acknowledged,
            "respond": state.responded,
            "send_back": None if state.responded else state.last_sent_back,
            "appeal": state.appeal,
            "decide": state.decision,
            "revoke": state.revoked,
        }[self.act]

    def is_taken(self, state: CardState) -> bool:
        """Return whether the act is on record in *state*, and a second request adds nothing.

        A request with words of its own, or a decision with another outcome, adds something.
        """
        first = self.first(state)
        if first is None or "text" in self.payload:
            return False
        return self.act != "decide" or first.text("outcome") == self.payload["outcome"]


def possible(state: CardState, role: str, over: str = "") -> list[CardAct]:
    """Return the acts that fit *state* and that this *role* may take.

    *over* is the time until which the card could be appealed (APP-09), empty while it can.
    """
    fit = (act for act in state.possible if role in ACTS[act].roles)
    return [act for act in fit if not (over and act == "appeal")]


def must_fit(state: CardState, request: ActRequest, over: str = "", zone: tzinfo = UTC) -> None:
    """Refuse an act that does not fit: 409, with the state of the card and the acts that fit it.

    Where somebody took the act before, also with the time of that in *zone*.
    """
    fit = possible(state, request.role, over)
    if request.act in fit:
        return
    misfit, first = state.misfit(request.act), request.first(state)
    zh = f"此牌{STATE_NAMES[state.state]}" if misfit else f"申诉期限已于 {over} 届满"
    en = misfit or f"it could be appealed until {over}"
    also: dict[str, object] = {"state": state.state, "possible": fit}
    if first is not None:
        also["first_at"] = instant.local(first.at, zone)
        zh += f"；已于 {also['first_at']} 办过，以那次为准"
        en += f"; it was done at {also['first_at']}, and that counts"
    zh, en = f"现在不能{ACTS[request.act].name}：{zh}。", f"{request.act} does not fit: {en}"
    raise Rejected(409, zh=zh, en=en, also=also)


def must_cite(state: CardState, request: ActRequest) -> None:
    """Refuse (422) to confirm without words a card that rests on no law.

    The reason is the person's own, and the card cites it (CLAIMS §8).
    """
    proposed = state.step or state.opening
    is_on_no_law = proposed is not None and bool(proposed.text("basis_kind"))
    if request.act == "confirm" and is_on_no_law and not has_words(request.payload.get("text", "")):
        raise Rejected(
            422,
            zh="text：此项没有法律依据，确认时须写明理由，不能只有空白或者符号。",
            en="text: it rests on no law, so confirming it needs a reason in words",
            field="text",
        )


def must_be_proposed(state: CardState) -> None:
    """Refuse (409) to dismiss a card that is no proposal: an issued one is revoked or stands."""
    if state.state != "proposed":
        zh = f"现在不能不予确认：此牌{STATE_NAMES[state.state]}。"
        en = f"dismiss does not fit: the card is {state.state}"
        also = {"state": state.state, "possible": possible(state, "inspector")}
        raise Rejected(409, zh=zh, en=en, also=also)


def read_act(act: CardAct, body: bytes) -> dict[str, str]:
    """Read the payload of *act*: `text` and `outcome`; 422 where it needs words and has none.

    `read_signature` reads what the person signed, if there is a `signature`.
    """
    document, _ = split_signature(read_object(body))
    check_fields(document, ACTS[act].fields)
    payload = {"outcome": _read_outcome(document)} if act == "decide" else {}
    text = read_text(document)
    if ACTS[act].needs_words or payload.get("outcome") == "revoked":
        must_have_words(text)
    return {**payload, "text": text} if text else payload


def _read_outcome(document: Mapping[str, Any]) -> str:
    outcome = document.get("outcome")
    if outcome not in OUTCOMES:
        zh, en = (
            f"outcome 只能是：{'、'.join(OUTCOMES)}。",
            f"outcome is one of {', '.join(OUTCOMES)}",
        )
        raise Rejected(422, zh=zh, en=en, field="outcome")
    return str(outcome)
