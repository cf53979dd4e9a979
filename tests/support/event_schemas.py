"""The JSON Schemas of the data of events, as the models themselves have them."""

from functools import partial
from json import dumps
from typing import Any

from msgspec.json import schema_components

from chalicelib.intake.fields import TEN_YEARS, Instant
from chalicelib.intake.payload import MODELS


def data_schemas() -> dict[str, Any]:
    """Return the schemas by the names of the models, in the form of openapi.json."""
    _, schemas = schema_components(
        MODELS.values(), schema_hook=_text_schema, ref_template="#/components/schemas/{name}"
    )
    for schema in schemas.values():
        for name, field in schema["properties"].items():
            if "array" in str(field) or "$ref" not in str(field):
                field["title"] = name.replace("_", " ").title()
    schemas["Amount"]["anyOf"] = [
        {"properties": {"unit": {"const": unit}, "amount": {"maximum": most}}}
        for unit, most in TEN_YEARS.items()
    ]
    return {name: normal_form(schema) for name, schema in schemas.items()}


def _text_schema(kind: Any) -> dict[str, Any]:
    shortest = {} if issubclass(kind, Instant) else {"minLength": 1}
    return {"type": "string", "maxLength": kind.MOST, **shortest}


def normal_form(schema: Any) -> Any:
    """Return *schema* with its lists sorted, for their order means nothing, and no empty one.

    Words are texts, and `^` and `$` are the ends of a text, as JSON Schema has them.
    """
    if isinstance(schema, list):
        return sorted(map(normal_form, schema), key=partial(dumps, sort_keys=True))
    if not isinstance(schema, dict):
        return schema
    normal = {name: normal_form(value) for name, value in schema.items() if value != []}
    if "enum" in schema:
        normal["type"] = "string"
    if "pattern" in schema:
        normal["pattern"] = schema["pattern"].replace(r"\A", "^").replace(r"\Z", "$")
    return normal
