"""Reading cards: who may, what they see, and what was said about them."""

import pytest

from chalicelib.api.routes import openapi_document
from chalicelib.cases.case_id import card_case
from chalicelib.intake.event import Event
from chalicelib.policy.catalogue import read_catalogue
from tests.support.asker import data
from tests.support.schema import defects
from tests.support.traces import traces

CATALOGUE = (
    b"item,name,department,kind,promise,statutory,basis,stages\nP-01,n,Parks,promise,1wd,,l,\n"
)
WHY = {"text": "王小明说材料齐全"}


def clocks(body):
    """Give the clocks that run, with their ends."""
    return {one["clock"]: one["due_at"] for one in body["deadlines"]}


def clock(name, day):
    """Give a running clock as it is shown, which is over on a *day* of November."""
    due_at = f"2026-11-{day}T17:30:00.000+08:00"
    return {"clock": name, "due_at": due_at, "provisional": False, "missing": None}


YELLOW = {
    "level": "yellow",
    "state": "issued",
    "department": "Housing",
    "region": "370102",
    "item": "X-01",
    "case": "hall:1",
    "rule": "V-02",
    "rule_title": "超过承诺时限",
    "basis_kind": None,
    "ground": "promise",
    "ground_text": "超过承诺时限",
    "item_name": None,
    "stage": None,
    "at": "2026-11-09T17:30:00.000+08:00",
    "due_at": "2026-11-09T17:30:00.000+08:00",
    "noticed": "on_time",
    "noticed_at": "2026-11-09T17:31:00.000+08:00",
    "links": {"case": "cases/hall%3A1", "explanation": "cases/hall%3A1/explain"},
    "deadlines": [clock("response", 12), clock("appeal_window", 16)],
}


def test_a_card_is_listed_for_those_it_concerns(county, ask):
    """The inspector, and its own department; by department, level and state."""
    listed = data(ask("GET", "/v1/cards"))
    line = {"id": f"{county.snapshot().public_case}.2", **YELLOW}
    assert listed == {"cards": [line], "is_complete": True}
    assert data(ask("GET", "/v1/cards", "Housing")) == listed
    assert data(ask("GET", "/v1/cards", "Water"))["cards"] == []
    for same in ("department=Housing", "level=yellow", "state=issued", "level=&state="):
        assert data(ask("GET", f"/v1/cards?{same}")) == listed
    for other in ("department=Water", "level=red", "state=closed"):
        assert data(ask("GET", f"/v1/cards?{other}"))["cards"] == []


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [
        ("operator", "", 403),
        ("Water", "?department=Housing", 403),
        ("Housing", "?department=Housing", 200),
        ("inspector", "?level=warning", 422),
        ("inspector", "?state=open", 422),
        ("inspector", "?lamp=red", 422),
    ],
)
def test_who_may_list_what(ask, who, query, status):
    """By role, and by filters that there are."""
    assert ask("GET", f"/v1/cards{query}", who).status_code == status


def test_a_card_shows_its_life(county, ask, card):
    """Its ground, its clocks, who was told, its number, and what happened to it."""
    body = data(ask("GET", card))
    assert (body["id"], body["case"]) == (card.rpartition("/")[2], "hall:1")
    assert (body["level"], body["state"], body["rule"]) == ("yellow", "issued", "V-02")
    assert body["at"] == "2026-11-09T17:30:00.000+08:00"
    assert body["due_at"] == "2026-11-09T17:30:00.000+08:00"
    assert body["issued_at"] == "2026-11-09T17:31:00.000+08:00"
    assert clocks(body)["response"] == "2026-11-12T17:30:00.000+08:00"
    assert body["recipients"] == ["handler", "reviewer", "window_head"]
    assert body["numbers"] == [
        {"level": "yellow", "year": 2026, "number": 1, "text": "×政监黄〔2026〕1号"}
    ]
    assert body["possible"] == ["acknowledge", "respond", "revoke"]
    assert [one["kind"] for one in body["history"]] == ["card.issued"]
    own = data(ask("GET", card, "Housing"))
    assert own == {**body, "possible": ["acknowledge", "respond", "appeal"]}
    assert ask("GET", card, "Water").status_code == 403
    assert ask("GET", card, "operator").status_code == 403


