"""A lead for discipline inspection (问题线索) and what inspectors do about it (DOMAIN §3.5).

Pure. A lead is a case of its own with a random name. Each act about it is one sealed record
(`record.sealed`): its content is one private text, so its entry in the public log has a salted
digest among decoys and nothing else. No entry tells unit, rule, case or act. What is sealed can be
disclosed later, and checked against the log.

    opened -> handed over 移送 -> receipt noted 回执
    closed 办结, at any time before that

The service only proposes: nothing of a proposal is recorded before an inspector confirms it.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple

from msgspec import Struct, to_builtins

from chalicelib import instant
from chalicelib.cases.case_id import sealed_case
from chalicelib.errors import Rejected
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.event_types import Reported
from chalicelib.intake.json_text import JsonObject
from chalicelib.intake.prose import check_fields, read_object, read_reason_in

LeadAct = Literal["open", "hand_over", "note_receipt", "close"]
LeadState = Literal["opened", "handed_over", "receipt_noted", "closed"]

SEALED = "sealed"  # the one field of a record, whatever it holds


class _ActRule(NamedTuple):
    """What an act is called, the states in which it fits, and the state that it leads to."""

    name: str
    fits: tuple[LeadState, ...]
    leads_to: LeadState


_RULES: Mapping[LeadAct, _ActRule] = {
    "open": _ActRule("登记线索", (), "opened"),
    "hand_over": _ActRule("移送", ("opened",), "handed_over"),
    "note_receipt": _ActRule("登记回执", ("handed_over",), "receipt_noted"),
    "close": _ActRule("办结", ("opened", "handed_over"), "closed"),
}
ACTS = tuple(_RULES)
_STATE_NAMES: Mapping[LeadState, str] = {
    "opened": "已登记，尚未移送",
    "handed_over": "已移送，尚无回执",
    "receipt_noted": "已收到回执",
    "closed": "已办结",
}


class Sealed(Struct, frozen=True):
    """One record of a lead; *actor* is a key, *card* is "" where no card is the reason."""

    act: LeadAct
    at: datetime
    reason: str
    actor: str
    card: str = ""

    def event(self, lead: str, name: str) -> Event:
        """Return the event of the record; *name* is random, and tells nothing either."""
        content = {**to_builtins(self), "at": instant.text(self.at)}
        data = {SEALED: json.dumps(content, ensure_ascii=False, sort_keys=True)}
        return own_event(Reported.RECORD_SEALED, sealed_case(lead), name, self.at, data)


class Lead(Struct, frozen=True):
    """A lead by its name, with its *records* in the order in which they were made."""

    name: str
    records: tuple[Sealed, ...]

    @property
    def state(self) -> LeadState:
        """Where it stands, by the acts that fit one after another; the others change nothing."""
        state: LeadState = "opened"
        for record in self.records:
            if state in _RULES[record.act].fits:
                state = _RULES[record.act].leads_to
        return state

    @property
    def card(self) -> str:
        """The card that it is about."""
        return next((record.card for record in self.records if record.act == "open"), "")

    @property
    def possible(self) -> list[LeadAct]:
        """The acts that fit where it stands."""
        return [act for act in ACTS if self.state in _RULES[act].fits]

    def must_fit(self, act: LeadAct) -> None:
        """Refuse (409) an *act* that does not fit where the lead stands."""
        state, possible = self.state, self.possible
        if act not in possible:
            names = "、".join(_RULES[other].name for other in possible)
            now_zh = f"可以{names}" if possible else "无须再办"
            now_en = f"what does is {', '.join(possible)}" if possible else "it is at its end"
            zh = f"此线索{_STATE_NAMES[state]}，不能{_RULES[act].name}；{now_zh}。"
            en = f"the lead is {state}, which {act} does not fit; {now_en}"
            raise Rejected(409, zh=zh, en=en, also={"state": state, "possible": possible})

    def show(self, zone: tzinfo) -> JsonObject:
        """Show it to an inspector, with the times of *zone*."""
        card = self.card  # the package to be handed over: facts and documents, and the log's proof
        package = {"card": f"../cards/{card}", "entry": f"../../log/entry/{card}"}
        return {
            "id": self.name,
            "state": self.state,
            "card": card or None,
            "package": package if card else None,
            "records": [
                {
                    "act": record.act,
                    "at": instant.local(record.at, zone),
                    "reason": record.reason,
                    "actor": record.actor,
                }
                for record in self.records
            ],
        }


def read_lead(name: str, kept: Mapping[str, Mapping[str, object]]) -> Lead:
    """Return the lead from what the vault has *kept* of its records, by their keys."""
    contents = [json.loads(str(fields[SEALED])) for fields in kept.values() if SEALED in fields]
    records = [Sealed(**{**content, "at": instant.parse(content["at"])}) for content in contents]
    return Lead(name, tuple(sorted(records, key=lambda each: (each.at, ACTS.index(each.act)))))


def read_opening(body: bytes) -> tuple[str, str]:
    """Read `{"card": …, "reason": …}`; the card may lack. Raises Rejected."""
    document = read_object(body)
    check_fields(document, ("card", "reason"))
    card = document.get("card") or ""
    if not isinstance(card, str):
        raise Rejected(422, zh="card 是一张牌的编号。", en="card is the id of a card", field="card")
    return card, read_reason_in(document)


def read_reason(body: bytes) -> str:
    """Read `{"reason": …}`. Raises Rejected."""
    document = read_object(body)
    check_fields(document, ("reason",))
    return read_reason_in(document)


def proposals(
    cards: Iterable[tuple[str, str]], refer: frozenset[str], known: set[str]
) -> list[str]:
    """Return the cards that may be leads: of *cards* by id and rule, those not *known* as one."""
    return [card for card, rule in cards if rule in refer and card not in known]
