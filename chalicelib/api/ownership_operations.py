"""The operations on whose a case is, with the schemas of their requests and answers. Pure data.

Made from the tables that the routes check by (`permit/ownership/`).
"""

from typing import get_args

from chalicelib.api.claim_operations import REASON
from chalicelib.api.operations import JSON, KEY_HEADER, Operation
from chalicelib.api.schemas import TEXT, WHOLE, Schema, act_recorded, object_of, ref
from chalicelib.intake.name_text import MAX_NAME
from chalicelib.permit.ownership.answer import (
    RESPONDENTS,
    TYPE_OF_ANSWER,
    TransferAct,
    TransferState,
)
from chalicelib.permit.ownership.reassignment import ROLE

_REFUSES = (400, 401, 403, 404, 409, 413, 415, 422)
_STATES = list(get_args(TransferState))
_DEPARTMENT: Schema = {
    **TEXT,
    "minLength": 1,
    "maxLength": MAX_NAME,
    "description": "One that the catalogue in force or a registered source names",
}

OWNERSHIP_ANSWERS: dict[str, Schema] = {
    "TransferConsent": {**object_of("reason", reason=REASON), "additionalProperties": False},
    "TransferRefusal": {**object_of(reason=REASON), "additionalProperties": False},
    "TransferAnswered": act_recorded(
        case=TEXT,
        n=WHOLE,
        answer={"type": "string", "enum": [kind.value for kind in TYPE_OF_ANSWER.values()]},
        status={"const": "recorded"},
    ),
    "TransferMisfit": {
        **object_of(
            "field state",
            type=TEXT,
            title=TEXT,
            status=WHOLE,
            detail=TEXT,
            field=TEXT,
            state={"type": "string", "enum": _STATES},
        ),
        "description": "`state` of the transfer that waits for no answer any more; or `field`",
    },
    "Reassignment": {
        **object_of(department=_DEPARTMENT, reason=REASON),
        "additionalProperties": False,
    },
    "Reassigned": act_recorded(case=TEXT, department=TEXT, status={"const": "recorded"}),
}


def _answer(act: TransferAct, summary: str, takes: str) -> Operation:
    return Operation(
        f"/v1/cases/{{case_id}}/transfers/{{number}}/{act}",
        "post",
        summary,
        {JSON: ref("TransferAnswered")},
        status=202,
        takes={JSON: ref(takes)},
        needs_body=act == "decline",
        headers=KEY_HEADER,
        key=RESPONDENTS[-1],
        refuses=_REFUSES,
        problems={409: "TransferMisfit"},
    )


OWNERSHIP_OPERATIONS = (
    _answer(
        "agree",
        "Agree to a transfer (移送): clocks that start later are the receiver's",
        "TransferConsent",
    ),
    _answer("decline", "Decline a transfer; needs a reason. It is set aside", "TransferRefusal"),
    Operation(
        "/v1/cases/{case_id}/reassign",
        "post",
        "Mend whose a case is (改派); needs a reason. Cards on record stay where they are",
        {JSON: ref("Reassigned")},
        status=202,
        takes={JSON: ref("Reassignment")},
        headers=KEY_HEADER,
        key=ROLE,
        refuses=_REFUSES,
    ),
)
