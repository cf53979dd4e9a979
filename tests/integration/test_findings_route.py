"""An inspector enters a finding (人工发现) in his own name: recorded at once, and proposed."""

import json
from urllib.parse import quote

import pytest

from chalicelib.api.routes import openapi_document
from chalicelib.cases.case_id import card_case
from chalicelib.policy.catalogue import read_catalogue
from tests.support.asker import Asker, data, taken
from tests.support.memory_stage import memory_world
from tests.support.schema import defects
from tests.unit.told import clock

FOUND = {"rule": "V-15", "text": "王小明说窗口没有给书面凭证", "found_by": "inspector"}
PATH = f"/v1/cases/{quote('hall:1', safe='')}/findings"
ITEMS = (
    b"item,name,department,kind,promise,statutory,basis,stages\nX-01,n,Housing,promise,9wd,,l,\n"
)


@pytest.fixture
def county():
    """Give a county with one case of Housing in time."""
    with memory_world("2026-11-02T09:00:00") as made:
        made.services.catalogues.write(read_catalogue(ITEMS, "items.csv"))
        made.accept("2026-11-02T09:00:00", "1", promise="9wd")
        made.until("2026-11-04T10:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def enter(county, ask, body=FOUND, key="", path=PATH):
    """Enter a finding, and let everything come of it: it is one from the next moment on."""
    answer = data(ask("POST", path, "inspector", body, key), 202)
    county.pump.drain()
    county.wall.forward(seconds=1)
    county.tick()
    return answer["status"]


def entered(county):
    """The findings and the proposals that are on record in the case."""
    return [f for f in county.facts() if f.kind in ("irregularity.found", "card.proposed")]


def test_a_finding_is_recorded_and_proposed(county, ask):
    """By whom in which role; what he wrote and which key he used are kept apart."""
    answer = taken(ask("POST", PATH, "inspector", FOUND))
    assert answer == {"case": "hall:1", "status": "recorded"}
    county.pump.drain()
    county.wall.forward(seconds=1)
    county.tick()
    fact, proposal = entered(county)
    assert (fact.kind, fact.told, fact.key.startswith("duban/")) == (
        "irregularity.found",
        True,
        True,
    )
    assert clock(fact.at) == clock(fact.recorded_at) == "2026-11-04T10:00"
    assert fact.data == {
        "rule": "V-15",
        "role": "inspector",
        "found_by": "inspector",
        "given": ["actor", "text"],
    }
    assert (proposal.text("rule"), proposal.text("ground")) == ("V-15", "found")
    assert proposal.data["rests_on"] == [fact.n]
    assert county.snapshot().lamp == "green"
    leaves = "".join(one.leaf for one in county.services.facts.of_case("hall:1"))
    key = ask.bearer("inspector").split("_")[1]
    assert "王小明" not in leaves
    assert key not in leaves


def test_the_proposal_can_be_found_and_confirmed(county, ask):
    """The list has what is needed to decide; after it the lamp is that of a card."""
    enter(county, ask)
    (listed,) = data(ask("GET", "/v1/cards?state=proposed"))["cards"]
    shown = {name: listed[name] for name in ("case", "rule", "rule_title", "ground", "ground_text")}
    assert shown == {
        "case": "hall:1",
        "rule": "V-15",
        "rule_title": "符合条件不予受理",
        "ground": "found",
        "ground_text": "检查发现",
    }
    assert (listed["item"], listed["item_name"], listed["stage"]) == ("X-01", "n", None)
    assert (listed["department"], listed["noticed"]) == ("Housing", "on_time")
    for name, second in (("at", 0), ("due_at", 0), ("noticed_at", 1)):
        assert listed[name] == f"2026-11-04T10:00:0{second}.000+08:00"
    assert listed["links"] == {"case": "cases/hall%3A1", "explanation": "cases/hall%3A1/explain"}
    assert data(ask("GET", f"/v1/{listed['links']['case']}"))["id"] == "hall:1"
    assert data(ask("GET", f"/v1/{listed['links']['explanation']}"))["id"] == "hall:1"
    data(ask("POST", f"/v1/cards/{listed['id']}/confirm"), 202)
    county.pump.drain()
    assert data(ask("GET", f"/v1/cards/{listed['id']}"))["state"] == "issued"
    assert county.snapshot().lamp != "green"


def test_a_card_and_its_line_in_the_list_tell_the_same(county, ask):
    """Only the links differ: each is relative to where it stands."""
    enter(county, ask)
    (listed,) = data(ask("GET", "/v1/cards", "Housing"))["cards"]
    card = data(ask("GET", f"/v1/cards/{listed['id']}", "Housing"))
    assert card.pop("links") == {
        name: f"../{address}" for name, address in listed.pop("links").items()
    }
    assert {name: card[name] for name in listed} == listed
    schemas = openapi_document()["components"]["schemas"]
    assert defects(data(ask("GET", "/v1/cards")), schemas["CardLines"], schemas) == []
    assert (
        defects(data(ask("GET", f"/v1/cards/{listed['id']}")), schemas["CardLife"], schemas) == []
    )


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (None, 422, "rule"),
        ([], 400, None),
        ({"text": "x"}, 422, "rule"),
        ({"rule": "V-01", "text": "x"}, 422, "rule"),  # a clock finds it, and no person
        ({"rule": "V-99", "text": "x"}, 422, "rule"),
        ({"rule": 15, "text": "x"}, 422, "rule"),
        ({"rule": "V-15"}, 422, "text"),
        ({"rule": "V-15", "text": ""}, 422, "text"),
        ({"rule": "V-15", "text": " \u200b"}, 422, "text"),
        ({"rule": "V-15", "text": "x" * 2001}, 422, "text"),
        ({"rule": "V-15", "text": 7}, 422, "text"),
        ({**FOUND, "found_by": ""}, 422, "found_by"),
        ({**FOUND, "level": "red"}, 422, "level"),
    ],
)
def test_a_finding_that_is_wrong_is_refused(county, ask, body, status, field):
    """With the field, and nothing is recorded."""
    assert data(ask("POST", PATH, "inspector", body), status).get("field") == field
    assert county.services.inbox.waiting("hall:1") == []


