"""The schema of the request that sets a local stage's clock. Pure data."""

from chalicelib.api.schemas import INSTANT, TEXT, Schema, object_of

_COUNTING: Schema = {
    **object_of(
        "zone cutoff rest_day",
        region={"type": "string", "pattern": "^([0-9]{6}|replay-[0-9a-f]{8})$"},
        zone=TEXT,
        cutoff=TEXT,
        rest_day=TEXT,
    ),
    "additionalProperties": False,
}

CLOCK: Schema = {
    **object_of(
        "now speed counting",
        now={**INSTANT, "description": "In the years 1990 to 2199"},
        speed={
            "type": "integer",
            "minimum": 0,
            "maximum": 1_000_000,
            "description": "0 only beside now: the clock stands still there",
        },
        counting=_COUNTING,
    ),
    "minProperties": 1,
    "anyOf": [{"required": ["now"]}, {"properties": {"speed": {"minimum": 1}}}],
    "additionalProperties": False,
}
