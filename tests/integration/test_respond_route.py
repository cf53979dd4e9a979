"""Answering a card: who may, and what it does."""

import pytest

from chalicelib.cases.case_id import card_case
from tests.support.asker import Asker, data, taken
from tests.support.environment import environment
from tests.support.memory_stage import memory_world


@pytest.fixture(scope="module")
def county():
    """Give a county with two overdue cases: `1` is never answered, `2` will be."""
    with environment(), memory_world("2026-11-02T09:00:00") as made:
        made.accept("2026-11-02T09:00:00", "1")
        made.accept("2026-11-02T09:00:00", "2")
        made.until("2026-11-10T08:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def card_of(county, case, level="yellow"):
    """Give the id of a case's card."""
    found = (card for card in county.published() if card.case == f"hall:{case}")
    return next(card.card for card in found if card.level == level)


@pytest.mark.parametrize(
    ("who", "body", "status"),
    [
        ("Water", {"text": "x"}, 403),
        ("operator", {"text": "x"}, 403),
        ("Housing", None, 422),
        ("Housing", {}, 422),
        ("Housing", {"text": ""}, 422),
        ("Housing", {"text": " \n\u3000\u200b"}, 422),
        ("inspector", {"text": "\u200e"}, 422),
        ("Housing", {"text": 1}, 422),
        ("Housing", {"txt": "x"}, 422),
        ("Housing", {"text": "x" * 2001}, 422),
        ("Housing", [], 400),
    ],
)
def test_an_answer_that_is_refused_leaves_nothing(county, ask, who, body, status):
    """By role, and by what is wrong with it."""
    card = card_of(county, "1")
    assert ask("POST", f"/v1/cards/{card}/respond", who, body).status_code == status
    assert county.services.inbox.waiting(card_case(card)) == []


def test_only_a_published_card_can_be_answered(county, ask):
    """A card that is not there is 404; a warning asks for no answer."""
    assert ask("POST", "/v1/cards/c_x.1/respond", "Housing").status_code == 404
    warning = card_of(county, "1", "warning")
    assert ask("POST", f"/v1/cards/{warning}/respond", "Housing").status_code == 422


def test_of_a_yellow_that_is_answered_no_step_up_is_proposed(county, ask):
    """Once is enough, a second one is refused, and what was written is not public."""
    card = card_of(county, "2")
    path = f"/v1/cards/{card}/respond"
    body = {"text": "王小明 is on leave"}
    assert taken(ask("POST", path, "Housing", body)) == {"card": card, "status": "recorded"}
    county.until("2026-11-10T09:00:00")
    refused = data(ask("POST", path, "inspector", body), 409)
    assert (refused["state"], refused["first_at"]) == (
        "responded",
        "2026-11-10T08:00:00.000+08:00",
    )
    county.until("2026-11-18T09:00:00")
    silent, answered = (
        [
            record.fact.kind
            for record in county.services.facts.of_case(card_case(card_of(county, case)))
        ]
        for case in "12"
    )
    assert "escalation.proposed" in silent
    assert "escalation.proposed" not in answered
    told = [fact for fact in county.facts("2") if fact.kind == "card.responded"]
    assert [fact.text("card") for fact in told] == [card]
    of_card = [record.fact.data for record in county.services.facts.of_case(card_case(card))]
    assert of_card[1] == {"role": "department", "given": ["actor", "text"]}
