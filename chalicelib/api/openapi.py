"""The OpenAPI 3.1 document of this API, put together from the code that does the checking.

Pure. The schemas of request bodies are those of the models that validate them (intake/payload), so
the document and the routes agree. Pydantic is imported with the first call only.
"""

from functools import cache
from typing import Any

from chalicelib.api.card_operations import CARD_ANSWERS, CARD_OPERATIONS
from chalicelib.api.case_schemas import CASE_ANSWERS
from chalicelib.api.claim_operations import CLAIM_ANSWERS, CLAIM_OPERATIONS
from chalicelib.api.clock_schema import CLOCK
from chalicelib.api.lead_operations import LEAD_ANSWERS, LEAD_OPERATIONS
from chalicelib.api.log_operations import LOG_ANSWERS, LOG_OPERATIONS
from chalicelib.api.operations import EVENT_ATTRIBUTES, OPERATIONS
from chalicelib.api.ownership_operations import OWNERSHIP_ANSWERS, OWNERSHIP_OPERATIONS
from chalicelib.api.schemas import ANSWERS, Schema, ref
from chalicelib.api.score_operations import SCORE_ANSWERS, SCORE_OPERATIONS

VERSION = "0.1.0"
_KEYS = {
    "inspector": "Key of an inspector; a department's own where the answer is about its own cases",
    "department": "Key of the department that the card was issued to, or that a transfer names; "
    "of an inspector too, save where an appeal is made",
    "operator": "Key of the operator",
}


@cache
def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    of_cases = (*CLAIM_OPERATIONS, *OWNERSHIP_OPERATIONS)
    operations = (*OPERATIONS, *CARD_OPERATIONS, *of_cases, *LEAD_OPERATIONS, *SCORE_OPERATIONS)
    for operation in (*operations, *LOG_OPERATIONS):
        paths.setdefault(operation.path, {})[operation.method] = operation.document()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Duban",
            "version": VERSION,
            "summary": "E-supervision and timing for government service centres",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "."}],
        "paths": paths,
        "components": {
            "schemas": {
                **ANSWERS,
                **CASE_ANSWERS,
                "Clock": CLOCK,
                **CARD_ANSWERS,
                **CLAIM_ANSWERS,
                **OWNERSHIP_ANSWERS,
                **LEAD_ANSWERS,
                **SCORE_ANSWERS,
                **LOG_ANSWERS,
                **_events(),
            },
            "securitySchemes": _security(),
        },
    }


def _events() -> dict[str, Schema]:
    """Describe each event type by the model that reads its data."""
    from pydantic.json_schema import models_json_schema

    from chalicelib.intake.payload import MODELS

    models = {model.__name__: model for model in MODELS.values()}
    _, definitions = models_json_schema(
        [(model, "validation") for model in models.values()],
        ref_template="#/components/schemas/{model}",
    )
    schemas: dict[str, Schema] = dict(definitions["$defs"])
    one_of = []
    for kind, model in MODELS.items():
        name = f"event.{kind.value}"
        schemas[name] = _event(kind.value, model.__name__)
        one_of.append(ref(name))
    schemas["Event"] = {"oneOf": one_of}
    return schemas


def _event(kind: str, model: str) -> Schema:
    return {
        "type": "object",
        "properties": {**EVENT_ATTRIBUTES, "type": {"const": kind}, "data": ref(model)},
        "required": ["specversion", "id", "source", "subject", "type", "time"],
    }


def _security() -> dict[str, Any]:
    signature = {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks, v1 (by the source's secret) or v1a (by its own key, of "
        "one case); with the headers webhook-id and webhook-timestamp",
    }
    keys = {
        name: {"type": "http", "scheme": "bearer", "description": text}
        for name, text in _KEYS.items()
    }
    return {"signature": signature, **keys}
