"""The life of a card through its doors: who may do what, and what does not fit."""

import json
from datetime import timedelta

import pytest

from chalicelib.board.openapi import document
from chalicelib.cases.kind import card_case
from chalicelib.instant import parse
from chalicelib.intake.event import Event
from chalicelib.policy.catalogue import read
from tests.support.asker import Asker, data
from tests.support.memory_stage import memory_world
from tests.support.schema import defects

START = "2026-11-02T09:00:00"
YELLOW = "2026-11-10T08:00:00"  # due 11-09T17:30, on record since the minute after
CATALOGUE = (
    b"item,name,department,kind,promise,statutory,basis,stages\nP-01,n,Parks,promise,1wd,,l,\n"
)
WHY = {"text": "王小明说材料齐全"}
STEPS = ("confirm", "acknowledge", "respond", "appeal", "decide", "revoke")


@pytest.fixture
def county():
    """Give a county in which Housing has one overdue case."""
    with memory_world(START) as made:
        made.accept(START, "1")
        made.until("2026-11-09T17:31:00")
        made.until(YELLOW)
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


@pytest.fixture
def card(county):
    """Give the path of the yellow card."""
    return f"/v1/cards/{county.head().public_case}.2"


@pytest.fixture
def take(county, ask):
    """Give a function that takes a step about a card, and lets everything come of it."""

    def taken(card, step, who="inspector", body=None):
        answer = data(ask("POST", f"{card}/{step}", who, body), 202)
        county.pump.drain()
        return answer["status"]

    return taken


def shown(ask, card, *names):
    """Give some of what a card shows."""
    body = data(ask("GET", card))
    return tuple(body[name] for name in names)


def clocks(body):
    """Give the clocks that run, with their ends."""
    return {one["clock"]: one["due_at"] for one in body["deadlines"]}


def test_a_card_is_listed_for_those_it_concerns(county, ask):
    """The inspector, and its own department; by department, level and state."""
    listed = data(ask("GET", "/v1/cards"))
    assert listed == {
        "cards": [
            {
                "id": f"{county.head().public_case}.2",
                "level": "yellow",
                "state": "issued",
                "department": "Housing",
                "region": "370102",
                "item": "X-01",
                "deadlines": [
                    {
                        "clock": "response",
                        "due_at": "2026-11-12T17:30:00.000+08:00",
                        "provisional": False,
                        "missing": None,
                    },
                    {
                        "clock": "appeal_window",
                        "due_at": "2026-11-16T17:30:00.000+08:00",
                        "provisional": False,
                        "missing": None,
                    },
                ],
            }
        ],
        "is_complete": True,
    }
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
    public_case = county.head().public_case
    for n, status in ((1, 422), (0, 404)):
        assert ask("GET", f"/v1/cards/{public_case}.{n}").status_code == 404
        assert ask("POST", f"/v1/cards/{public_case}.{n}/respond").status_code == status


def test_a_response_ends_it_when_nobody_can_appeal_any_more(county, ask, card, take):
    """Issued, acknowledged, responded, closed; each is on record with the role of who did it."""
    assert take(card, "acknowledge", "Housing") == "recorded"
    assert shown(ask, card, "state") == ("acknowledged",)
    assert take(card, "respond", "Housing", WHY) == "recorded"
    assert shown(ask, card, "state", "possible") == ("responded", ["revoke"])
    county.until("2026-11-16T17:30:00")
    assert shown(ask, card, "state") == ("responded",)
    county.until("2026-11-16T17:31:00")
    body = data(ask("GET", card))
    assert (body["state"], body["deadlines"]) == ("closed", [])
    assert [(one["kind"], one["data"].get("role")) for one in body["history"]] == [
        ("card.issued", None),
        ("card.acknowledged", "department"),
        ("card.responded", "department"),
        ("card.closed", None),
    ]
    assert [level for level, _ in county.cards()] == ["warning", "yellow"]


def test_an_appeal_is_decided_and_sent_back_and_decided_again(county, ask, card, take):
    """While it is pending nothing is silence; after it the clocks start anew."""
    assert take(card, "appeal", "Housing", WHY) == "recorded"
    body = data(ask("GET", card))
    assert (body["state"], body["possible"]) == ("appealed", ["respond", "decide", "revoke"])
    assert clocks(body) == {"appeal_decision": "2026-11-17T17:30:00.000+08:00"}
    county.until("2026-11-17T10:00:00")
    assert take(card, "decide", body={"outcome": "sent_back"}) == "recorded"
    body = data(ask("GET", card))
    assert clocks(body) == {
        "response": "2026-11-20T17:30:00.000+08:00",
        "appeal_window": "2026-11-24T17:30:00.000+08:00",
    }
    assert take(card, "appeal", "Housing", WHY) == "recorded"
    assert take(card, "decide", body={"outcome": "upheld"}) == "recorded"
    own = data(ask("GET", card, "Housing"))
    assert (own["state"], own["possible"]) == ("issued", ["acknowledge", "respond"])


