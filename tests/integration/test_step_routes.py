"""A step up by silence, through the doors: proposed, then confirmed or dismissed by a person."""

from tests.support.asker import data

WHY = {"text": "两次催办未复，请于三日内书面说明"}


def shown(ask, card, *names):
    """Give some of what a card shows."""
    body = data(ask("GET", card))
    return tuple(body[name] for name in names)


def silent(county):
    """Nobody answers or appeals until both times are over: 12 and 16 November."""
    county.until("2026-11-12T17:31:00")
    county.until("2026-11-16T17:31:00")


def test_a_step_is_shown_with_what_it_rests_on(county, ask, card):
    """The card stays yellow; the list has it under a state of its own."""
    county.until("2026-11-16T17:30:00")
    assert shown(ask, card, "level", "state", "step") == ("yellow", "issued", None)
    silent(county)
    level, state, step, possible = shown(ask, card, "level", "state", "step", "possible")
    assert (level, state) == ("yellow", "step_proposed")
    assert (step["level"], step["basis_kind"]) == ("red", "proposed")
    assert (step["at"], step["due_at"]) == (
        "2026-11-16T17:30:00.000+08:00",
        "2026-11-12T17:30:00.000+08:00",
    )
    assert possible == ["confirm", "dismiss", "respond", "revoke"]
    (line,) = data(ask("GET", "/v1/cards?state=step_proposed"))["cards"]
    assert card.endswith(line["id"])


def test_to_confirm_it_needs_a_reason_of_ones_own(county, ask, card, take):
    """The card climbs, and has neither number nor document at the new level."""
    silent(county)
    assert ask("POST", f"{card}/confirm", "Housing", WHY).status_code == 403
    refused = data(ask("POST", f"{card}/confirm"), 422)
    assert refused["field"] == "text"
    assert "没有法律依据" in refused["detail"]
    assert take(card, "confirm", body=WHY) == "recorded"
    level, state, step, numbers = shown(ask, card, "level", "state", "step", "numbers")
    assert (level, state, step) == ("red", "issued", None)
    assert [one["level"] for one in numbers] == ["yellow"]
    history = {one["kind"]: one for one in data(ask("GET", card, "Housing"))["history"]}
    assert history["card.confirmed"]["text"] == WHY["text"]
    documents = [one["name"] for one in data(ask("GET", card))["documents"]]
    assert documents == ["yellow_card", "reminder"]


def test_to_dismiss_it_leaves_the_card_at_its_level(county, ask, card, take):
    """It is not revoked; a second dismissal fits no more."""
    silent(county)
    assert data(ask("POST", f"{card}/dismiss"), 422)["field"] == "text"
    assert take(card, "dismiss", body=WHY) == "recorded"
    assert shown(ask, card, "level", "state", "step") == ("yellow", "issued", None)
    assert data(ask("POST", f"{card}/dismiss", body=WHY), 409)["state"] == "issued"
