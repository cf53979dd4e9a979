"""The operations on late claims, with the schemas of their requests and answers. Pure data.

Made from the tables that the routes check by (`permit/claims/`).
"""

from typing import get_args

from chalicelib.api.case_schemas import CASE_LINE, CLOCKS
from chalicelib.api.operations import JSON, Operation
from chalicelib.api.schemas import (
    FLAG,
    INSTANT,
    LAMP,
    LEVEL,
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
from chalicelib.intake.event_types import SOURCE_TYPES
from chalicelib.intake.idempotency import HEADER, MAX_KEY
from chalicelib.intake.prose import MAX_TEXT
from chalicelib.permit.claims.claim import LISTED, ClaimAct, ClaimState
from chalicelib.permit.claims.decision import MAX_ID, MOST, TYPE_OF_DECISION
from chalicelib.permit.claims.view import PLACE

_ACT: Schema = {"type": "string", "enum": list(get_args(ClaimAct))}
_STATE: Schema = {"type": "string", "enum": list(get_args(ClaimState))}
_KEY: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_KEY}
_KEY_HEADER = ((HEADER, _KEY, "The same again under the same key is done once"),)
REASON: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_TEXT,
    "description": "It has words: a letter or a digit, not only blanks or signs",
}
_VERDICT: Schema = {"type": "string", "enum": ["stands", "lost"]}
_MISFIT_STATES = [*get_args(ClaimState), "in_time", "derived", "ours"]
_REFUSES = (400, 401, 403, 404, 409, 413, 415, 422)

_DIFFERENCE: Schema = object_of(
    rule=TEXT,
    ground=TEXT,
    level=nullable(LEVEL),
    kind=TEXT,
    at=INSTANT,
    due_at=INSTANT,
    if_accepted={"type": "string", "enum": ["lost", "found"]},
    judged={**FLAG, "description": "Judged by now in its reading; else still to come"},
)
_CLAIM: dict[str, Schema] = {
    "n": WHOLE,
    "type": {"type": "string", "enum": list(SOURCE_TYPES)},
    "source": TEXT,
    "occurred": {**INSTANT, "description": "Its own time, as the source has it"},
    "written_at": nullable(INSTANT),
    "received": INSTANT,
    "state": _STATE,
    "possible": list_of(_ACT),
    "due_at": {**nullable(INSTANT), "description": "By when an inspector is to decide"},
    "overdue": FLAG,
    "differences": list_of(_DIFFERENCE),
    "cards": list_of(object_of(id=TEXT, level=LEVEL, if_accepted=_VERDICT)),
    "decision": nullable(
        object_of(by=WHOLE, role=TEXT, at=INSTANT, seen={**WHOLE, "description": "Facts seen"})
    ),
}

CLAIM_ANSWERS: dict[str, Schema] = {
    "Claim": object_of(**_CLAIM),
    "ContestedClaims": object_of(
        cases=list_of(
            object_of(
                **CASE_LINE,
                item_name=nullable(TEXT),
                since=INSTANT,
                lost_cards={**FLAG, "description": "Accepting takes a card or proposal away"},
                claims=list_of(
                    object_of(**_CLAIM, links=object_of("accept refuse", accept=TEXT, refuse=TEXT))
                ),
                links={
                    **object_of(case=TEXT, explanation=TEXT),
                    "description": "Relative to the address of this document",
                },
            )
        ),
        is_complete=FLAG,
        next=nullable(TEXT),
    ),
    "ClaimReason": {**object_of(reason=REASON), "additionalProperties": False},
    "ClaimsToRefuse": {
        **object_of(
            claims={
                **list_of(
                    {
                        **object_of(
                            case={**TEXT, "minLength": 1, "maxLength": MAX_ID},
                            n={**WHOLE, "minimum": 0},
                        ),
                        "additionalProperties": False,
                    }
                ),
                "minItems": 1,
                "maxItems": MOST,
                "uniqueItems": True,
            },
            reason=REASON,
        ),
        "additionalProperties": False,
    },
    "ClaimDecided": act_recorded(
        case=TEXT,
        n=WHOLE,
        decision={"type": "string", "enum": [kind.value for kind in TYPE_OF_DECISION.values()]},
        status={"const": "recorded"},
        then={
            **object_of(
                lamp=LAMP,
                clocks=CLOCKS,
                cards=list_of(object_of(id=TEXT, level=TEXT, verdict=_VERDICT)),
                links=object_of(case=TEXT),
            ),
            "description": "How the case will stand once the decision is judged, a moment later",
        },
    ),
    "ClaimsRefused": object_of(
        results=list_of(
            act_recorded(
                "problem",
                case=TEXT,
                n=WHOLE,
                status={"type": "string", "enum": ["recorded", "failed"]},
                problem=ref("ClaimMisfit"),
            )
        )
    ),
    "ClaimMisfit": {
        **object_of(
            "field state possible",
            type=TEXT,
            title=TEXT,
            status=WHOLE,
            detail=TEXT,
            field=TEXT,
            state={"type": "string", "enum": _MISFIT_STATES},
            possible=list_of(_ACT),
        ),
        "description": "`state` of the fact, and what may be decided about it; or `field`",
    },
}


def _decision(act: ClaimAct, summary: str) -> Operation:
    return Operation(
        f"/v1/cases/{{case_id}}/claims/{{number}}/{act}",
        "post",
        summary,
        {JSON: ref("ClaimDecided")},
        status=202,
        takes={JSON: ref("ClaimReason")},
        needs_body=True,
        headers=_KEY_HEADER,
        key="inspector",
        refuses=_REFUSES,
        problems={409: "ClaimMisfit"},
    )


CLAIM_OPERATIONS = (
    Operation(
        "/v1/claims",
        "get",
        "List the cases with contested late news (待认定), those on which a card hangs first",
        {JSON: ref("ContestedClaims")},
        query=(
            ("state", {"type": "string", "enum": list(LISTED)}, "Only those in this state"),
            (
                "after",
                or_empty({**TEXT, "pattern": f"^{PLACE}$"}),
                "Where a page ended; see `next`",
            ),
        ),
        needs=("state",),
        key="inspector",
        refuses=(401, 403, 422),
    ),
    _decision("accept", "Accept late news (采信): it counts from its own time; needs a reason"),
    _decision("refuse", "Refuse late news (不采信): it counts from its receipt; needs a reason"),
    Operation(
        "/v1/claims/refuse",
        "post",
        f"Refuse up to {MOST} claims at once, with one reason; one that fails stops none",
        {JSON: ref("ClaimsRefused")},
        status=202,
        takes={JSON: ref("ClaimsToRefuse")},
        needs_body=True,
        headers=_KEY_HEADER,
        key="inspector",
        refuses=(400, 401, 403, 413, 415, 422),
    ),
)