def test_a_revoked_card_keeps_its_number(county, ask, card, take):
    """By the decision about its appeal; nothing more can be done, and its clocks stand still."""
    take(card, "appeal", "Housing", WHY)
    take(card, "decide", body={"outcome": "revoked", **WHY})
    body = data(ask("GET", card))
    assert (body["state"], body["possible"], body["deadlines"]) == ("revoked", [], [])
    assert [one["number"] for one in body["numbers"]] == [1]
    (listed,) = data(ask("GET", "/v1/cards?state=revoked"))["cards"]
    assert (listed["level"], listed["deadlines"]) == ("yellow", [])
    refused = data(ask("POST", f"{card}/appeal", "Housing", WHY), 409)
    assert (refused["state"], refused["possible"]) == ("revoked", [])


def test_a_proposal_waits_for_a_person(county, ask, take):
    """Confirmed it is issued; the other one is dismissed, and neither can be both."""
    for case in ("2", "3"):
        county.accept("2026-11-10T08:00:00", case)
        county.tell("case.suspended", "2026-11-10T08:00:00", case, procedure="testing", basis=None)
    county.until("2026-11-10T08:05:00")
    found = data(ask("GET", "/v1/cards?state=proposed"))["cards"]
    first, second = (f"/v1/cards/{one['id']}" for one in found)
    assert shown(ask, first, "recipients", "numbers") == ([], [])
    refused = data(ask("POST", f"{first}/respond", "Housing"), 409)
    assert (refused["state"], refused["possible"]) == ("proposed", [])
    assert take(first, "confirm") == "recorded"
    assert take(second, "revoke", body=WHY) == "recorded"
    assert shown(ask, first, "state")[0] == "issued"
    assert len(shown(ask, first, "numbers")[0]) == 1
    assert shown(ask, second, "state", "numbers") == ("dismissed", [])
    refused = data(ask("POST", f"{second}/confirm"), 409)
    assert (refused["state"], refused["possible"]) == ("dismissed", [])


@pytest.mark.parametrize("step", STEPS)
def test_who_may_take_a_step(county, ask, card, step):
    """Its department answers and appeals; the inspector does all but appeal; nobody else any."""
    body = {"appeal": WHY, "revoke": WHY, "decide": {"outcome": "upheld"}}.get(step)
    answers = {
        who: ask("POST", f"{card}/{step}", who, body).status_code
        for who in ("operator", "Water", "Housing", "inspector")
    }
    for_department = step in ("acknowledge", "respond", "appeal")
    assert answers["operator"] == answers["Water"] == 403
    assert (answers["Housing"] != 403) == for_department
    assert (answers["inspector"] != 403) == (step != "appeal")


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


def test_a_step_that_does_not_fit_says_what_would(ask, card):
    """The state of the card, and the steps that are possible for who asks."""
    answer = ask("POST", f"{card}/decide", body={"outcome": "upheld"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert data(answer, 409) == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "decide does not fit: the card is issued",
        "state": "issued",
        "possible": ["acknowledge", "respond", "revoke"],
    }


def test_the_proposals_about_an_item_are_listed_before_its_department_has_a_case(county, ask):
    """They wait for a person, who must find them."""
    county.services.catalogues.write(read(CATALOGUE, "items.csv"))
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
    county.services.inbox.relay(card_case(card), event, county.wall.at)
    county.pump.drain()
    assert [one["id"] for one in data(ask("GET", "/v1/cards?state=proposed"))["cards"]] == [card]


def test_what_was_told_counts_before_it_is_a_fact(county, ask, card):
    """The second step is judged after the first, however fast it comes."""
    data(ask("POST", f"{card}/appeal", "Housing", WHY), 202)
    data(ask("POST", f"{card}/decide", body={"outcome": "revoked", **WHY}), 202)
    refused = data(ask("POST", f"{card}/respond", "Housing", WHY), 409)
    assert (refused["state"], refused["possible"]) == ("revoked", [])
    county.pump.drain()
    assert shown(ask, card, "state") == ("revoked",)


def test_what_is_answered_is_what_the_document_promises(county, ask, card):
    """Field by field, at every turn of a life."""
    schemas = document()["components"]["schemas"]

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


@pytest.mark.parametrize("late", [0, 1])
def test_the_window_for_an_appeal_closes(county, ask, card, late):
    """Five working days after it was issued (APP-09); the last instant of them still counts."""
    county.wall.at = parse("2026-11-16T17:30:00+08:00") + timedelta(milliseconds=late)
    assert ("appeal" in data(ask("GET", card, "Housing"))["possible"]) == (not late)
    answer = ask("POST", f"{card}/appeal", "Housing", WHY)
    assert answer.status_code == (409 if late else 202)
    if late:
        refused = json.loads(answer.body)
        assert "2026-11-16T17:30:00.000+08:00" in refused["detail"]
        assert (refused["state"], refused["possible"]) == ("issued", ["acknowledge", "respond"])


def test_what_was_said_is_kept_apart(county, ask, card, take):
    """Neither the words nor the key of who acted are on record in the open."""
    take(card, "appeal", "Housing", WHY)
    fact = data(ask("GET", card, "Housing"))["history"][-1]
    assert fact["data"]["role"] == "department"
    private = ("王小明", ask.bearer("Housing").split("_")[1])
    found = {
        table.removeprefix("test-")
        for table, rows in county.cloud.items.items()
        for row in rows.values()
        if any(text in json.dumps(row, ensure_ascii=False) for text in private)
    }
    assert found == {"Registry"}  # the key itself; in the vault both stand encoded
    kept = county.cloud.items["test-Vault"].values()
    assert any(
        "text" in json.loads(row["value"]["S"]) for row in kept if row["id"]["S"] != "PUBLIC"
    )
