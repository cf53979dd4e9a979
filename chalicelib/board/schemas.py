"""The JSON Schemas of what this API answers, for its OpenAPI document. What it takes is in intake.

Pure data. What an object always has is required; `optional` names what may be absent.
"""

from typing import Any, get_args

from chalicelib.board.projection import COUNTS
from chalicelib.cards.life import CardStage
from chalicelib.cases.kind import KINDS
from chalicelib.feed.alerts import TYPES
from chalicelib.feed.entry import LAMPS
from chalicelib.policy.data_quality import SIGNS
from chalicelib.policy.ladder import LEVELS
from chalicelib.policy.office import CONVENTIONS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
LENGTH: Schema = {"type": "string", "format": "duration"}
LAMP: Schema = {"type": "string", "enum": list(LAMPS)}
LEVEL: Schema = {"type": "string", "enum": list(LEVELS)}
STATE: Schema = {"type": "string", "enum": list(get_args(CardStage))}


def ref(name: str) -> Schema:
    """Point to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(items: Schema) -> Schema:
    """Describe a list of *items*."""
    return {"type": "array", "items": items}


def maybe(schema: Schema) -> Schema:
    """Describe a value that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def record(optional: str = "", /, **fields: Schema) -> Schema:
    """Describe an object with *fields*, all required but those named in *optional*."""
    required = [name for name in fields if name not in optional.split()]
    return {"type": "object", "properties": fields, "required": required}


_LAMPS_AND_CARDS = {
    "lamps": record(**dict.fromkeys(LAMPS, WHOLE)),
    # cards were ever issued; some of them are revoked, some lost their ground, the others in force
    **{name: record(**dict.fromkeys(LEVELS, WHOLE)) for name in COUNTS},
}
_SIGNS = record(" ".join(SIGNS), **dict.fromkeys(SIGNS, record(cases=WHOLE, permille=WHOLE)))
_QUALITY = record(cases=WHOLE, signs=_SIGNS)  # permille: rounded thousandths of its cases
_AS_OF = {"region": TEXT, "through": WHOLE, "data_at": TEXT, "now_at": INSTANT}
_CASE = {
    "id": TEXT,
    "kind": {"type": "string", "enum": list(KINDS)},
    "public_id": TEXT,
    "department": TEXT,
    "region": TEXT,
    "item": TEXT,
    "state": {**TEXT, "description": "pending, open, paused, closed; of a card, its own state"},
    "lamp": maybe(LAMP),
    "due_at": maybe(INSTANT),
    "provisional": FLAG,
    "missing": maybe(TEXT),
}

PROMISE: dict[str, Schema] = {
    "receipt": {**TEXT, "description": "A signed note: what will be in the public log, by when"},
    "disclosure": {**TEXT, "description": "What the receipt's digest commits to (SD-JWT)"},
}

