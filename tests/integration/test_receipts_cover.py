"""Whose receipts are all kept: an act that was made up is found wherever it stands, no other is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.intake.event import Event
from tests.integration.test_omission import told
from tests.integration.test_receipts_of_acts import done, found, on_claim, on_conduct
from tests.support.asker import Asker, data
from tests.support.attacks import attack
from tests.support.late_pause import late_pause
from tests.support.memory_stage import MemoryWorld

ON_RECORD = {"text": "经核实，确系登记有误"}


@pytest.fixture
def county() -> Iterator[MemoryWorld]:
    """Give a county: `1` is yellow with a pause that is contested."""
    with late_pause() as made:
        made.until("2026-11-10T10:00:00")
        yield made


@pytest.fixture
def ask(county: MemoryWorld) -> Asker:
    """Give a function that asks with the key of a role, or of a department."""
    return Asker(county.services)


def test_what_a_card_tells_its_case_needs_no_receipt_of_its_own(
    county: MemoryWorld, ask: Asker, tmp_path: Path
) -> None:
    """An inspector acts on a card and in its case: the case is told of the first by us."""
    public = county.snapshot("1").public_case
    cards = data(ask("GET", "/v1/cards?level=yellow"))["cards"]
    (card,) = (row["id"] for row in cards if row["id"].startswith(public))
    done(county, ask, ("Housing", f"/v1/cards/{card}/respond", ON_RECORD, "card.responded"))
    back = ("inspector", f"/v1/cards/{card}/send_back", ON_RECORD, "card.sent_back")
    answers = [done(county, ask, back, "k1"), done(county, ask, on_conduct(county, ask), "k2")]
    assert "card.sent_back" in [fact.kind for fact in county.facts("1")]
    assert found(county, tmp_path, *answers, all_of=True) == []


@attack("an act in the name of an inspector, in a case where none acted", "receipt")
def test_an_act_in_another_case_is_found(county: MemoryWorld, ask: Asker, tmp_path: Path) -> None:
    """A claim is accepted by nobody; the inspectors hold the receipt of another act."""
    answer = done(county, ask, on_conduct(county, ask))
    honest = done(county, ask, on_claim(county, ask), "k2")
    act: Event = honest["event"]
    made_up: Event = {**act, "id": "x", "subject": "hall:3", "type": "claim.refused"}
    county.services.inbox.put_act({**made_up, "time": "2026-11-10T10:03:30.000Z"})
    county.tick()
    said = found(county, tmp_path, answer, honest, all_of=True)
    assert ["(claim.refused) has no receipt" in one for one in said] == [True]


@attack("a case that is made up in the name of a source", "receipt")
@attack("an act of a department that is made up, on a card of which it has no receipt", "receipt")
def test_who_has_all_receipts_since_a_time(county: MemoryWorld, ask: Asker, tmp_path: Path) -> None:
    """The source's own cases, and the cards of the department: whatever else it has receipts of."""
    cards = data(ask("GET", "/v1/cards?level=yellow"))["cards"]
    mine, other = (f"/v1/cards/{row['id']}/respond" for row in cards[:2])
    since = county.wall.at
    act = done(county, ask, ("Housing", mine, ON_RECORD, "card.responded"), "k1")
    answer = told(county, county.services.receipts)
    county.tick()
    given: Any = {"all_of": True, "since": since}
    assert found(county, tmp_path, act, answer, **given) == []
    done(county, ask, ("Housing", other, ON_RECORD, "card.responded"), "k2")
    county.accept("2026-11-10T10:05:00", "77", department="Housing")
    county.tick()
    assert found(county, tmp_path, act, answer, all_of=True) == []
    said = found(county, tmp_path, act, answer, **given)
    kinds = ["(card.responded) has no receipt", "(case.accepted) has no receipt"]
    assert [any(kind in one for one in said) for kind in kinds] == [True, True]
    assert len(said) == 2
