"""The JSON Schemas of this API's answers, for its OpenAPI document. For requests, see intake.

Pure data. A field is required unless `optional` names it.
"""

from typing import Any, get_args

from chalicelib.board.projection import COUNTS
from chalicelib.board.rates import RATES
from chalicelib.card.stages import CardStage
from chalicelib.cases.stored_fact import LEFT_OUT
from chalicelib.feed.alerts import TYPES
from chalicelib.feed.entry import LAMPS
from chalicelib.findings.instrument import Form
from chalicelib.policy.data_quality import CLAIM_SIGNS, SIGNS, TELLING_SIGNS
from chalicelib.policy.ladder import PUBLIC_LEVELS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
LAMP: Schema = {"type": "string", "enum": list(LAMPS)}
LEVEL: Schema = {"type": "string", "enum": list(PUBLIC_LEVELS)}
CARD_LEVEL: Schema = {"type": "string", "enum": list(PUBLIC_LEVELS[1:])}  # a warning is no card
LINE: Schema = {"type": "string", "maxLength": 200, "pattern": r"^[^\x00-\x1f\x7f]*$"}
PRINTABLE: Schema = {"type": "string", "minLength": 1, "pattern": "^[!-~]([ -~]*[!-~])?$"}
STATE: Schema = {"type": "string", "enum": list(get_args(CardStage))}


def ref(name: str) -> Schema:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(items: Schema) -> Schema:
    """Return the schema of a list of *items*."""
    return {"type": "array", "items": items}


def nullable(schema: Schema) -> Schema:
    """Return the schema of a value that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def or_empty(schema: Schema) -> Schema:
    """Return the schema of a parameter that is *schema*, or empty, which is as good as absent."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], ""]}
    return {"anyOf": [schema, {"const": ""}]}


def object_of(optional: str = "", /, **fields: Schema) -> Schema:
    """Return the schema of an object with *fields*, required unless named in *optional*."""
    required = [name for name in fields if name not in optional.split()]
    return {"type": "object", "properties": fields, "required": required}


_LAMPS_AND_CARDS = {
    "lamps": object_of(**dict.fromkeys(LAMPS, WHOLE)),
    # all cards that were ever issued; some are revoked, some lost their ground, the rest in force
    **{name: object_of(**dict.fromkeys(PUBLIC_LEVELS, WHOLE)) for name in COUNTS},
}
_PERMILLE: Schema = {
    **nullable(WHOLE),
    "description": "Rounded thousandths; null where there is nothing to be a share of",
}
_SIGNS = object_of(
    " ".join(SIGNS), **dict.fromkeys(SIGNS, object_of(cases=WHOLE, permille=_PERMILLE))
)
_QUALITY = object_of(cases=WHOLE, signs=_SIGNS)
_RATES = object_of(
    " ".join(TELLING_SIGNS),
    **dict.fromkeys(RATES, object_of(count=WHOLE, of=WHOLE, permille=_PERMILLE)),
)
_LEFT_OUT = {
    **object_of(**dict.fromkeys(LEFT_OUT, WHOLE)),
    "description": "The cases that enter neither these rates nor the data quality, by why",
}
_REFUSALS = object_of(  # of the last seven days, at the door
    **{"from": TEXT, "to": TEXT},
    sources=list_of(
        object_of(
            source=TEXT,
            events=WHOLE,
            reasons={"type": "object", "additionalProperties": WHOLE},
        )
    ),
)
NUMBER: Schema = {
    **nullable(TEXT),
    "description": "The formal number (文号), null until it is given; absent without `instrument`",
}
INSTRUMENT: Schema = {
    **TEXT,
    "description": "The document by which it goes out (发牌依据); absent where there is none",
}
FORM: Schema = {
    "type": "string",
    "enum": list(get_args(Form)),
    "description": "A card has its colour; a notice (提示) states the breach; advice (建议)"
    " rests on no law, and a person confirmed it",
}
BASIS_KIND: Schema = {
    "type": "string",
    "enum": ["model", "proposed"],
    "description": "What it rests on beside law, if that binds nobody",
}
_AS_OF = {"region": TEXT, "through": WHOLE, "data_at": TEXT, "now_at": INSTANT}
PROMISE: dict[str, Schema] = {
    "receipt": {
        **TEXT,
        "description": "A signed note: a hash that will be in the public log, and by when",
    },
    "disclosure": {
        **TEXT,
        "description": "The disclosure that the receipt's digest commits to (SD-JWT)",
    },
}
_EVENT: Schema = {
    "type": "object",
    "description": "The act as it was recorded: keep it beside its receipt",
}
_SIGNED: Schema = {
    **TEXT,
    "description": "The fingerprint of the key (v1a) whose signature is kept with the event",
}
_PUBLIC_ID: Schema = {**TEXT, "description": "Of an accepted case: its name in the public log"}


