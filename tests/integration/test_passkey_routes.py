"""Passkeys at the desks: made, vouched for, used to sign, revoked, as the script does it."""

import json
from datetime import timedelta

import pytest

from chalicelib.desk.frame import desk_headers, scripted
from chalicelib.desk.passkeys import enrolling
from chalicelib.people.passkey_store import MOST_KEYS
from tests.support import signing_in
from tests.support.asker import Asker, data, taken
from tests.support.late_pause import claim_of, late_pause, path
from tests.support.signing_in import Browser, appointment
from tests.support.signing_people import raw_of
from tests.support.soft_passkey import HOST, SoftPasskey

WHY = "经核实，情况不属实。"


@pytest.fixture(autouse=True)
def _host(monkeypatch):
    monkeypatch.setattr(signing_in, "HOST", HOST)


class Desk:
    """A browser with its passkey, and the script."""

    def __init__(self, county, name, *post):
        self.name = name
        self.browser = Browser(county.services, name, appointment(*(post or ("inspector",))))
        self.key = SoftPasskey(name)
        self.browser.get("/desk")

    def ask(self, address, status=200, **fields):
        """Ask as the script does."""
        return data(self.browser.post(address, **fields), status)

    def make(self):
        """Make a passkey."""
        asked = self.ask("/desk/passkeys", step="begin")
        made = self.key.registration(raw_of(asked["challenge"]))
        return self.ask("/desk/passkeys", step="offer", registration=json.dumps(made))

    def answer(self, asked):
        """Sign what is asked for."""
        salt = {"salt": asked["salt"]} if "salt" in asked else {}
        used = {"key": asked["allow"][0]["key"], "act": asked["act"], **salt}
        return {**used, **self.key.answer(raw_of(asked["challenge"]))}

    def vouch(self, key):
        """Sign for another's passkey."""
        return self.ask("/desk/passkeys", step="vouch", signature=self.sign_for(key))

    def sign_for(self, key):
        """Return what is signed for another's passkey."""
        return json.dumps(self.answer(self.ask("/desk/passkeys", step="to_vouch", key=key)))


@pytest.fixture
def desks():
    """Give two inspectors with passkeys, in a county with late news."""
    with late_pause() as county:
        first, second = Desk(county, "erste"), Desk(county, "zweite")
        enrolling.admit_first(county.services, first.make()["key"])
        county.tick()
        first.vouch(second.make()["key"])
        county.tick()
        yield county, first, second


def test_what_the_page_has_signed_is_believed_at_the_doors(desks):
    """A card's act, a decision about late news, a finding: each of its own fields."""
    county, _, second = desks
    ask = Asker(county.services)
    card = f"{county.snapshot('2').public_case}.2"
    asked = second.ask("/desk/sign", act="revoke", card=card, text=WHY)
    body = {"text": WHY, "signature": second.answer(asked)}
    assert taken(ask("POST", f"/v1/cards/{card}/revoke", body=body))["status"] == "recorded"
    n = claim_of(county)
    asked = second.ask("/desk/sign", act="accept", case="hall:1", claim=str(n), reason=WHY)
    body = {"reason": WHY, "signature": second.answer(asked)}
    assert data(ask("POST", path("1", n), body=body), 202)["status"] == "recorded"
    asked = second.ask("/desk/sign", act="find", case="hall:3", rule="V-15", text=WHY)
    body = {"rule": "V-15", "text": WHY, "signature": second.answer(asked)}
    assert data(ask("POST", "/v1/cases/hall%3A3/findings", body=body), 202)
    county.pump.drain()
    kinds = {fact.kind for case in "13" for fact in county.facts(case) if fact.signed}
    assert kinds == {"claim.accepted", "irregularity.found"}


def test_a_claim_decided_since_needs_another_signature(desks):
    """409, with the field; words that were not signed are 422."""
    county, _, second = desks
    ask, n = Asker(county.services), claim_of(county)
    asked = second.ask("/desk/sign", act="refuse", case="hall:1", claim=str(n), reason=WHY)
    signature = second.answer(asked)
    body = {"reason": WHY + "。", "signature": signature}
    field = data(ask("POST", path("1", n, "refuse"), body=body), 422)["field"]
    assert field == "signature.act.text"
    data(ask("POST", path("1", n, "accept"), body={"reason": WHY}), 202)
    body = {"reason": WHY, "signature": signature}
    field = data(ask("POST", path("1", n, "refuse"), body=body), 409)["field"]
    assert field == "signature.act.after"


