"""The made-up week, lived through in one process: every turn of a card's life can be seen."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.board.projection import Published
from chalicelib.calendar.shipped import load_calendar
from chalicelib.cards.simulate import Simulation
from chalicelib.clock.counting import Counting
from chalicelib.intake.event import normalise
from chalicelib.lambdas.checkpoint import checkpoint
from chalicelib.policy import catalogue
from chalicelib.policy.shipped import load_profile
from infra.explain.card import explained
from infra.feed_log import stops
from infra.made_up_acts import MadeUpAct, acts, card_of
from infra.made_up_week import MadeUp, closings, crossed, days_of, week
from tests.stranger.visit import visit
from tests.support.asker import Asker, data
from tests.support.memory_stage import MemoryWorld
from tests.support.public_log import log_key
from tests.support.replayed import PublicWorld, found, public_world

ITEMS = Path(__file__).parents[2] / "infra" / "demo_catalogue.csv"
PRESENT = datetime.fromisoformat("2026-11-20T18:00:00+08:00").astimezone(UTC)


def happenings() -> list[tuple[datetime, MadeUp | MadeUpAct | None]]:
    """All that happens in the week, in order of time; None where time only passes."""
    policy, calendar = load_profile("statutory"), load_calendar("CN")
    entries = catalogue.read(ITEMS.read_bytes(), ITEMS.name)
    counting = Counting(calendar, policy)
    days = days_of(PRESENT, counting)
    events = week(entries, "hall", PRESENT, counting)
    passes = crossed(events, entries, Simulation(policy, calendar), PRESENT)
    passes += closings(days, PRESENT, counting)
    found: list[tuple[datetime, MadeUp | MadeUpAct | None]] = [(at, None) for at in stops(passes)]
    found += [(one.at, one) for one in events]
    found += [(act.at, act) for act in acts(days, PRESENT, counting)]
    return sorted(found, key=lambda one: one[0])


def live(county: MemoryWorld) -> None:
    """Let the week happen."""
    ask = Asker(county.services)
    county.services.catalogues.write(catalogue.read(ITEMS.read_bytes(), ITEMS.name))
    for at, what in happenings():
        county.wall.at = at
        if isinstance(what, MadeUp):
            county.services.inbox.put_event(normalise(what.event), county.services.now())
        elif what is not None:
            do(ask, what)
        county.tick()
    county.wall.at = PRESENT
    county.tick()


def do(ask: Asker, act: MadeUpAct) -> None:
    """Do what somebody does about a card."""
    feed: list[dict[str, Any]] = []
    while page := data(ask("GET", f"/v1/alerts?lastEventId={feed[-1]['id'] if feed else ''}")):
        feed += page
    card, department = card_of(act, feed)
    who = department if act.role == "department" else act.role
    data(ask("POST", f"/v1/cards/{card}/{act.step}", who, dict(act.body) or None), 202)


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give the county at the end of its week."""
    with public_world("2026-11-09T08:00:00") as made:
        live(made)
        yield made


@pytest.fixture
def cards(county: MemoryWorld) -> list[Published]:
    """Give its published cards, without warnings."""
    return [one for one in county.services.board.cards(999) if one.card.level != "warning"]


def test_every_turn_of_a_life_is_there(cards: list[Published]) -> None:
    """As the README has them."""
    states = Counter(one.mark.state for one in cards if one.mark)
    assert states.keys() >= {"issued", "acknowledged", "responded", "appealed", "revoked", "lost"}
    assert {one.card.rule for one in cards if one.card.confirmed} == {"V-17", "V-23"}
    raised = {step.data["level"] for one in cards if one.mark for step in one.mark.escalations}
    assert raised == {"red", "supervision", "referral"}
    assert {"L-02", "L-03"} <= {one.card.rule for one in cards}


def test_every_card_has_a_number_and_no_number_is_skipped(cards: list[Published]) -> None:
    """One for each level that it reached, save that of a referral beside all else."""
    given: dict[str, list[int]] = {}
    for one in cards:
        assert one.mark is not None
        assert one.card.level in one.mark.numbers
        for level, number in one.mark.numbers.items():
            given.setdefault(level, []).append(number.number)
    for level, numbers in given.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), level


def test_nothing_was_noticed_late(cards: list[Published]) -> None:
    """The clock of the demo stops wherever something is due."""
    assert not [one.card for one in cards if one.card.outage]


def test_every_card_is_derived_again_as_it_was_issued(
    county: MemoryWorld, cards: list[Published]
) -> None:
    """By what `duban explain card` does."""
    for one in cards:
        told = explained(county.services, one.card.card)
        wrong = [row for row in told["derivations"] if row["verdict"] != "same"]
        assert wrong == [], str((one.card.rule, wrong))


def test_a_stranger_believes_the_log_of_the_week(county: MemoryWorld) -> None:
    """Every leaf keeps to what is allowed, every case to its chain, every tile to its root."""
    made = checkpoint(county.services)
    seen = visit(county.cloud.bucket.objects.get, log_key(county))
    leaves = seen.leaves()
    assert made is not None
    assert made.size == len(leaves) == len(county.cloud.items["test-Facts"])
    kinds = {leaf.said["k"] for leaf in leaves}
    assert kinds >= {"case.accepted", "card.issued", "card.rechecked", "card.numbered"}


def test_whoever_replays_the_week_comes_to_the_same(county: PublicWorld) -> None:
    """Every turn of a card's life, by people and by time: all of it follows, and nothing lacks."""
    kinds = {leaf["k"] for leaf in county.leaves()}
    assert kinds >= {"rules.adopted", "item.listed", "card.annulled", "card.remedied"}
    assert found(county) == []