def act_recorded(optional: str = "", **properties: Schema) -> Schema:
    """Return the schema of what an act is answered with: *properties*, and its receipt."""
    names = f"{optional} receipt disclosure event"
    return object_of(names, **properties, **PROMISE, event=_EVENT)


ANSWERS: dict[str, Schema] = {
    "Problem": object_of("field", type=TEXT, title=TEXT, status=WHOLE, detail=TEXT, field=TEXT),
    "Recorded": object_of(
        "receipt disclosure public_id signed",
        id=TEXT,
        status={"type": "string", "enum": ["recorded", "duplicate"]},
        public_id=_PUBLIC_ID,
        signed=_SIGNED,
        **PROMISE,
    ),
    "Results": object_of(
        results=list_of(
            object_of(
                "problem receipt disclosure public_id signed",
                id=nullable(TEXT),
                status={"type": "string", "enum": ["recorded", "duplicate", "refused"]},
                problem=ref("Problem"),
                public_id=_PUBLIC_ID,
                signed=_SIGNED,
                **PROMISE,
            )
        )
    ),
    "Alert": object_of(
        specversion={"const": "1.0"},
        id={"type": "string", "pattern": "^[0-9]{16}$"},
        source=TEXT,
        type={"type": "string", "enum": list(TYPES)},
        subject=TEXT,
        time=INSTANT,
        recordedtime=INSTANT,
        datacontenttype={"const": "application/json"},
        data=object_of(
            "region item level rule basis basis_kind breaks instrument series due_at noticed_at "
            "card verdict missing reason cause told type time withdrawn sign explained ground "
            "clock stage was provisional in_doubt policy calendar noticed rests_on number year to "
            "claim differs seen role",
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
            instrument=INSTRUMENT,
            series={**TEXT, "description": "The authority's code (机关代字): it begins the number"},
            basis_kind=BASIS_KIND,
            breaks=TEXT,
            due_at=INSTANT,
            was=INSTANT,
            provisional=FLAG,
            in_doubt=FLAG,
            noticed_at=INSTANT,
            card=TEXT,
            number=WHOLE,
            written={**TEXT, "description": "The number as it is written (文号)"},
            year=WHOLE,
            to=list_of(TEXT),
            verdict={"type": "string", "enum": ["stands", "lost"]},
            missing=TEXT,
            reason=TEXT,
            cause={"anyOf": [WHOLE, TEXT]},
            told=WHOLE,
            type=TEXT,
            time=INSTANT,
            withdrawn={"const": True},
            sign={"type": "string", "enum": [*SIGNS, *CLAIM_SIGNS, *TELLING_SIGNS]},
            explained={"const": True},
            words={
                "type": "object",
                "additionalProperties": TEXT,
                "description": "What item, rule and ground are called when this is issued",
            },
            policy=TEXT,
            calendar=TEXT,
            noticed={
                "type": "string",
                "enum": ["on_time", "late_news", "revised", "held", "outage"],
            },
            rests_on=list_of(WHOLE),
            claim={**WHOLE, "description": "The number of the late news in its case"},
            differs=list_of(object_of(rule=TEXT, level=TEXT, at=INSTANT)),
            seen={**WHOLE, "description": "How many facts were on record when it was decided"},
            role=TEXT,
        ),
    ),
    "Responded": act_recorded(
        card=TEXT, status={"type": "string", "enum": ["recorded", "duplicate"]}
    ),
    "Card": object_of(
        "status_at status_index status_reason number instrument",
        index=WHOLE,
        card=TEXT,
        number=NUMBER,
        instrument=INSTRUMENT,
        form=FORM,
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
        due_at=nullable(INSTANT),
        noticed_at=INSTANT,
        outage=FLAG,
        provisional=FLAG,
        missing=nullable(TEXT),
        escalations=list_of(
            object_of(
                "number instrument", level=LEVEL, at=INSTANT, number=NUMBER, instrument=INSTRUMENT
            )
        ),
        status_at=INSTANT,
        status_index=WHOLE,
        status_reason=nullable(TEXT),
    ),
    "Cards": object_of(**_AS_OF, cards=list_of(ref("Card")), next=nullable(TEXT)),
    "Departments": object_of(
        **_AS_OF,
        totals=object_of(
            **_LAMPS_AND_CARDS,
            unjudged=WHOLE,
            data_quality=_QUALITY,
            rates=_RATES,
            left_out=_LEFT_OUT,
        ),
        departments=list_of(
            object_of(
                department=TEXT,
                **_LAMPS_AND_CARDS,
                unjudged=WHOLE,
                data_quality=nullable(_QUALITY),
                rates=nullable(_RATES),
                left_out=_LEFT_OUT,
            )
        ),
        refusals=_REFUSALS,
    ),
    "Idle": object_of(now=INSTANT, idle=FLAG),
    "Health": {"type": "object"},
}
