"""Claims are restored from what is public, and cards that rest on them are explained."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from chalicelib.policy.sources import Outage, Registrations
from infra.explain.card import explain_card
from infra.recovery.restoring import restore
from tests.support.claimed import HEARING, ClaimedWorld, claimed_world, hall, local
from tests.support.published import publish
from tests.support.replayed import found

START = "2026-11-02T09:00:00"
CONTESTED, ACCEPTED, SETTLING = "123"


@pytest.fixture
def county() -> Iterator[ClaimedWorld]:
    """Give a county with a contested claim, one that was accepted, and a card yet to settle."""
    with claimed_world(START, hall("10m")) as made:
        made.accept(START, CONTESTED, department="D1")
        made.accept(START, ACCEPTED, department="D2")
        made.until("2026-11-09T17:41:00", minutes=12 * 60)
        for case in (CONTESTED, ACCEPTED):
            made.report("case.suspended", "2026-11-03T09:00:00", case, **HEARING)
        made.tick()
        made.decide_claim("accepted", 3, ACCEPTED)
        made.until("2026-11-10T09:00:00", minutes=60)
        made.accept("2026-11-10T09:00:00", SETTLING, promise="1wd", department="D3")
        made.until("2026-11-11T17:35:00", minutes=60)
        yield made


@pytest.mark.parametrize("lost", [("Facts",), ("Facts", "Cases"), ("Log", "Facts", "Cases")])
def test_claims_and_what_waits_for_delivery_come_back(
    county: ClaimedWorld, lost: tuple[str, ...]
) -> None:
    """Facts with their sources; snapshots with the contests, and the card that is not judged."""
    publish(county)
    facts = {case: county.facts(case) for case in (CONTESTED, ACCEPTED, SETTLING)}
    was = {case: county.snapshot(case) for case in facts}
    for name in lost:
        county.cloud.items[f"test-{name}"] = {}
    restore(county.services, writes=True)
    county.pump.drain()
    assert {case: county.facts(case) for case in facts} == facts
    assert {fact.source for fact in facts[ACCEPTED] if fact.told} == {"hall", ""}
    now = {case: county.snapshot(case) for case in facts}
    same = ("claims", "unjudged_at", "lamp", "dues", "wake_at", "n", "is_paused")
    for case, snapshot in now.items():
        assert [getattr(snapshot, name) for name in same] == [
            getattr(was[case], name) for name in same
        ]
    assert (now[CONTESTED].claims.number, now[CONTESTED].claims.card) == (1, True)
    assert now[ACCEPTED].claims.number == 0
    assert now[SETTLING].unjudged_at == local("2026-11-11T17:30:00")
    county.heal()
    county.close()
    assert found(county) == []


def test_a_card_with_claims_is_derived_again(county: ClaimedWorld) -> None:
    """By the delivery time of then, though an outage that was recorded later covers it now."""
    cards = [card.card for card in county.published() if card.level == "yellow"]
    assert len(cards) == 2
    before = {card: explain_card(county.services, card)["verdict"] for card in cards}
    outage = Outage(local("2026-11-09T17:00:00"), local("2026-11-12T17:00:00"), "断网")
    usual = hall("10m").by_name["hall"]
    county.register(Registrations({"hall": replace(usual, outages=(outage,))}))
    for card in cards:
        assert before[card] == explain_card(county.services, card)["verdict"] == "same"
    county.register(hall("1wd"))  # as nobody may: not what was stated then
    for card in cards:
        assert explain_card(county.services, card)["verdict"] == "same"