def test_only_who_may_do_it_is_asked_to_sign(desks):
    """Another department's card 403, its case 404; no passkey 409; an act that is none 422."""
    county, _, second = desks
    card = f"{county.snapshot('2').public_case}.2"
    water = Desk(county, "wasser", "department", "Water")
    water.ask("/desk/sign", 403, act="appeal", card=card, text=WHY)
    water.ask("/desk/sign", 404, act="find", case="hall:1", rule="V-15", text=WHY)
    water.ask("/desk/sign", 404, act="find", case="hall:none", rule="V-15", text=WHY)
    Desk(county, "neue").ask("/desk/sign", 409, act="revoke", card=card, text=WHY)
    second.ask("/desk/sign", 422, act="acknowledge", card=card)
    second.ask("/desk/sign", 422, act="explode", card=card)
    second.ask("/desk/sign", 404, act="revoke", card="c_x.1")


def test_nobody_else_asks(desks):
    """Without a session 401; without the session's token, or from another site, 403."""
    _, _, second = desks
    fields = {"step": "begin"}
    form = {"csrf": second.browser.form_token, **fields}
    answer = second.browser.send_form("/desk/passkeys", form, Origin="https://evil.example")
    assert answer.status_code == 403
    answer = second.browser.send_form("/desk/passkeys", fields, Origin=f"https://{HOST}")
    assert answer.status_code == 403
    second.browser.token = "x" * 43
    assert second.browser.post("/desk/passkeys", **fields).status_code == 401


def test_a_passkey_is_revoked_by_its_person_or_an_operator(desks):
    """And by nobody else."""
    county, first, second = desks
    first.ask("/desk/passkeys", 403, step="revoke", person=second.browser.person.id, key="A" * 43)
    second.ask("/desk/passkeys", step="revoke", key=second.key.fingerprint)
    card = f"{county.snapshot('2').public_case}.2"
    second.ask("/desk/sign", 409, act="revoke", card=card, text=WHY)
    operator = Desk(county, "betrieb", "operator")
    person, key = first.browser.person.id, first.key.fingerprint
    operator.ask("/desk/passkeys", step="revoke", person=person, key=key)
    assert county.services.passkeys.standing() == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"step": "x"},
        {"step": "offer"},
        {"step": "offer", "registration": "{}"},
        {"step": "offer", "registration": "["},
        {"step": "vouch"},
        {"step": "vouch", "signature": "{"},
        {"step": "vouch", "signature": "[]"},
        {"step": "begin", "role": "operator"},
    ],
)
def test_what_is_no_step_is_refused(desks, fields):
    """422, and never a crash."""
    desks[2].ask("/desk/passkeys", 422, **fields)


def test_an_address_in_digits_has_no_passkeys(desks, monkeypatch):
    """Browsers refuse it, so the page says what to do."""
    monkeypatch.setattr(signing_in, "HOST", "127.0.0.1")
    assert "localhost" in desks[2].ask("/desk/passkeys", 422, step="begin")["detail"]