@pytest.mark.parametrize(
    "card_id", ["c_x.2", "c_x", "..", "a" * 700, "duban%3Acard%2Fc_x.2", "%00"]
)
def test_a_card_that_is_not_there_is_not_found(county, ask, card_id):
    """Whether it is nobody's, or could not be anybody's."""
    assert ask("GET", f"/v1/cards/{card_id}").status_code == 404
    assert ask("POST", f"/v1/cards/{card_id}/respond").status_code == 404


def test_a_warning_is_no_card(county, ask):
    """It has no life, and asks for nothing; nor is what opened the case a card."""
    public_case = county.snapshot().public_case
    for n, status in ((1, 422), (0, 404)):
        assert ask("GET", f"/v1/cards/{public_case}.{n}").status_code == 404
        assert ask("POST", f"/v1/cards/{public_case}.{n}/respond").status_code == status


def test_the_proposals_about_an_item_are_listed_before_its_department_has_a_case(county, ask):
    """They wait for a person, who must find them."""
    county.services.catalogues.write(read_catalogue(CATALOGUE, "items.csv"))
    card = "c_item.1"
    proposed = {"card": card, "level": "yellow", "rule": "V-21", "department": "Parks"}
    event = Event(
        id=card,
        source="duban",
        subject="duban:item/P-01",
        type="card.proposed",
        time="2026-11-10T00:00:00.000Z",
        data=proposed,
    )
    county.services.inbox.notify(card_case(card), event, county.wall.at)
    county.pump.drain()
    assert [one["id"] for one in data(ask("GET", "/v1/cards?state=proposed"))["cards"]] == [card]


def test_what_is_answered_is_what_the_document_promises(county, ask, card):
    """Field by field, at every turn of a life."""
    schemas = openapi_document()["components"]["schemas"]

    def check(name, answer, status=200):
        assert defects(data(answer, status), schemas[name], schemas) == []

    turns = (
        ("appeal", "Housing", WHY),
        ("decide", "inspector", {"outcome": "sent_back", **WHY}),
        ("acknowledge", "Housing", None),
        ("respond", "Housing", WHY),
        ("revoke", "inspector", WHY),
    )
    for step, who, body in turns:
        check("CardLife", ask("GET", card))
        check("CardLines", ask("GET", "/v1/cards"))
        check("Responded", ask("POST", f"{card}/{step}", who, body, step), 202)
        county.pump.drain()
    check("CardLife", ask("GET", card, "Housing"))
    check("Misfit", ask("POST", f"{card}/appeal", "Housing", WHY), 409)
    check("Misfit", ask("POST", f"{card}/respond", "Housing", WHY, "appeal"), 409)
    assert data(ask("GET", card))["numbers"], "there was something to look at"


def test_who_may_see_a_card_reads_what_was_said(county, ask, card, take):
    """Else nobody could decide about an appeal; who acted by which key is nobody's to read."""
    take(card, "appeal", "Housing", WHY)
    take(card, "decide", body={"outcome": "upheld", "text": "承诺期限已过"})
    for who in ("inspector", "Housing"):
        history = data(ask("GET", card, who))["history"]
        assert [(one["kind"], one.get("text")) for one in history] == [
            ("card.issued", None),
            ("card.appealed", WHY["text"]),
            ("appeal.decided", "承诺期限已过"),
        ]
        assert all("actor" not in one and "actor" not in one["data"] for one in history)


def test_what_was_said_is_kept_apart(county, ask, card, take):
    """Neither the words nor the key of who acted are on record in the open."""
    take(card, "appeal", "Housing", WHY)
    fact = data(ask("GET", card, "Housing"))["history"][-1]
    assert fact["data"]["role"] == "department"
    private = ("王小明", ask.bearer("Housing").split("_")[1])
    found = traces(county.cloud, private)
    assert {*found} == {"Registry"}  # the key itself; the vault's texts are enciphered
    kept = county.services.vault.private_fields(card_case(card.rpartition("/")[2]))
    assert [one["text"] for one in kept.values() if "text" in one] == [WHY["text"]]
