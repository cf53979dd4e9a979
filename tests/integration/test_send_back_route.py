"""Sending an answer back (打回): who may, what it does to the card and to the case it is on."""

import pytest

from tests.support.asker import data

WHY, OTHER = {"text": "材料齐全"}, {"text": "说明具体日期"}


def shown(ask, card, *names):
    """Give some of what a card shows."""
    body = data(ask("GET", card))
    return tuple(body[name] for name in names)


def clocks(ask, card):
    """Give the clocks of a card that run, with their ends."""
    return {one["clock"]: one["due_at"][:16] for one in data(ask("GET", card))["deadlines"]}


def test_an_answer_is_sent_back_and_the_card_waits_for_another(county, ask, card, take):
    """Three working days from then; the next answer is none too many, and each is counted."""
    take(card, "respond", "Housing", WHY)
    assert "response" not in clocks(ask, card)
    county.until("2026-11-12T09:00:00")
    assert take(card, "send_back", body=OTHER) == "recorded"
    assert shown(ask, card, "state", "times_answered", "times_sent_back") == ("sent_back", 1, 1)
    assert clocks(ask, card)["response"] == "2026-11-17T17:30"
    (listed,) = data(ask("GET", "/v1/cards?state=sent_back"))["cards"]
    assert f"/v1/cards/{listed['id']}" == card
    assert data(ask("GET", card, "Housing"))["possible"] == ["respond", "appeal"]
    assert take(card, "respond", "Housing", WHY) == "recorded"
    assert shown(ask, card, "state", "times_answered", "times_sent_back") == ("responded", 2, 1)
    texts = [one.get("text") for one in data(ask("GET", card, "Housing"))["history"]]
    assert texts == [None, WHY["text"], OTHER["text"], WHY["text"]]
    assert [one.state for one in county.published() if one.level == "yellow"] == ["responded"]


def state_of(ask, card):
    """What has become of the card."""
    return data(ask("GET", card))["state"]


@pytest.mark.parametrize("answers_again", [False, True])
def test_silence_after_it_proposes_a_step(county, ask, card, take, answers_again):
    """At the close of the third working day, and not while an answer is there."""
    take(card, "respond", "Housing", WHY)
    county.until("2026-11-12T09:00:00")
    take(card, "send_back", body=OTHER)
    if answers_again:
        county.until("2026-11-17T17:29:00")
        take(card, "respond", "Housing", OTHER)
    county.until("2026-11-17T17:30:00")
    waiting = "closed" if answers_again else "sent_back"
    assert state_of(ask, card) == waiting
    county.until("2026-11-17T17:31:00")
    assert state_of(ask, card) == (waiting if answers_again else "step_proposed")
    assert [level for level, _ in county.cards()] == ["warning", "yellow"]
    told = [f.kind for f in county.facts() if f.told and f.kind.startswith("card.")]
    assert told == ["card.responded", "card.sent_back", *["card.responded"] * answers_again]


def test_an_acknowledgement_does_not_stop_the_ladder(county, ask, take, card):
    """It is no answer; the step waits until the window for appeals has ended too."""
    take(card, "acknowledge", "Housing")
    county.until("2026-11-16T17:30:00")
    assert state_of(ask, card) == "acknowledged"
    county.until("2026-11-16T17:31:00")
    assert state_of(ask, card) == "step_proposed"


def test_there_is_nothing_to_send_back_before_an_answer_nor_twice(county, ask, card, take):
    """409 says what fits; where somebody was faster it says since when."""
    refused = data(ask("POST", f"{card}/send_back", body=WHY), 409)
    assert (refused["state"], refused["possible"]) == (
        "issued",
        ["acknowledge", "respond", "revoke"],
    )
    assert "first_at" not in refused
    take(card, "respond", "Housing", WHY)
    take(card, "send_back", body=WHY)
    for body in (WHY, OTHER):
        refused = data(ask("POST", f"{card}/send_back", body=body), 409)
        assert refused["state"] == "sent_back"
        assert refused["first_at"] == "2026-11-10T08:00:00.000+08:00"
    assert [one["kind"] for one in data(ask("GET", card))["history"]] == [
        "card.issued",
        "card.responded",
        "card.sent_back",
    ]


@pytest.mark.parametrize("body", [None, {}, {"text": ""}, {"text": " \u3000"}, {"text": "\u200b"}])
def test_it_needs_a_reason(county, ask, card, take, body):
    """And nothing happens without one."""
    take(card, "respond", "Housing", WHY)
    assert data(ask("POST", f"{card}/send_back", body=body), 422)["field"] == "text"
    county.pump.drain()
    assert shown(ask, card, "state") == ("responded",)


def test_once_for_each_key(ask, card, take):
    """The same again gets the same answer, another reason under that key does not."""
    take(card, "respond", "Housing", WHY)
    first = ask("POST", f"{card}/send_back", body=WHY, key="k")
    assert data(first, 202)["status"] == "recorded"
    assert data(ask("POST", f"{card}/respond", "Housing", OTHER), 202)["status"] == "recorded"
    assert ask("POST", f"{card}/send_back", body=WHY, key="k").body == first.body
    refused = data(ask("POST", f"{card}/send_back", body=OTHER, key="k"), 409)
    assert refused["field"] == "Idempotency-Key"
    assert shown(ask, card, "times_answered", "times_sent_back") == (2, 1)


def test_a_second_answer_is_refused_with_the_time_of_the_first(county, ask, card, take):
    """Whatever it says, whoever gives it; unless it is the same under the same key."""
    first = ask("POST", f"{card}/respond", "Housing", WHY, "k")
    assert data(first, 202)["status"] == "recorded"
    county.until("2026-11-11T08:00:00")
    for who, body, key in (
        ("Housing", WHY, ""),
        ("Housing", OTHER, ""),
        ("Housing", WHY, "another"),
        ("inspector", WHY, "k"),
    ):
        refused = data(ask("POST", f"{card}/respond", who, body, key), 409)
        assert refused["first_at"] == "2026-11-10T08:00:00.000+08:00"
        assert (refused["state"], "respond" in refused["possible"]) == ("responded", False)
        assert "2026-11-10T08:00:00.000+08:00" in refused["detail"]
    assert ask("POST", f"{card}/respond", "Housing", WHY, "k").body == first.body
    county.pump.drain()
    kinds = [one["kind"] for one in data(ask("GET", card))["history"]]
    assert kinds == ["card.issued", "card.responded"]


def test_an_answer_to_a_closed_card_may_still_be_sent_back(county, ask, card, take):
    """An inspector's say does not end with the time to appeal."""
    take(card, "respond", "Housing", WHY)
    county.until("2026-11-16T17:31:00")
    assert shown(ask, card, "state", "possible") == ("closed", ["send_back", "revoke"])
    take(card, "send_back", body=OTHER)
    assert shown(ask, card, "state") == ("sent_back",)
    assert clocks(ask, card)["response"] == "2026-11-19T17:30"
    assert data(ask("GET", card, "Housing"))["possible"] == ["respond"]
    take(card, "respond", "Housing", OTHER)
    county.tick()
    assert shown(ask, card, "state") == ("closed",)
