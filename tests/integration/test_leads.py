"""A lead for discipline inspection: for inspectors alone; in the log a digest, and nothing else."""

import json

import pytest
from chalice.test import Client

import app
from chalicelib.cases.case_id import sealed_case
from chalicelib.people.person import Person
from chalicelib.vault.sd_jwt import digest
from tests.support.asker import Asker, data
from tests.support.misconduct import county_of_misconduct
from tests.support.replayed import verified
from tests.support.signing_in import appointment, person_id

REGIONS = ("370103", "370102")  # another one, and that of the card
REASON = "收费超出公示标准，疑似有人授意"


@pytest.fixture
def county():
    """Give a county with a public card of misconduct."""
    with county_of_misconduct() as made:
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def opened(county, ask):
    """Confirm the first proposal as a lead; give the lead's id and the card's."""
    card = data(ask("GET", "/v1/leads"))["proposed"][0]
    lead = data(ask("POST", "/v1/leads", body={"card": card, "reason": REASON}), 202)["id"]
    county.wall.forward(minutes=1)
    county.tick()
    return lead, card


def inspectors(county):
    """Give a function that asks with the key of an inspector of one region."""
    keys = {region: county.services.keys.issue("inspector", regions=[region]) for region in REGIONS}

    def by(region, method, path, body=None):
        headers = {"Authorization": f"Bearer {keys[region]}", "Content-Type": "application/json"}
        raw = json.dumps(body).encode() if body else b""
        return Client(app.app).http.request(method, path, headers=headers, body=raw)

    return by


def act(county, ask, lead, what, reason="按规定处理"):
    """Take a step about a lead, and let everything come of it."""
    data(ask("POST", f"/v1/leads/{lead}/{what}", body={"reason": reason}), 202)
    county.wall.forward(minutes=1)
    county.tick()


def everything_public(county, ask):
    """What anybody, a department and an operator can read: pages, cards, feed, scores, log."""
    paths = ["/", "/cards", "/cards.json", "/departments.json", "/v1/cards", "/v1/cases"]
    texts = [ask("GET", path, who).body.decode() for path in paths for who in ("Housing",)]
    texts += [ask("GET", "/v1/scores?month=2026-11&department=Housing").body.decode()]
    texts += [json.dumps(data(ask("GET", "/v1/alerts")), ensure_ascii=False)]
    texts += [json.dumps(leaf, ensure_ascii=False) for leaf in county.leaves()]
    return texts


def test_a_card_of_misconduct_is_proposed_and_nothing_is_recorded(county, ask):
    """Its own facts are those of any card: no referral, no level, no number."""
    before = county.leaves()
    (proposed,) = data(ask("GET", "/v1/leads"))["proposed"]
    assert data(ask("GET", f"/v1/cards/{proposed}"))["rule"] == "V-23"
    county.tick()
    assert county.leaves() == before
    assert not [leaf for leaf in before if "referral" in json.dumps(leaf)]
    assert not [leaf for leaf in before if leaf["k"] == "record.sealed"]


def test_a_lead_is_opened_handed_over_and_its_receipt_noted(county, ask):
    """In this order, each once; the package leads to the card and to the log's entry."""
    lead, card = opened(county, ask)
    assert data(ask("GET", "/v1/leads"))["proposed"] == []
    again = ask("POST", "/v1/leads", body={"card": card, "reason": REASON})
    assert again.status_code == 409
    assert ask("POST", f"/v1/leads/{lead}/receipt", body={"reason": "x"}).status_code == 409
    act(county, ask, lead, "hand-over")
    act(county, ask, lead, "receipt", "纪委监委2026年11月2日签收")
    assert ask("POST", f"/v1/leads/{lead}/close", body={"reason": "x"}).status_code == 409
    shown = data(ask("GET", f"/v1/leads/{lead}"))
    assert shown["state"] == "receipt_noted"
    assert [record["act"] for record in shown["records"]] == ["open", "hand_over", "note_receipt"]
    assert shown["records"][0]["reason"] == REASON
    assert {record["at"][-6:] for record in shown["records"]} == {"+08:00"}
    assert shown["package"] == {"card": f"../cards/{card}", "entry": f"../../log/entry/{card}"}


def test_an_inspector_enters_one_that_no_card_is_about_and_closes_it(county, ask):
    """What somebody told him, say; it comes to nothing."""
    lead = data(ask("POST", "/v1/leads", body={"reason": REASON}), 202)["id"]
    county.tick()
    act(county, ask, lead, "close")
    shown = data(ask("GET", f"/v1/leads/{lead}"))
    assert (shown["state"], shown["card"], shown["package"]) == ("closed", None, None)


def test_nobody_else_learns_of_a_lead(county, ask):
    """Neither that there is one nor what it is about: pages, feed and scores are as before."""
    before = everything_public(county, ask)
    lead, _ = opened(county, ask)
    act(county, ask, lead, "hand-over")
    county.wall.forward(hours=-1)  # so that no page tells another time of day
    after = everything_public(county, ask)
    assert after[7] == before[7], "the feed"
    assert after[6] == before[6], "the score"
    for text in after:
        assert not any(word in text for word in (REASON, '"referral"', "线索"))
    for who in ("Housing", "operator"):
        for path in ("/v1/leads", f"/v1/leads/{lead}", "/v1/leads/" + "a" * 26):
            assert ask("GET", path, who).status_code == 403
        body = {"reason": "x"}
        assert ask("POST", f"/v1/leads/{lead}/close", who, body).status_code == 403
    assert ask("GET", f"/v1/cases/{sealed_case(lead).replace(':', '%3A')}", "Housing").status_code


