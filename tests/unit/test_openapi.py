"""The OpenAPI document describes the routes that there are, and is itself well-formed."""

import json

import app
from chalicelib.api.openapi import openapi_document
from chalicelib.feed.alerts import TYPES
from chalicelib.intake.event_types import SOURCE_TYPES
from tests.unit.clocks.living import live
from tests.unit.told import accepted, decided, reported, suspended


def test_the_document_and_the_routes_agree():
    """Every route is described, and nothing that is not there."""
    routes = {
        (path, method.lower()) for path, methods in app.app.routes.items() for method in methods
    }
    described = {
        (path, method) for path, one in openapi_document()["paths"].items() for method in one
    }
    assert described == routes


def test_every_event_type_has_its_schema():
    """With its name fixed and its data told by the model that reads it."""
    schemas = openapi_document()["components"]["schemas"]
    for kind in SOURCE_TYPES:
        event = schemas[f"event.{kind.value}"]
        assert event["properties"]["type"] == {"const": kind.value}
        assert event["properties"]["data"]["$ref"].split("/")[-1] in schemas
    assert len(schemas["Event"]["oneOf"]) == len(SOURCE_TYPES)


def test_every_reference_leads_somewhere():
    """Inside the document itself."""
    schemas = openapi_document()["components"]["schemas"]
    text = json.dumps(openapi_document())
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= schemas.keys()
    assert "#/$defs/" not in text


def test_every_key_that_is_asked_for_is_explained():
    """A security requirement names a scheme."""
    schemes = openapi_document()["components"]["securitySchemes"]
    for one in openapi_document()["paths"].values():
        for operation in one.values():
            for requirement in operation.get("security", ()):
                assert requirement.keys() <= schemes.keys()


def test_what_alerts_carry_is_described():
    """Each field of the facts that inspectors are told about."""
    told = openapi_document()["components"]["schemas"]["Alert"]["properties"]["data"]["properties"]
    start = "2026-04-01T10:00"
    late = accepted(start, "5wd", "10wd")
    stage = reported("stage.entered", start, stage="review", limit={"amount": 1, "unit": "wd"})
    correction = reported("case.corrected", "2026-04-20T10:00", event="x", withdrawn=True)
    facts = live(
        late, stage, suspended("2026-04-02T10:00", basis=""), correction, until="2026-05-20"
    )
    facts += live(late, decided("2026-04-20T10:00", outcome="granted"), until="2026-05-20")
    alerts = [fact for fact in facts if fact.kind in TYPES]
    assert {"card.issued", "card.proposed", "event.set_aside"} <= {fact.kind for fact in alerts}
    for fact in alerts:
        assert fact.data.keys() <= told.keys(), fact.kind
    noticed = {fact.text("noticed") for fact in alerts if "noticed" in fact.data}
    assert noticed <= set(told["noticed"]["enum"])
