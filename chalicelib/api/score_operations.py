"""The operation that gives a score, with the schema of its answer. Pure data."""

from typing import get_args

from chalicelib.api.operations import JSON, Operation
from chalicelib.api.schemas import INSTANT, LINE, TEXT, WHOLE, Schema, list_of, object_of, ref
from chalicelib.department.ledger import CountState
from chalicelib.policy.ladder import PUBLIC_LEVELS

_MONTH: Schema = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}
_PART = {"points": WHOLE, "of": WHOLE, "taken": WHOLE}

SCORE_ANSWERS: dict[str, Schema] = {
    "ScoredCard": object_of(
        card=TEXT,
        level={"type": "string", "enum": list(PUBLIC_LEVELS)},
        rule=TEXT,
        item=TEXT,
        post={**TEXT, "description": "The stage (环节) that the card is about"},
        at=INSTANT,
        state={"type": "string", "enum": list(get_args(CountState))},
        fact=object_of(case=TEXT, n=WHOLE),
    ),
    "Deduction": object_of(
        section=TEXT,
        points=WHOLE,
        worth={**WHOLE, "description": "The points it takes where the section has enough left"},
        basis=TEXT,
        cards=list_of(ref("ScoredCard")),
    ),
    "ScoredSection": object_of(
        id=TEXT,
        title=TEXT,
        english=TEXT,
        points=WHOLE,
        measured={
            "type": "boolean",
            "description": "Whether one of its rules can be found broken here, by law",
        },
        left={"type": ["integer", "null"], "minimum": 0, "description": "null: not measured"},
        note={**TEXT, "description": "未测评 where it is not measured; else empty"},
    ),
    "Score": object_of(
        department=TEXT,
        region=TEXT,
        month=_MONTH,
        policy=TEXT,
        basis=TEXT,
        points={**WHOLE, "description": "The points left of what is measured, and the bonuses"},
        of={**WHOLE, "description": "The points of the sections that are measured"},
        sections=list_of(ref("ScoredSection")),
        deductions=list_of(ref("Deduction")),
        bonuses=list_of(object_of(points=WHOLE, basis=TEXT, catalogue=TEXT, item=TEXT, cut=WHOLE)),
        items=list_of(object_of(item=TEXT, **_PART)),
        posts=list_of(object_of(post=TEXT, **_PART)),
        not_counted={
            **list_of(ref("ScoredCard")),
            "description": "Revoked, without a ground, or by a row that rests on no law",
        },
    ),
}

SCORE_OPERATIONS = (
    Operation(
        "/v1/scores",
        "get",
        "Score a department's month (绩效计分): each point with the card and the fact that took it",
        {JSON: ref("Score")},
        query=(
            ("department", LINE, "The department; not needed with a department's own key"),
            ("month", _MONTH, "The calendar month in which cards fell due"),
            ("region", LINE, "Only what happened there"),
            (
                "catalogue",
                {**TEXT, "pattern": "^([0-9a-f]{16})?$"},
                "The version that a bonus rests on, if not the one in force",
            ),
        ),
        needs=("month",),
        key="inspector",
        refuses=(401, 403, 404, 422),
    ),
)
