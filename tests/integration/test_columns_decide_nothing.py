"""What stands beside a leaf in the log's table hides no alert and changes no card (F-64)."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.lambdas import project
from tests.support.environment import environment
from tests.support.replayed import PublicWorld
from tests.support.shown_county import alerts, cards_page, rows_edited, shown_county

LIES = {
    "alert": None,
    "kind": "stage.entered",
    "n": 0,
    "at": "2020-01-01T00:00:00.000Z",
    "recorded_at": "2020-01-01T00:00:00.000Z",
    "department": "Elsewhere",
}


@pytest.fixture
def county() -> Iterator[PublicWorld]:
    """Give a county with cards of every state."""
    with environment(), shown_county() as made:
        yield made


def made_anew(county: PublicWorld) -> dict[str, Any]:
    """What the board shows of cards when it was thrown away and made from the log again."""
    county.cloud.items["test-Board"] = {}
    project.run({})
    return cards_page(county)


def test_the_county_has_what_can_be_hidden(county: PublicWorld) -> None:
    """Cards that stand, that were revoked, that lost their ground, with numbers and answers."""
    yellow = [card for card in county.published() if card.level == "yellow"]
    assert {card.state for card in yellow} == {"issued", "sent_back", "revoked", "lost"}
    assert all(card.numbers for card in yellow)
    assert cards_page(county) == made_anew(county)


def test_no_column_hides_an_alert_or_changes_one(county: PublicWorld) -> None:
    """Not its type, its times, its number, nor of which department its card is."""
    told = alerts(county)
    rows_edited(county, **LIES)
    again = alerts(county)
    assert "claim.accepted" in {event["type"] for event in told}
    assert again == told


def test_no_column_hides_a_card_or_changes_one(county: PublicWorld) -> None:
    """Nor its state, though an act about it names the card nowhere but in its case's first leaf."""
    was = cards_page(county)
    rows_edited(county, **LIES, case="hall:1")
    assert made_anew(county) == was
