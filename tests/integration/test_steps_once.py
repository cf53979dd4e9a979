"""A step about a card is taken once: however often it is asked for, by however many, at once."""

import json
from collections import Counter
from functools import partial
from itertools import product

import pytest

from chalicelib.cases.case_id import card_case
from chalicelib.lambdas.seal import seal
from tests.support.asker import Asker, data, taken
from tests.support.faulty import FLAVOURS
from tests.support.memory_stage import memory_world
from tests.support.stream_pump import READERS
from tests.support.trials import dice, times

START = "2026-11-02T09:00:00"
WHY, OTHER = {"text": "材料齐全"}, {"text": "另一个说法"}
UPHELD, REVOKED = {"outcome": "upheld"}, {"outcome": "revoked", **WHY}


@pytest.fixture
def county():
    """Give a county in which Housing has two overdue cases."""
    with memory_world(START) as made:
        for case in "12":
            made.accept(START, case)
        made.until("2026-11-10T08:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role; everybody has one already."""
    asker = Asker(county.services)
    for who in ("inspector", "Housing"):
        asker.bearer(who)
    return asker


def card_of(county, case="1"):
    """Give the path of the yellow card of a case."""
    return f"/v1/cards/{county.snapshot(case).public_case}.2"


def acts(county, card):
    """Give the acts on record about a card, and how many were set aside."""
    county.pump.drain()
    facts = [one.fact for one in county.services.facts.of_case(card_case(card.split("/")[-1]))]
    kinds = Counter(fact.kind for fact in facts)
    told = [fact for fact in facts if fact.told and "role" in fact.data]
    return [fact.kind for fact in told], kinds["event.set_aside"]


def test_the_same_again_under_the_same_key_is_answered_alike(county, ask):
    """To the byte, whatever became of the card meanwhile; and it is done once."""
    card = card_of(county)
    first = ask("POST", f"{card}/respond", "Housing", WHY, "k-1")
    assert taken(first) == {"card": card.split("/")[-1], "status": "recorded"}
    again = [ask("POST", f"{card}/respond", "Housing", WHY, '"k-1"')]
    county.pump.drain()
    again.append(ask("POST", f"{card}/respond", "Housing", WHY, "k-1"))
    data(ask("POST", f"{card}/revoke", body=WHY), 202)
    county.until("2026-11-30T08:00:00")
    again.append(ask("POST", f"{card}/respond", "Housing", WHY, "k-1"))
    assert {(one.status_code, one.body) for one in again} == {(202, first.body)}
    assert acts(county, card) == (["card.responded", "card.revoked"], 0)


@pytest.mark.parametrize(("step", "body"), [("respond", OTHER), ("appeal", WHY)])
def test_a_key_is_for_one_thing_about_a_card(county, ask, step, body):
    """Other words, or another step: refused, whether it would fit or not."""
    card = card_of(county)
    data(ask("POST", f"{card}/respond", "Housing", WHY, "k-1"), 202)
    for _ in range(2):
        refused = data(ask("POST", f"{card}/{step}", "Housing", body, "k-1"), 409)
        assert refused["field"] == "Idempotency-Key"
        assert "state" not in refused
        assert acts(county, card) == (["card.responded"], 0)


def test_another_holder_or_another_card_may_have_the_same_key(county, ask):
    """People choose `1`."""
    one, other = card_of(county, "1"), card_of(county, "2")
    data(ask("POST", f"{one}/acknowledge", "Housing", {}, "1"), 202)
    data(ask("POST", f"{one}/respond", "inspector", WHY, "1"), 202)
    data(ask("POST", f"{other}/acknowledge", "Housing", {}, "1"), 202)
    assert acts(county, one) == (["card.acknowledged", "card.responded"], 0)
    assert acts(county, other) == (["card.acknowledged"], 0)


@pytest.mark.parametrize("key", ["a b", "键", "x" * 129])
def test_a_key_that_is_none_is_refused(county, ask, key):
    """And nothing is done: who sends a key wants it done once."""
    card = card_of(county)
    refused = data(ask("POST", f"{card}/respond", "Housing", WHY, key), 422)
    assert refused["field"] == "Idempotency-Key"
    assert acts(county, card) == ([], 0)


def test_without_a_key_a_step_is_taken_once_in_its_turn(county, ask):
    """The first counts; a second one with words, or with another outcome, is refused."""
    card = card_of(county)
    for step, who, body in (
        ("acknowledge", "Housing", {}),
        ("respond", "inspector", OTHER),
        ("appeal", "Housing", WHY),
        ("decide", "inspector", UPHELD),
    ):
        answers = [ask("POST", f"{card}/{step}", who, body) for _ in "12"]
        county.pump.drain()
        answers.append(ask("POST", f"{card}/{step}", who, body))
        assert data(answers[0], 202)["status"] == "recorded"
        if "text" in body:
            first_at = [data(answer, 409)["first_at"] for answer in answers[1:]]
            assert first_at == ["2026-11-10T08:00:00.000+08:00"] * 2, step
        else:
            assert [data(answer, 202)["status"] for answer in answers[1:]] == ["duplicate"] * 2
    for body in ({**UPHELD, **WHY}, REVOKED):
        refused = data(ask("POST", f"{card}/decide", body=body), 409)
        assert (refused["state"], refused["possible"]) == ("closed", ["send_back", "revoke"])
        assert refused["first_at"] == "2026-11-10T08:00:00.000+08:00"
    told = ["card.acknowledged", "card.responded", "card.appealed", "appeal.decided"]
    assert acts(county, card) == (told, 0)


RESPOND, DECIDE = ("respond", "Housing"), ("decide", "inspector")
RACES = {
    "the same under one key": ((*RESPOND, WHY, "k"), (*RESPOND, WHY, "k")),
    "two holders": ((*RESPOND, WHY, ""), ("respond", "inspector", OTHER, "")),
    "two decisions": ((*DECIDE, UPHELD, ""), (*DECIDE, REVOKED, "")),
    "two keys": ((*RESPOND, WHY, "a"), (*RESPOND, OTHER, "b")),
    "with a key and without": ((*RESPOND, WHY, "a"), (*RESPOND, WHY, "")),
}
# What the two were told, and how many of the acts on record were set aside.
ENDS = {
    "the same under one key": {("recorded", "recorded", 0)},
    "two holders": {("409", "recorded", 0)},
    "two decisions": {("409", "recorded", 0)},
    "two keys": {("recorded", "recorded", 1), ("409", "recorded", 0)},
    "with a key and without": {
        ("recorded", "recorded", 1),
        ("409", "recorded", 0),
    },
}
CALLS, MOST = 6, 30  # of one request, at most; of the orders, so many are tried


@pytest.mark.parametrize("name", RACES)
def test_two_at_once_take_a_step_once(county, ask, name):
    """One of them counts; the other learns of it, at the door or from the card's history."""
    card = card_of(county)
    if name == "two decisions":
        data(ask("POST", f"{card}/appeal", "Housing", WHY), 202)
        county.pump.drain()
    restore, before = county.save(), len(acts(county, card)[0])
    works = [partial(_ask, ask, card, one) for one in RACES[name]]
    ends = set()
    orders = list(_orders())
    for order in dice(name).sample(orders, min(times(MOST), len(orders))):
        restore()
        answers: list[str] = []
        runners = county.turns.run([partial(_note, answers, work) for work in works], order)
        assert [runner.error for runner in runners] == [None, None], order
        told, set_aside = acts(county, card)
        assert len(told) - before - set_aside == 1, order
        ends.add((*sorted(answers), set_aside))
    assert ends == ENDS[name]


def test_what_becomes_a_fact_meanwhile_is_not_overlooked(county, ask):
    """A revocation is recorded and sealed while the department acknowledges the card."""
    card = card_of(county)
    data(ask("POST", f"{card}/revoke", "inspector", WHY), 202)
    county.pump.fetch("Inbox")
    restore = county.save()

    def record():
        taken = county.pump.waiting["Inbox"][0]
        county.taken.append(taken)
        READERS["Inbox"]({"Records": [taken]})
        seal(county.services, [card_case(card.split("/")[-1])])

    for order in ([1] * b + [0] * a + [1] * CALLS for a, b in product(range(MOST), range(1, 4))):
        restore()
        answers: list[str] = []
        late = partial(_ask, ask, card, ("acknowledge", "Housing", {}))
        works = [record, partial(_note, answers, late)]
        runners = county.turns.run(works, order)
        assert [runner.error for runner in runners] == [None, None], order
        county.forget_taken()
        assert answers == ["409"], order
        assert acts(county, card) == (["card.revoked"], 0), order


def _orders():
    """One goes so far, the other so far, and then in turn; either may be first."""
    for first, second in product(range(CALLS), repeat=2):
        yield [0] * first + [1] * second
        yield [1] * first + [0] * second


def _ask(ask, card, asked):
    step, *rest = asked
    return str(json.loads(ask("POST", f"{card}/{step}", *rest).body)["status"])


def _note(answers, work):
    answers.append(work())


@pytest.mark.parametrize("key", ["k", ""])
def test_a_request_that_fails_anywhere_is_sent_again(county, ask, key):
    """Whatever fails, before it takes effect or after, the step is taken once."""
    card = card_of(county)
    work = partial(_ask, ask, card, (*RESPOND, WHY, key))
    county.services.organisation.units()  # once a minute: each request below reads the same
    restore = county.save()
    with county.faulty.failing(-1, "before"):
        assert work() == "recorded"
    operations = list(county.faulty.calls)
    assert acts(county, card) == (["card.responded"], 0)
    for (at, operation), flavour in product(enumerate(operations), FLAVOURS):
        restore()
        with county.faulty.failing(at, flavour):
            first = work()
        assert county.faulty.failed == operation
        assert first == ("recorded" if flavour == "lost" else "500")
        is_taken = flavour == "lost" or (operation, flavour) == ("PutItem", "after")
        assert work() == ("409" if is_taken and not key else "recorded")
        assert acts(county, card) == (["card.responded"], 0)
