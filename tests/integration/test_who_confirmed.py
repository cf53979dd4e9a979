"""Who confirmed a card decides nothing about it, and nobody supervises where he holds a post."""

import json

import pytest
from chalice.test import Client

import app
from chalicelib.card.acts import ActRequest
from chalicelib.card.recording import record_act
from chalicelib.card.routes import card_to_act_on
from chalicelib.errors import Rejected
from chalicelib.people.caller import Caller
from chalicelib.people.person import Person
from tests.support.asker import SECOND, Asker, data
from tests.support.cloud_watch import emitted
from tests.support.memory_stage import memory_world
from tests.support.signing_in import appointment

WORDS = {"text": "经核实情况属实，维持"}
DECISION = {"outcome": "upheld", **WORDS}


@pytest.fixture
def world():
    """Give a county in which a finding about Housing was entered, so that a card is proposed."""
    with memory_world("2026-11-02T09:00:00") as made:
        made.accept("2026-11-02T09:00:00", "1", promise="20wd")
        made.pump.drain()
        found = {"rule": "V-15", "text": "不予受理没有书面凭证"}
        data(Asker(made.services)("POST", "/v1/cases/hall%3A1/findings", SECOND, found), 202)
        go_on(made)
        yield made


def go_on(world):
    """Let what was done be judged, and what comes of it."""
    world.pump.drain()
    world.wall.forward(seconds=1)
    world.tick()


def card_of(world):
    """Return the id of the card."""
    return data(Asker(world.services)("GET", "/v1/cards", "Housing"))["cards"][0]["id"]


def confirmed(world, key):
    """Let the holder of *key* confirm the card, and Housing appeal; return its path."""
    path = f"/v1/cards/{card_of(world)}"
    assert post(world, f"{path}/confirm", key, WORDS) == 202
    go_on(world)
    appeal = world.services.keys.issue("department", "Housing")
    assert post(world, f"{path}/appeal", appeal, {"text": "不是我们经办的，请核对"}) == 202
    go_on(world)
    return path


def post(world, path, key, body):
    """Send an act under a key; return its status."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    raw = json.dumps(body).encode()
    return Client(app.app).http.post(path, headers=headers, body=raw).status_code


def inspector(world, owner=""):
    """Return a new key of an inspector."""
    return world.services.keys.issue("inspector", owner=owner)


def test_who_confirmed_does_not_decide_the_appeal_nor_revoke(world):
    """Another inspector does."""
    first = inspector(world)
    path = confirmed(world, first)
    for act, body in (("decide", DECISION), ("revoke", WORDS)):
        assert post(world, f"{path}/{act}", first, body) == 403
    assert post(world, f"{path}/decide", inspector(world), DECISION) == 202


def test_it_counts_while_the_confirmation_waits_to_be_a_fact(world):
    """Before anything was judged: the act is in the inbox, and so is who did it."""
    first = inspector(world)
    path = f"/v1/cards/{card_of(world)}"
    assert post(world, f"{path}/confirm", first, WORDS) == 202
    assert post(world, f"{path}/revoke", first, WORDS) == 403


def test_two_keys_of_one_owner_are_one(world):
    """As far as the operator's label tells: with another label, or none, nobody can know."""
    path = confirmed(world, inspector(world, "李四"))
    assert post(world, f"{path}/decide", inspector(world, "李四"), DECISION) == 403
    assert post(world, f"{path}/decide", inspector(world, "王五"), DECISION) == 202


def test_a_key_without_a_label_is_nobody_elses(world):
    """Two of them are two."""
    path = confirmed(world, inspector(world))
    assert post(world, f"{path}/decide", inspector(world), DECISION) == 202


