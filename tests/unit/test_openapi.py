"""The OpenAPI document describes the routes that there are, and is itself well-formed."""

import json

import app
from chalicelib.board.openapi import document
from chalicelib.intake.kinds import Kind


def test_the_document_and_the_routes_agree():
    """Every route is described, and nothing that is not there."""
    routes = {
        (path, method.lower()) for path, methods in app.app.routes.items() for method in methods
    }
    described = {(path, method) for path, one in document()["paths"].items() for method in one}
    assert described == routes


def test_every_event_type_has_its_schema():
    """With its name fixed and its data told by the model that reads it."""
    schemas = document()["components"]["schemas"]
    for kind in Kind:
        event = schemas[f"event.{kind.value}"]
        assert event["properties"]["type"] == {"const": kind.value}
        assert event["properties"]["data"]["$ref"].split("/")[-1] in schemas
    assert len(schemas["Event"]["oneOf"]) == len(Kind)


def test_every_reference_leads_somewhere():
    """Inside the document itself."""
    schemas = document()["components"]["schemas"]
    text = json.dumps(document())
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= schemas.keys()
    assert "#/$defs/" not in text


def test_every_key_that_is_asked_for_is_explained():
    """A security requirement names a scheme."""
    schemes = document()["components"]["securitySchemes"]
    for one in document()["paths"].values():
        for operation in one.values():
            for requirement in operation.get("security", ()):
                assert requirement.keys() <= schemes.keys()