def test_its_entries_look_alike_whatever_they_hold(county, ask):
    """An opening, a handing over, a closing: the same fields, four digests, names at random."""
    lead, card = opened(county, ask)
    act(county, ask, lead, "hand-over", "移" * 500)
    other = data(ask("POST", "/v1/leads", body={"reason": "短"}), 202)["id"]
    county.tick()
    act(county, ask, other, "close")
    sealed = [leaf for leaf in county.leaves() if leaf["k"] == "record.sealed"]
    assert len(sealed) == 4
    for leaf in sealed:
        assert leaf["data"] == {"given": ["sealed"]}
        assert len(leaf["d"]) == 4
        assert leaf.keys() - {"own"} == {
            *("v", "k", "case", "n", "prev", "at", "rec", "key", "data", "told", "d")
        }
        assert len(leaf["key"]) == len("duban/") + 26
        assert card not in json.dumps(leaf)
    assert len({leaf["key"] for leaf in sealed}) == 4
    county.close()
    findings = verified(county.leaves(), county.rules()).findings
    assert [one.en for one in findings if one.check != "I5"] == []


def test_what_is_sealed_can_be_disclosed_and_checked_against_the_log(county, ask):
    """The disclosure of a record has its digest in the leaf; another has not."""
    lead, card = opened(county, ask)
    ((key, texts),) = county.services.vault.all_disclosures(sealed_case(lead)).items()
    (leaf,) = [leaf for leaf in county.leaves() if leaf["k"] == "record.sealed"]
    assert leaf["key"] == key
    assert digest(texts["sealed"]) in leaf["d"]
    assert digest(texts["sealed"] + "A") not in leaf["d"]
    assert leaf["own"] == sealed_case(lead)
    assert card not in leaf["own"]


def test_a_lead_is_opened_once_for_each_key(ask):
    """The same lead is answered again; another reason under the key is refused."""
    first = data(ask("POST", "/v1/leads", body={"reason": REASON}, key="k"), 202)
    assert data(ask("POST", "/v1/leads", body={"reason": REASON}, key="k"), 202) == first
    assert ask("POST", "/v1/leads", body={"reason": "另一件事"}, key="k").status_code == 409
    other = data(ask("POST", "/v1/leads", body={"reason": REASON}, key="k2"), 202)
    assert other["id"] != first["id"]
    assert len(data(ask("GET", "/v1/leads"))["leads"]) == 0, "both are on their way"


def test_a_lead_is_of_the_region_of_its_card(county, ask):
    """To an inspector of another region there is none; by his own he is not told of more."""
    proposed = data(ask("GET", "/v1/leads"))["proposed"][0]
    by, (other, own) = inspectors(county), REGIONS
    assert data(by(other, "GET", "/v1/leads")) == {"leads": [], "proposed": []}
    assert data(by(own, "GET", "/v1/leads"))["proposed"] == [proposed]
    form = {"card": proposed, "reason": REASON}
    assert by(other, "POST", "/v1/leads", form).status_code == 403
    lead, _ = opened(county, ask)
    steps = [("GET", ""), ("POST", "/hand-over"), ("POST", "/close"), ("POST", "/receipt")]
    for method, step in steps:
        answer = by(other, method, f"/v1/leads/{lead}{step}", {"reason": "x"})
        assert answer.status_code == 404, step
    assert data(by(other, "GET", "/v1/leads"))["leads"] == []
    assert data(by(own, "GET", f"/v1/leads/{lead}"))["card"] == proposed
    assert by(own, "POST", f"/v1/leads/{lead}/hand-over", {"reason": "移送"}).status_code == 202


def test_a_lead_without_a_card_is_of_who_opened_it(county, ask):
    """And of those who have all regions."""
    by, (other, own) = inspectors(county), REGIONS
    lead = data(by(own, "POST", "/v1/leads", {"reason": REASON}), 202)["id"]
    county.tick()
    assert by(other, "GET", f"/v1/leads/{lead}").status_code == 404
    assert by(own, "GET", f"/v1/leads/{lead}").status_code == 200
    assert ask("GET", f"/v1/leads/{lead}").status_code == 200


def test_nobody_sees_a_lead_about_his_own_department(county, ask):
    """A key labelled with a person is his: he opens none, and to him there is none (回避)."""
    mine = Person(person_id("own"), (appointment("inspector"), appointment("clerk", "Housing")))
    county.services.people.put_all([mine])
    key = county.services.keys.issue("inspector", owner=mine.id)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    before = Client(app.app).http.get("/v1/leads", headers=headers)
    assert json.loads(before.body)["proposed"] == [], "else one that went would say that it is one"
    lead, card = opened(county, ask)
    http = Client(app.app).http
    for path in (f"/v1/leads/{lead}/close", f"/v1/leads/{lead}/hand-over", "/v1/leads"):
        body = json.dumps({"reason": REASON} | ({"card": card} if path == "/v1/leads" else {}))
        answer = http.post(path, headers=headers, body=body.encode())
        assert answer.status_code == (403 if path == "/v1/leads" else 404), path
    assert "回避" in answer.body.decode()
    assert http.get(f"/v1/leads/{lead}", headers=headers).status_code == 404
    listed = json.loads(http.get("/v1/leads", headers=headers).body)
    assert listed == {"leads": [], "proposed": []}
    assert ask("POST", f"/v1/leads/{lead}/close", body={"reason": "不实"}).status_code == 202