def test_a_key_that_is_gone_is_still_itself(world):
    """Its id stays with the act, and whose it was: he gets round it by no new key."""
    first = inspector(world, "李四")
    path = confirmed(world, first)
    world.services.keys.remove(first.split("_")[1])
    assert post(world, f"{path}/decide", first, DECISION) == 401
    assert post(world, f"{path}/decide", inspector(world, "李四"), DECISION) == 403
    assert post(world, f"{path}/decide", inspector(world), DECISION) == 202


PERSON = "p_inspectoraaaaaaa"


def act_as(world, caller, act, payload):
    """Let a *caller* who signed in act, as a desk does."""
    caller, card = card_to_act_on(world.services, (caller,), card_of(world), act)
    request = ActRequest(act, payload, caller.role, caller.id)
    return record_act(world.services, caller, card, request, "")


def test_a_person_is_one_with_the_keys_that_name_him(world):
    """Confirmed by a key with the label p_…, it is not for the person to decide."""
    confirmed(world, inspector(world, PERSON))
    with pytest.raises(Rejected) as refused:
        act_as(world, Caller(PERSON, "inspector"), "decide", DECISION)
    assert refused.value.status == 403


def test_a_person_who_confirmed_does_not_decide_by_a_key_either(world):
    """Whose label is his id."""
    act_as(world, Caller(PERSON, "inspector"), "confirm", WORDS)
    go_on(world)
    path = f"/v1/cards/{card_of(world)}"
    assert post(world, f"{path}/revoke", inspector(world, PERSON), WORDS) == 403
    with pytest.raises(Rejected):
        act_as(world, Caller(PERSON, "inspector"), "revoke", WORDS)
    act_as(world, Caller("p_otheraaaaaaaaaaa", "inspector"), "revoke", WORDS)


def test_whose_key_is_gone_does_not_decide_as_himself(world):
    """Confirmed by a key with the label p_…, which was taken away since."""
    first = inspector(world, PERSON)
    confirmed(world, first)
    world.services.keys.remove(first.split("_")[1])
    with pytest.raises(Rejected) as refused:
        act_as(world, Caller(PERSON, "inspector"), "decide", DECISION)
    assert refused.value.status == 403


def test_a_key_of_a_person_keeps_out_of_his_department(world):
    """It counts as him, so by it too he supervises no department in which he holds a post."""
    holder = Person(PERSON, (appointment("inspector"), appointment("clerk", "Housing")))
    other = Person("p_otheraaaaaaaaaaa", (appointment("clerk", "Water"),))
    world.services.people.put_all([holder, other])
    path = f"/v1/cards/{card_of(world)}"
    assert post(world, f"{path}/confirm", inspector(world, PERSON), WORDS) == 403
    assert post(world, f"{path}/confirm", inspector(world, other.id), WORDS) == 202


@pytest.mark.parametrize(
    ("act", "payload"), [("confirm", WORDS), ("dismiss", WORDS), ("revoke", WORDS)]
)
def test_nobody_supervises_a_department_in_which_he_holds_a_post(world, act, payload):
    """Whatever the post there is; a post elsewhere is none of that."""
    own = Caller(PERSON, "inspector", posted_in=("Housing", "Water"))
    with pytest.raises(Rejected) as refused:
        act_as(world, own, act, payload)
    assert refused.value.status == 403
    act_as(world, Caller(PERSON, "inspector", posted_in=("Water",)), act, payload)


def test_a_denial_is_counted_whatever_its_status(world, capsys):
    """A role without the right (403), a card of another (403), a case of another (404)."""

    def counted(who, path):
        Asker(world.services)("GET", path, who)
        data_points = emitted(capsys.readouterr().out)
        return sum(point.value for point in data_points if point.metric.name == "AccessDenied")

    capsys.readouterr()
    assert counted("operator", "/v1/cases/hall%3A1") == 1
    assert counted("Water", f"/v1/cards/{card_of(world)}") == 1
    assert counted("Water", "/v1/cases/hall%3A1") == 1
    assert counted("Water", "/v1/cases/hall%3A9") == 0
    assert counted("Housing", "/v1/cases/hall%3A1") == 0
