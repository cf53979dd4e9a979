"""The operations on a card, one row each, with the schemas of their requests and answers.

Pure data, made from the tables that the routes check by (`card/acts.py`, `card/state.py`).
"""

from typing import get_args

from chalicelib.api.operations import HTML, JSON, KEY_HEADER, Operation
from chalicelib.api.schemas import (
    BASIS_KIND,
    CARD_LEVEL,
    FLAG,
    FORM,
    INSTANT,
    INSTRUMENT,
    LEVEL,
    LINE,
    STATE,
    TEXT,
    WHOLE,
    Schema,
    act_recorded,
    list_of,
    nullable,
    object_of,
    or_empty,
    ref,
)
from chalicelib.card.acts import FIELDS, NEEDS_WORDS, OUTCOMES, ROLES
from chalicelib.card.stages import CardAct
from chalicelib.intake.idempotency import HEADER
from chalicelib.intake.prose import MAX_TEXT
from chalicelib.policy.ladder import ADDRESSEES
from chalicelib.policy.papers import PAPERS

PDF = "application/pdf"
ACT: Schema = {"type": "string", "enum": list(get_args(CardAct))}

_PAPER: Schema = {"type": "string", "enum": list(PAPERS)}
_SUMMARIES: dict[CardAct, str] = {
    "confirm": "Confirm a proposed card, or that an unanswered card climbs; what rests on no law "
    "needs a reason, and goes out without number and 依据",
    "dismiss": "Dismiss a proposal 不予确认: of a card, or that one climbs; needs a reason",
    "acknowledge": "Acknowledge a card (签收)",
    "respond": "Respond to a card (答复) in words; a card with a response in time is not escalated",
    "send_back": "Send a response back (打回) with a reason: the card waits anew from then",
    "appeal": "Appeal against a card (申诉) within the window; needs a reason",
    "decide": "Decide on an appeal: upheld 维持, sent back 打回, or the card is revoked 撤销",
    "revoke": "Revoke a card for good, or dismiss the proposal of one; needs a reason",
}
_FIELD_SCHEMAS: dict[str, Schema] = {
    "text": {
        "type": "string",
        "maxLength": MAX_TEXT,
        "pattern": r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
        "description": "What is needed has words: a letter or a digit, not only blanks or signs",
    },
    "outcome": {"type": "string", "enum": list(OUTCOMES)},
}


_ABOUT: dict[str, Schema] = {
    "case": {**nullable(TEXT), "description": "The case that it was found in: `source:subject`"},
    "rule": nullable(TEXT),
    "rule_title": {**nullable(TEXT), "description": "What the rule is called, in Chinese"},
    "basis_kind": {
        **nullable({"type": "string", "enum": ["model", "proposed"]}),
        "description": "Where it rests on no law: what is confirmed then needs a reason",
    },
    "ground": nullable(TEXT),
    "ground_text": {**nullable(TEXT), "description": "The ground (情形) in words, in Chinese"},
    "item_name": nullable(TEXT),
    "stage": nullable(TEXT),
    "at": {**nullable(INSTANT), "description": "The legal instant"},
    "due_at": nullable(INSTANT),
    "noticed": {**nullable(TEXT), "description": "Why it was noticed when it was"},
    "noticed_at": nullable(INSTANT),
    "links": {
        **object_of(case=nullable(TEXT), explanation=nullable(TEXT)),
        "description": "Relative to the address of this document",
    },
}


def _line(optional: str = "", **more: Schema) -> Schema:
    return object_of(
        optional,
        id={**TEXT, "description": "The card's id; its own case is `duban:card/<id>`"},
        level=LEVEL,
        state=STATE,
        department=TEXT,
        region=TEXT,
        item=TEXT,
        **_ABOUT,
        deadlines=list_of(ref("Deadline")),
        **more,
    )


CARD_ANSWERS: dict[str, Schema] = {
    "Misfit": {
        **object_of(
            "field state possible first_at",
            type=TEXT,
            title=TEXT,
            status=WHOLE,
            detail=TEXT,
            field={"type": "string", "enum": [HEADER]},
            state=STATE,
            possible=list_of(ACT),
            first_at=INSTANT,
        ),
        "description": "`state` of the card, and the acts `possible` for the caller; or `field`. "
        "`first_at` where the act was taken before, and that counts",
    },
    "Deadline": object_of(
        clock={"type": "string", "enum": ["response", "appeal_window", "appeal_decision"]},
        due_at=INSTANT,
        provisional=FLAG,
        missing=nullable(TEXT),
    ),
    "Step": {
        **object_of(
            level=LEVEL,
            at=INSTANT,
            due_at=INSTANT,
            basis_kind=BASIS_KIND,
            breaks=TEXT,
        ),
        "description": "The step up that silence led to, while it waits for a person (V-51)",
    },
    "CardLine": _line(),
    "CardLines": object_of(cards=list_of(ref("CardLine")), is_complete=FLAG),
    "CardLife": _line(
        "instrument",
        basis=TEXT,
        breaks={**TEXT, "description": "The law that is broken where there is no `basis`"},
        form=nullable(FORM),
        instrument=INSTRUMENT,
        times_answered=WHOLE,
        times_sent_back=WHOLE,
        issued_at=nullable(INSTANT),
        step=nullable(ref("Step")),
        numbers=list_of(object_of(level=LEVEL, year=WHOLE, number=WHOLE, text=TEXT)),
        recipients=list_of({"type": "string", "enum": list(ADDRESSEES)}),
        possible=list_of(ACT),
        documents=list_of(object_of(name=_PAPER, title=TEXT, html=TEXT, pdf=TEXT)),
        history=list_of({"type": "object"}),
    ),
    "Finding": {
        **object_of(
            "found_by",
            rule={**TEXT, "description": "One of the rules that a person may find broken"},
            text=_FIELD_SCHEMAS["text"],
            found_by={**TEXT, "maxLength": 200, "description": "The role of the finder"},
        ),
        "additionalProperties": False,
    },
    "FindingTaken": act_recorded(
        case=TEXT, status={"type": "string", "enum": ["recorded", "duplicate"]}
    ),
    **{
        f"card.{act}": {
            **object_of(
                "" if act in NEEDS_WORDS else "text",
                **{name: _FIELD_SCHEMAS[name] for name in fields},
            ),
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
        needs_body=act in NEEDS_WORDS or act == "decide",
        headers=KEY_HEADER,
        key=ROLES[act][0],
        refuses=(400, 401, 403, 404, 409, 413, 415, 422),
        problems={409: "Misfit"},
    )


CARD_OPERATIONS = (
    Operation(
        "/v1/cases/{case_id}/findings",
        "post",
        "Enter a finding (人工发现) in one's own name; it is proposed, and a person confirms it",
        {JSON: ref("FindingTaken")},
        status=202,
        takes={JSON: ref("Finding")},
        headers=KEY_HEADER,
        key="inspector",
        refuses=(400, 401, 403, 404, 409, 413, 415, 422),
    ),
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
