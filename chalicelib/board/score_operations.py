"""The operation that tells a score, with the schema of what it answers. Pure data."""

from typing import get_args

from chalicelib.board.operations import JSON, Operation
from chalicelib.board.schemas import INSTANT, TEXT, WHOLE, Schema, listed, record, ref
from chalicelib.cards.ledger import CountState
from chalicelib.policy.ladder import LEVELS

_MONTH: Schema = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}
_PART = {"points": WHOLE, "of": WHOLE, "taken": WHOLE}

SCORE_ANSWERS: dict[str, Schema] = {
    "ScoredCard": record(
        card=TEXT,
        level={"type": "string", "enum": list(LEVELS)},
        rule=TEXT,
        item=TEXT,
        post={**TEXT, "description": "The stage (环节) that the card is about"},
        at=INSTANT,
        state={"type": "string", "enum": list(get_args(CountState))},
        fact=record(case=TEXT, n=WHOLE),
    ),
    "Deduction": record(
        section=TEXT,
        points=WHOLE,
        worth={**WHOLE, "description": "What it takes where the section has enough left"},
        basis=TEXT,
        cards=listed(ref("ScoredCard")),
    ),
    "Score": record(
        department=TEXT,
        region=TEXT,
        month=_MONTH,
        policy=TEXT,
        basis=TEXT,
        points={**WHOLE, "description": "What is left of all sections, and the bonuses"},
        of=WHOLE,
        sections=listed(record(id=TEXT, title=TEXT, english=TEXT, points=WHOLE, left=WHOLE)),
        deductions=listed(ref("Deduction")),
        bonuses=listed(record(points=WHOLE, basis=TEXT, catalogue=TEXT, item=TEXT, cut=WHOLE)),
        items=listed(record(item=TEXT, **_PART)),
        posts=listed(record(post=TEXT, **_PART)),
        not_counted=listed(ref("ScoredCard")),
    ),
}

SCORE_OPERATIONS = (
    Operation(
        "/v1/scores",
        "get",
        "Score a department's month (绩效计分): each point with the card and the fact that took it",
        {JSON: ref("Score")},
        query=(
            ("department", TEXT, "Which department; a department's own key needs not say"),
            ("month", _MONTH, "The calendar month in which cards fell due"),
            ("region", TEXT, "Only what happened there"),
            ("catalogue", TEXT, "The version that a bonus rests on, if not the one in force"),
        ),
        key="inspector",
        refuses=(401, 403, 404, 422),
    ),
)