def test_the_script_is_small_and_the_only_one(desks):
    """A page that has it may run it, ask us, and nothing else."""
    answer = desks[1].browser.get("/desk/passkey.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert len(answer.body) < 4096
    before, after = desk_headers(), scripted(desk_headers())
    policy = after["Content-Security-Policy"]
    assert "script-src 'self'; connect-src 'self'" in policy
    assert "script-src" not in before["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_nobody_fills_the_list_of_those_that_wait_alone(desks):
    """Of one person the last few wait; another still enrols his."""
    county, first, second = desks
    for number in range(8):
        first.key = SoftPasskey(f"many {number}")
        last = first.make()["key"]
    waiting = county.services.passkeys.waiting()
    assert len(waiting) == 5
    assert waiting[-1].statement.key == last
    second.key = SoftPasskey("another")
    second.make()
    assert len(county.services.passkeys.waiting()) == 6


def test_nobody_takes_the_place_of_a_passkey_that_waits(desks):
    """With the attestation `none` anybody can offer a key that he has seen."""
    county, first, second = desks
    first.key = second.key = SoftPasskey("seen")
    first.make()
    asked = second.ask("/desk/passkeys", step="begin")
    made = json.dumps(second.key.registration(raw_of(asked["challenge"])))
    second.ask("/desk/passkeys", 409, step="offer", registration=made)
    (waiting,) = county.services.passkeys.waiting()
    assert waiting.statement.person == first.browser.person.id


def test_a_revoked_passkey_is_not_vouched_for_again(desks):
    """What the log says is over is not believed once more: its person makes another one."""
    county, first, second = desks
    key = second.key.fingerprint
    second.ask("/desk/passkeys", step="revoke", key=key)
    second.make()
    asked = first.ask("/desk/passkeys", step="to_vouch", key=key)
    signature = json.dumps(first.answer(asked))
    first.ask("/desk/passkeys", 409, step="vouch", signature=signature)
    assert key not in {each.key for each in county.services.passkeys.standing()}


def stated(county, key):
    """Return how often the log's own cases state the enrolment of *key*."""
    cases = [case for case, _ in county.cloud.items["test-Facts"] if case.startswith("duban:log/")]
    facts = (each.fact for case in {*cases} for each in county.services.facts.of_case(case))
    return [fact.kind for fact in facts if fact.data.get("key") == key].count("person.enrolled")


def test_what_the_doors_refuse_the_log_does_not_state(desks):
    """Neither a revoked key once more, on another day, nor one more than a person may have."""
    county, first, second = desks
    key = second.key.fingerprint
    second.ask("/desk/passkeys", step="revoke", key=key)
    county.until((county.wall.at + timedelta(days=1, hours=8)).isoformat()[:19])
    for desk in (first, second):
        desk.browser = Browser(county.services, desk.name, appointment("inspector"))
        desk.browser.get("/desk")
    second.make()
    signature = first.sign_for(key)
    first.ask("/desk/passkeys", 409, step="vouch", signature=signature)
    county.tick()
    assert stated(county, key) == 1
    for number in range(MOST_KEYS + 1):
        second.key = SoftPasskey(f"key {number}")
        key = second.make()["key"]
        is_sixth = number == MOST_KEYS
        signature = first.sign_for(key)
        first.ask("/desk/passkeys", 409 if is_sixth else 200, step="vouch", signature=signature)
        county.tick()
        assert stated(county, key) == (not is_sixth)


@pytest.mark.parametrize("name", ["dritte", "zweite"])
def test_a_key_is_stated_once_whoever_offers_it(desks, name):
    """A public key is in the log: somebody else may offer it as his, or its person once more."""
    county, first, second = desks
    key = second.key.fingerprint
    county.until((county.wall.at + timedelta(days=1, hours=8)).isoformat()[:19])
    first.browser = Browser(county.services, first.name, appointment("inspector"))
    first.browser.get("/desk")
    again = Desk(county, name)
    again.key = second.key
    again.make()
    first.ask("/desk/passkeys", 409, step="vouch", signature=first.sign_for(key))
    county.tick()
    assert stated(county, key) == 1
    mine = {each.key: each.person for each in county.services.passkeys.standing()}
    assert mine[key] == second.browser.person.id


def test_the_first_key_of_a_role_is_vouched_for_in_another(desks):
    """On the page too, in the post of whoever signs; the second one by somebody of that role."""
    county, first, _ = desks
    house = Desk(county, "haus", "department", "Housing")
    key = house.make()["key"]
    text = first.browser.get("/desk/settings").body.decode()
    form = text[text.index('value="to_vouch"') :].partition("</form>")[0]
    assert 'name="role" value="inspector"' in form
    assert f'name="key" value="{key}"' in form
    first.vouch(key)
    county.tick()
    second = Desk(county, "hauszwei", "department", "Housing").make()["key"]
    assert second not in first.browser.get("/desk/settings").body.decode()
    assert second in house.browser.get("/desk/settings").body.decode()
