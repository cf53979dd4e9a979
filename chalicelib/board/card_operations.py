"""The operations on a card, one row each, with the schemas of their requests and answers.

Pure data, made from the tables that the routes check by (`cards/acts.py`, `cards/life.py`).
"""

from typing import get_args

from chalicelib.board.operations import HTML, JSON, Operation
from chalicelib.board.schemas import (
    CARD_LEVEL,
    FLAG,
    INSTANT,
    LEVEL,
    LINE,
    STATE,
    TEXT,
    WHOLE,
    Schema,
    list_of,
    nullable,
    object_of,
    or_empty,
    ref,
)
from chalicelib.cards.acts import FIELDS, MAX_TEXT, OUTCOMES, ROLES
from chalicelib.cards.life import CardAct
from chalicelib.intake.idempotency import HEADER, MAX_KEY
from chalicelib.policy.ladder import ADDRESSEES
from chalicelib.policy.papers import PAPERS

PDF = "application/pdf"
ACT: Schema = {"type": "string", "enum": list(get_args(CardAct))}

_PAPER: Schema = {"type": "string", "enum": list(PAPERS)}
_KEY: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_KEY,
    "pattern": r'^("([ !#-\[\]-~]|\\["\\])+"|[A-Za-z0-9!#$%&\'*+./:=?@^_`|~-]+)$',
}
_SUMMARIES: dict[CardAct, str] = {
    "confirm": "Confirm a proposed card: then it is issued",
    "acknowledge": "Acknowledge a card (签收)",
    "respond": "Respond to a card (答复); a card with a response in time is not escalated",
    "appeal": "Appeal against a card (申诉) within the window; needs a reason",
    "decide": "Decide on an appeal: upheld 维持, sent back 打回, or the card is revoked 撤销",
    "revoke": "Revoke a card for good, or dismiss a proposal; needs a reason",
}
_FIELD_SCHEMAS: dict[str, Schema] = {
    "text": {
        "type": "string",
        "maxLength": MAX_TEXT,
        "pattern": r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    },
    "outcome": {"type": "string", "enum": list(OUTCOMES)},
}


def _line(**more: Schema) -> Schema:
    return object_of(
        id={**TEXT, "description": "The card's id; its own case is `duban:card/<id>`"},
        level=LEVEL,
        state=STATE,
        department=TEXT,
        region=TEXT,
        item=TEXT,
        deadlines=list_of(ref("Deadline")),
        **more,
    )


CARD_ANSWERS: dict[str, Schema] = {
    "Misfit": {
        **object_of(
            "field state possible",
            type=TEXT,
            title=TEXT,
            status=WHOLE,
            detail=TEXT,
            field={"type": "string", "enum": [HEADER]},
            state=STATE,
            possible=list_of(ACT),
        ),
        "description": "`state` of the card, and the acts `possible` for the caller; or `field`",
    },
    "Deadline": object_of(
        clock={"type": "string", "enum": ["response", "appeal_window", "appeal_decision"]},
        due_at=INSTANT,
        provisional=FLAG,
        missing=nullable(TEXT),
    ),
    "CardLine": _line(),
    "CardLines": object_of(cards=list_of(ref("CardLine")), is_complete=FLAG),
    "CardLife": _line(
        case=TEXT,
        rule=TEXT,
        ground=TEXT,
        basis=TEXT,
        at=INSTANT,
        due_at=nullable(INSTANT),
        issued_at=nullable(INSTANT),
        numbers=list_of(object_of(level=LEVEL, year=WHOLE, number=WHOLE, text=TEXT)),
        recipients=list_of({"type": "string", "enum": list(ADDRESSEES)}),
        possible=list_of(ACT),
        documents=list_of(object_of(name=_PAPER, title=TEXT, html=TEXT, pdf=TEXT)),
        history=list_of({"type": "object"}),
    ),
    **{
        f"card.{act}": {
            **object_of("text", **{name: _FIELD_SCHEMAS[name] for name in fields}),
            "additionalProperties": False,
        }
        for act, fields in FIELDS.items()
    },
}


def _act(act: CardAct) -> Operation:
    return Operation(
        f"/v1/cards/{{card_id}}/{act}",
        "post",
        _SUMMARIES[act],
        {JSON: ref("Responded")},
        status=202,
        takes={JSON: ref(f"card.{act}")},
        headers=((HEADER, _KEY, "The same again under the same key is done once"),),
        key=ROLES[act][0],
        refuses=(400, 401, 403, 404, 409, 413, 415, 422),
        problems={409: "Misfit"},
    )


CARD_OPERATIONS = (
    Operation(
        "/v1/cards",
        "get",
        "List the cards that are not at their end, those whose clock runs out first first",
        {JSON: ref("CardLines")},
        query=(
            ("department", LINE, "Only this department's"),
            ("level", or_empty(CARD_LEVEL), "Only those at this level"),
            ("state", or_empty(STATE), "Only those in this state"),
        ),
        key="inspector",
        refuses=(401, 403, 422),
    ),
    Operation(
        "/v1/cards/{card_id}",
        "get",
        "Show a card: its state, deadlines, recipients, numbers and documents",
        {JSON: ref("CardLife")},
        key="inspector",
        refuses=(401, 403, 404),
    ),
    Operation(
        "/v1/cards/{card_id}/documents/{document}",
        "get",
        "Give a document of a card (文书): its name, then .html or .pdf",
        {HTML: TEXT, PDF: TEXT},
        key="inspector",
        refuses=(401, 403, 404),
    ),
    *(_act(act) for act in get_args(CardAct)),
)
