"""The operations on leads for discipline inspection, with their schemas. Pure data."""

from typing import get_args

from chalicelib.api.claim_operations import REASON
from chalicelib.api.operations import JSON, KEY_HEADER, Operation
from chalicelib.api.schemas import (
    INSTANT,
    TEXT,
    Schema,
    act_recorded,
    list_of,
    nullable,
    object_of,
    ref,
)
from chalicelib.lead.state import ACTS, LeadState

_REFUSES = (400, 401, 403, 404, 409, 413, 415, 422)

LEAD_ANSWERS: dict[str, Schema] = {
    "Lead": object_of(
        id=TEXT,
        state={"type": "string", "enum": list(get_args(LeadState))},
        card=nullable(TEXT),
        package=nullable(object_of(card=TEXT, entry=TEXT)),
        records=list_of(
            object_of(
                act={"type": "string", "enum": list(ACTS)}, at=INSTANT, reason=TEXT, actor=TEXT
            )
        ),
    ),
    "Leads": object_of(leads=list_of(ref("Lead")), proposed=list_of(TEXT)),
    "LeadOpening": {
        **object_of("card", card=TEXT, reason=REASON),
        "additionalProperties": False,
    },
    "LeadReason": {**object_of(reason=REASON), "additionalProperties": False},
    "LeadRecorded": act_recorded(id=TEXT, status={"const": "recorded"}),
}


def _act(path: str, summary: str, takes: str = "LeadReason") -> Operation:
    return Operation(
        f"/v1/leads{path}",
        "post",
        summary,
        {JSON: ref("LeadRecorded")},
        status=202,
        takes={JSON: ref(takes)},
        headers=KEY_HEADER if path else (),
        key="inspector",
        refuses=_REFUSES,
    )


LEAD_OPERATIONS = (
    Operation(
        "/v1/leads",
        "get",
        "Leads for discipline inspection (问题线索), and the cards that may be some",
        {JSON: ref("Leads")},
        key="inspector",
        refuses=(401, 403),
    ),
    _act("", "Confirm a proposal as a lead, or enter one", "LeadOpening"),
    Operation(
        "/v1/leads/{lead_id}",
        "get",
        "A lead: its records, and where the package to be handed over is",
        {JSON: ref("Lead")},
        key="inspector",
        refuses=(401, 403, 404),
    ),
    _act("/{lead_id}/hand-over", "Hand a lead over (移送)"),
    _act("/{lead_id}/receipt", "Note the receipt (回执)"),
    _act("/{lead_id}/close", "Close a lead that comes to nothing"),
)
