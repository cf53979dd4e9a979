"""The OpenAPI document describes the routes that there are, and is itself well-formed."""

import json
from typing import get_args

import pytest

import app
from chalicelib.api.routes import openapi_document
from chalicelib.board.projection import COUNTS
from chalicelib.board.rates import RATES
from chalicelib.card.acts import OUTCOMES
from chalicelib.card.stages import CardAct, CardStage
from chalicelib.cases.case_id import KINDS
from chalicelib.cases.stored_fact import LAMPS, LEFT_OUT
from chalicelib.department.ledger import CountState
from chalicelib.draw.exchange import EXCHANGE_REASONS
from chalicelib.draw.source import random_sources
from chalicelib.feed.alerts import TYPES
from chalicelib.findings.instrument import Form
from chalicelib.intake.event_types import SOURCE_TYPES
from chalicelib.intake.idempotency import MAX_KEY
from chalicelib.intake.name_text import MAX_NAME
from chalicelib.intake.payload import MODELS
from chalicelib.lead.state import LeadAct, LeadState
from chalicelib.permit.claims.claim import ClaimAct, ClaimState
from chalicelib.permit.claims.decision import MAX_ID, MOST, TYPE_OF_DECISION
from chalicelib.permit.ownership.acts import TYPE_OF_ANSWER, TransferState
from chalicelib.policy.data_quality import CLAIM_SIGNS, SIGNS, TELLING_SIGNS
from chalicelib.policy.ladder import ADDRESSEES, PUBLIC_LEVELS
from chalicelib.policy.office import CONVENTIONS
from chalicelib.policy.papers import PAPERS
from chalicelib.sample.acts import AGAIN_REASONS, DEFECTS, RESULTS
from chalicelib.sample.query import POPULATIONS
from tests.support.described import SCHEMAS, fields_of
from tests.support.desk_paths import is_for_people
from tests.support.event_schemas import data_schemas, normal_form
from tests.unit.clocks.living import live
from tests.unit.told import accepted, decided, reported, suspended


def test_the_document_and_the_routes_agree():
    """Every route is described, and nothing that is not there; pages for people are no contract."""
    routes = {
        (path, method.lower())
        for path, methods in app.app.routes.items()
        for method in methods
        if not is_for_people(path)
    }
    described = {
        (path, method) for path, one in openapi_document()["paths"].items() for method in one
    }
    assert described == routes


def test_every_event_type_has_its_schema():
    """With its name fixed and its data told by the model that reads it."""
    schemas = openapi_document()["components"]["schemas"]
    for kind in SOURCE_TYPES:
        assert f"event.{kind.value}" in schemas, f"chalicelib/api/openapi.json: event.{kind.value}"
        event = schemas[f"event.{kind.value}"]
        assert event["properties"]["type"] == {"const": kind.value}
        assert event["properties"]["data"]["$ref"].split("/")[-1] in schemas
    assert len(schemas["Event"]["oneOf"]) == len(SOURCE_TYPES), "chalicelib/api/openapi.json: Event"


def test_each_event_is_described_as_its_model_reads_it():
    """As msgspec describes the model; nothing is left over, and nothing is missing."""
    schemas = data_schemas()
    apart = [name for name in schemas if normal_form(SCHEMAS.get(name)) != schemas[name]]
    assert not apart, f"chalicelib/api/openapi.json: {apart}"
    for kind, model in MODELS.items():
        properties = SCHEMAS[f"event.{kind.value}"]["properties"]
        assert properties["data"] == {"$ref": f"#/components/schemas/{model.__name__}"}


LISTS = {
    "AlertType": TYPES,
    "BasisKind": ("model", "proposed"),
    "CardAct": get_args(CardAct),
    "CardState": get_args(CardStage),
    "CaseKind": KINDS,
    "ClaimAct": get_args(ClaimAct),
    "ClaimState": get_args(ClaimState),
    "Convention": CONVENTIONS,
    "Form": get_args(Form),
    "Lamp": LAMPS,
    "Level": PUBLIC_LEVELS,
    "PaperName": PAPERS,
    "ReportedType": [*map(str, SOURCE_TYPES)],
    "Role": ADDRESSEES,
    "Sign": (*SIGNS, *CLAIM_SIGNS, *TELLING_SIGNS),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_words_is_that_of_the_code(name):
    """In any order: openapi.json says what may come, and the code what does."""
    apart = {*SCHEMAS[name]["enum"]} ^ {*LISTS[name]}
    assert not apart, f"chalicelib/api/openapi.json: {name}: {apart}"
    assert len(SCHEMAS[name]["enum"]) == len(LISTS[name])


INLINE = {
    "FileReview/findings/items": [*DEFECTS],
    "FileReview/result": RESULTS,
    "SampleExchange/reason": [*EXCHANGE_REASONS],
    "SampleSelection/population": POPULATIONS,
    "SampleWanted/population": POPULATIONS,
    "SampleWanted/reason": [*AGAIN_REASONS],
    "SampleWanted/source": [*random_sources()],
    "Lead/state": get_args(LeadState),
    "Lead/records/items/act": get_args(LeadAct),
    "ScoredCard/state": get_args(CountState),
    "card.decide/outcome": OUTCOMES,
    "ClaimDecided/decision": [*map(str, TYPE_OF_DECISION.values())],
    "TransferAnswered/answer": [*map(str, TYPE_OF_ANSWER.values())],
    "TransferMisfit/state": get_args(TransferState),
}


@pytest.mark.parametrize("place", INLINE)
def test_a_list_of_words_in_its_place_is_that_of_the_code(place):
    """Those that stand in one place only."""
    name, *path = place.split("/")
    schema = SCHEMAS[name]
    for part in path:
        schema = schema["items"] if part == "items" else schema["properties"][part]
    assert sorted(schema["enum"]) == sorted(INLINE[place])


def test_why_a_decision_does_not_fit_is_described():
    """The state of a claim, or why a fact is none."""
    states = set(SCHEMAS["ClaimMisfit"]["properties"]["state"]["enum"])
    assert states == {*get_args(ClaimState), "in_time", "derived", "beyond", "ours"}


def test_bounds_are_those_of_the_code():
    """How long a name may be, how many claims are refused at once, how long a key is."""
    operation = openapi_document()["paths"]["/v1/claims/refuse"]["post"]
    (content,) = operation["requestBody"]["content"].values()
    name = content["schema"]["$ref"].rsplit("/", 1)[-1]
    listed = SCHEMAS[name]["properties"]["claims"]
    assert listed["maxItems"] == MOST
    assert listed["items"]["properties"]["case"]["maxLength"] == MAX_ID
    parameters = openapi_document()["components"]["parameters"]
    assert parameters["idempotency_key"]["schema"]["maxLength"] == MAX_KEY
    assert parameters["department"]["schema"]["maxLength"] == MAX_NAME


def test_the_counts_and_rates_are_those_of_the_code():
    """Of a department, and of all."""
    totals = fields_of("Departments", "totals")
    assert totals.keys() >= set(COUNTS)
    assert set(totals["rates"]["properties"]) == set(RATES)
    assert set(totals["left_out"]["properties"]) == set(LEFT_OUT)


def test_every_reference_leads_somewhere():
    """Inside the document itself."""
    components = openapi_document()["components"]
    text = json.dumps(openapi_document())
    for kind in ("schemas", "parameters", "responses"):
        named = {part.split('"')[0] for part in text.split(f"#/components/{kind}/")[1:]}
        assert named <= components[kind].keys()
        assert kind == "schemas" or named == components[kind].keys()
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
    assert noticed <= set(SCHEMAS["Noticed"]["enum"])
