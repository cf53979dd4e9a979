"""The JSON Schemas of the answers about cases: their list, one of them, and its explanation.

Pure data. A field is required unless `optional` names it.
"""

from chalicelib.api.schemas import (
    FLAG,
    INSTANT,
    LAMP,
    TEXT,
    WHOLE,
    Schema,
    list_of,
    nullable,
    object_of,
    ref,
)
from chalicelib.cases.case_id import KINDS
from chalicelib.policy.office import CONVENTIONS

LENGTH: Schema = {"type": "string", "format": "duration"}

CASE_LINE = {
    "id": TEXT,
    "kind": {"type": "string", "enum": list(KINDS)},
    "public_id": TEXT,
    "department": TEXT,
    "region": TEXT,
    "item": TEXT,
    "state": {**TEXT, "description": "pending, open, paused, closed; of a card, its own state"},
    "lamp": nullable(LAMP),
    "due_at": nullable(INSTANT),
    "provisional": FLAG,
    "missing": nullable(TEXT),
    "in_doubt": {**FLAG, "description": "Lawful readings differ on it; the later one is shown"},
    "unjudged": {**FLAG, "description": "A limit has passed and is not judged yet (待核)"},
}
CLOCKS = list_of(
    object_of(
        clock=TEXT,
        about=nullable(TEXT),
        due_at=INSTANT,
        provisional=FLAG,
        missing=nullable(TEXT),
        in_doubt=FLAG,
    )
)
_CLAIMS: dict[str, Schema] = {
    "claims": list_of(ref("Claim")),
    "as_claimed": {
        **nullable(object_of(clocks=CLOCKS)),
        "description": "The clocks if every undecided claim is accepted; null where none is",
    },
}

CASE_ANSWERS: dict[str, Schema] = {
    "CaseSummary": object_of(**CASE_LINE),
    "Cases": object_of(
        cases=list_of(ref("CaseSummary")),
        is_complete=FLAG,
        transfers={
            **list_of(ref("WaitingTransfer")),
            "description": "What the department is asked to take over; [] where none is named",
        },
    ),
    "WaitingTransfer": object_of(
        case=TEXT,
        public_id=TEXT,
        n={**WHOLE, "description": "The number of the transfer in its case"},
        to=TEXT,
        region=TEXT,
        item=TEXT,
        since=INSTANT,
        links=object_of(case=TEXT, agree=TEXT, decline=TEXT),
        **{"from": TEXT},
    ),
    "Case": object_of(
        **CASE_LINE,
        **_CLAIMS,
        clocks=CLOCKS,
        held_for=nullable(TEXT),
        wake_at=nullable(INSTANT),
        judged_at=INSTANT,
        facts=list_of(
            object_of(
                "correction corrects source signed acts_at text",
                n=WHOLE,
                kind=TEXT,
                at=INSTANT,
                written_at=nullable(INSTANT),
                recorded_at=INSTANT,
                told=FLAG,
                key=TEXT,
                lamp=TEXT,
                data={"type": "object"},
                correction=object_of(
                    "time withdrawn", by=WHOLE, time=INSTANT, withdrawn={"const": True}
                ),
                corrects=WHOLE,
                source=nullable(TEXT),
                signed={
                    **TEXT,
                    "description": "The fingerprint of the key that the source signed this with",
                },
                acts_at={**INSTANT, "description": "Where it acts at another time than its own"},
                text={
                    **TEXT,
                    "description": "What was written with it at our doors; to inspectors",
                },
            )
        ),
    ),
    "Explanation": object_of(
        **_CLAIMS,
        unjudged=FLAG,
        id=TEXT,
        public_id=TEXT,
        as_of=INSTANT,
        policy=TEXT,
        calendar=TEXT,
        held_for=nullable(TEXT),
        clocks=list_of(ref("ExplainedClock")),
        explanation=TEXT,
    ),
    "ExplainedClock": object_of(
        clock=TEXT,
        label=TEXT,
        department=TEXT,
        limit=nullable(TEXT),
        basis=TEXT,
        convention={"type": "string", "enum": list(CONVENTIONS)},
        due_at=nullable(INSTANT),
        provisional=FLAG,
        missing=nullable(TEXT),
        in_doubt=FLAG,
        stopped_at=nullable(INSTANT),
        countdown=nullable(ref("Countdown")),
        steps=list_of(
            object_of(
                "used",
                date={"type": "string", "format": "date"},
                counts=FLAG,
                why=TEXT,
                basis=TEXT,
                used=LENGTH,
            )
        ),
        explanation=TEXT,
        **{"from": INSTANT},
    ),
    "Countdown": object_of(
        "used left over",
        convention={"type": "string", "enum": list(CONVENTIONS)},
        used_days=WHOLE,
        left_days=WHOLE,
        used=LENGTH,
        left=LENGTH,
        over=LENGTH,
    ),
}