ANSWERS: dict[str, Schema] = {
    "Problem": record("field", type=TEXT, title=TEXT, status=WHOLE, detail=TEXT, field=TEXT),
    "Recorded": record(
        "receipt disclosure",
        id=TEXT,
        status={"type": "string", "enum": ["recorded", "duplicate"]},
        **PROMISE,
    ),
    "Results": record(
        results=listed(
            record(
                "problem receipt disclosure",
                id=maybe(TEXT),
                status={"type": "string", "enum": ["recorded", "duplicate", "refused"]},
                problem=ref("Problem"),
                **PROMISE,
            )
        )
    ),
    "Alert": record(
        specversion={"const": "1.0"},
        id={"type": "string", "pattern": "^[0-9]{16}$"},
        source=TEXT,
        type={"type": "string", "enum": list(TYPES)},
        subject=TEXT,
        time=INSTANT,
        recordedtime=INSTANT,
        datacontenttype={"const": "application/json"},
        data=record(
            "region item level rule basis due_at noticed_at card verdict missing reason cause "
            "told type time withdrawn sign ground clock stage was provisional "
            "policy calendar noticed rests_on number year to",
            case=TEXT,
            department=TEXT,
            index=WHOLE,
            region=TEXT,
            item=TEXT,
            level=LEVEL,
            rule=TEXT,
            ground=TEXT,
            clock=TEXT,
            stage=TEXT,
            basis=TEXT,
            due_at=INSTANT,
            was=INSTANT,
            provisional=FLAG,
            noticed_at=INSTANT,
            card=TEXT,
            number=WHOLE,
            year=WHOLE,
            to=listed(TEXT),
            verdict={"type": "string", "enum": ["stands", "lost"]},
            missing=TEXT,
            reason=TEXT,
            cause={"anyOf": [WHOLE, TEXT]},
            told=WHOLE,
            type=TEXT,
            time=INSTANT,
            withdrawn={"const": True},
            sign={"type": "string", "enum": list(SIGNS)},
            policy=TEXT,
            calendar=TEXT,
            noticed={
                "type": "string",
                "enum": ["on_time", "late_news", "revised", "held", "outage"],
            },
            rests_on=listed(WHOLE),
        ),
    ),
    "CaseSummary": record(**_CASE),
    "Cases": record(cases=listed(ref("CaseSummary")), is_complete=FLAG),
    "Case": record(
        **_CASE,
        clocks=listed(
            record(
                clock=TEXT,
                about=maybe(TEXT),
                due_at=INSTANT,
                provisional=FLAG,
                missing=maybe(TEXT),
            )
        ),
        held_for=maybe(TEXT),
        wake_at=maybe(INSTANT),
        judged_at=INSTANT,
        facts=listed(
            record(
                "correction corrects",
                n=WHOLE,
                kind=TEXT,
                at=INSTANT,
                written_at=maybe(INSTANT),
                recorded_at=INSTANT,
                told=FLAG,
                key=TEXT,
                lamp=TEXT,
                data={"type": "object"},
                correction=record(
                    "time withdrawn", by=WHOLE, time=INSTANT, withdrawn={"const": True}
                ),
                corrects=WHOLE,
            )
        ),
    ),
    "Explanation": record(
        id=TEXT,
        public_id=TEXT,
        as_of=INSTANT,
        policy=TEXT,
        calendar=TEXT,
        held_for=maybe(TEXT),
        clocks=listed(ref("ExplainedClock")),
        explanation=TEXT,
    ),
    "ExplainedClock": record(
        clock=TEXT,
        label=TEXT,
        department=TEXT,
        limit=maybe(TEXT),
        basis=TEXT,
        convention={"type": "string", "enum": list(CONVENTIONS)},
        due_at=maybe(INSTANT),
        provisional=FLAG,
        missing=maybe(TEXT),
        stopped_at=maybe(INSTANT),
        countdown=maybe(ref("Countdown")),
        steps=listed(
            record(
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
    "Countdown": record(
        "used left over",
        convention={"type": "string", "enum": list(CONVENTIONS)},
        used_days=WHOLE,
        left_days=WHOLE,
        used=LENGTH,
        left=LENGTH,
        over=LENGTH,
    ),
    "Responded": record(card=TEXT, status={"type": "string", "enum": ["recorded", "duplicate"]}),
    "Card": record(
        "status_at status_index status_reason",
        index=WHOLE,
        card=TEXT,
        number=maybe(TEXT),
        case=TEXT,
        level=LEVEL,
        state=STATE,
        status={"type": "string", "enum": ["issued", "rechecked", "annulled"]},
        stands=FLAG,
        confirmed=FLAG,
        rule=TEXT,
        ground=TEXT,
        basis=TEXT,
        department=TEXT,
        region=TEXT,
        item=TEXT,
        item_name=TEXT,
        at=INSTANT,
        due_at=maybe(INSTANT),
        noticed_at=INSTANT,
        outage=FLAG,
        provisional=FLAG,
        missing=maybe(TEXT),
        escalations=listed(record(level=LEVEL, at=INSTANT, number=maybe(TEXT))),
        status_at=INSTANT,
        status_index=WHOLE,
        status_reason=maybe(TEXT),
    ),
    "Cards": record(**_AS_OF, cards=listed(ref("Card")), next=maybe(TEXT)),
    "Departments": record(
        **_AS_OF,
        totals=record(**_LAMPS_AND_CARDS, data_quality=_QUALITY),
        departments=listed(
            record(department=TEXT, **_LAMPS_AND_CARDS, data_quality=maybe(_QUALITY))
        ),
    ),
    "Clock": record(
        "now speed counting",
        now=INSTANT,
        speed={"type": "integer", "minimum": 0},
        counting=record("zone cutoff rest_day", region=TEXT, zone=TEXT, cutoff=TEXT, rest_day=TEXT),
    ),
    "Idle": record(now=INSTANT, idle=FLAG),
    "Health": {"type": "object"},
}