@pytest.mark.parametrize(
    ("who", "case", "status"),
    [
        ("Housing", "hall:1", 403),
        ("Water", "hall:1", 403),
        ("operator", "hall:1", 403),
        ("inspector", "hall:2", 404),
        ("inspector", "nobody", 404),
        ("Housing", "hall:2", 403),
    ],
)
def test_who_may_enter_a_finding_about_what(county, ask, who, case, status):
    """An inspector, about a case that there is; a department about none."""
    path = f"/v1/cases/{quote(case, safe='')}/findings"
    assert ask("POST", path, who, FOUND).status_code == status
    assert county.services.inbox.waiting(case) == []


def test_a_finding_is_about_the_case_of_an_intake_system(county, ask):
    """Not about a card, a register or another case of our own."""
    enter(county, ask)
    card = f"{county.snapshot().public_case}.{entered(county)[1].n}"
    path = f"/v1/cases/{quote(card_case(card), safe='')}/findings"
    data(ask("POST", path, "inspector", FOUND), 409)


def test_a_case_that_says_nowhere_where_it_belongs_takes_no_finding(county, ask):
    """There would be nobody to answer for it, and no card to confirm."""
    county.report("case.resumed", "2026-11-04T10:00:00", "3")
    county.pump.drain()
    data(ask("POST", "/v1/cases/hall%3A3/findings", "inspector", FOUND), 409)


def test_a_finding_is_entered_once_for_each_key(county, ask):
    """The same again gets the same answer; something else under that key is refused."""
    first = ask("POST", PATH, "inspector", FOUND, "k")
    assert data(first, 202)["status"] == "recorded"
    again = [ask("POST", PATH, "inspector", FOUND, "k")]
    county.until("2026-11-05T10:00:00")
    again.append(ask("POST", PATH, "inspector", FOUND, "k"))
    assert {one.body for one in again} == {first.body}
    refused = data(ask("POST", PATH, "inspector", {**FOUND, "rule": "V-16"}, "k"), 409)
    assert refused["field"] == "Idempotency-Key"
    county.tick()
    assert [fact.kind for fact in entered(county)] == ["irregularity.found", "card.proposed"]
    assert enter(county, ask, key="another") == "recorded"
    assert len(entered(county)) == 4


def test_without_a_key_the_same_finding_is_entered_once(county, ask):
    """Other words, another rule or another inspector: another finding. Nothing is dropped."""
    statuses = [enter(county, ask) for _ in "12"]
    statuses.append(enter(county, ask, {**FOUND, "text": "也没有说明理由"}))
    statuses.append(enter(county, ask, {**FOUND, "rule": "V-16"}))
    assert statuses == ["recorded", "duplicate", "recorded", "recorded"]
    proposals = [f.text("rule") for f in entered(county) if f.kind == "card.proposed"]
    assert proposals == ["V-15", "V-15", "V-16"]


def test_a_name_in_place_of_a_role_is_kept_apart(county, ask):
    """Whatever is written into `found_by`."""
    enter(county, ask, {**FOUND, "found_by": "王五"})
    (fact, _) = entered(county)
    assert fact.data["given"] == ["actor", "found_by", "text"]
    assert "王五" not in json.dumps(
        [one.leaf for one in county.services.facts.of_case("hall:1")], ensure_ascii=False
    )


def test_a_finding_about_a_closed_case_is_proposed_too(county, ask):
    """The file is there to be looked into."""
    county.report("case.decided", "2026-11-04T09:00:00", outcome="granted")
    county.until("2026-11-10T10:00:00")
    assert county.snapshot().lamp == "closed"
    enter(county, ask)
    assert [fact.kind for fact in entered(county)] == ["irregularity.found", "card.proposed"]
