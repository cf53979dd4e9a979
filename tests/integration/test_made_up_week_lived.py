"""The made-up week, lived through in one process: every turn of a card's life can be seen."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.board.published_card import PublishedCard
from chalicelib.lambdas.publish import publish
from infra.explain.card import explain_card
from infra.recovery.restoring import restore
from tests.stranger.visit import visit
from tests.support.attacks import duban_verify
from tests.support.lived_week import live
from tests.support.memory_stage import MemoryWorld
from tests.support.public_log import log_key
from tests.support.replayed import PublicWorld, found, public_world
from tests.support.shown_county import (
    alerts,
    cards_page,
    departments_page,
    log_folder,
    saved,
)

LATE = tuple(f"20261116-{number:03d}" for number in (70, 71, 64, 65))
PRESENT = datetime.fromisoformat("2026-11-20T18:00:00+08:00").astimezone(UTC)


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give the county at the end of its week."""
    with public_world("2026-11-09T08:00:00") as made:
        live(made, PRESENT)
        yield made


@pytest.fixture
def cards(county: MemoryWorld) -> list[PublishedCard]:
    """Give its published cards, without warnings."""
    return [card for card in county.services.board.cards(999) if card.level != "warning"]


def test_every_turn_of_a_life_is_there(cards: list[PublishedCard]) -> None:
    """As the README has them."""
    states = Counter(card.state for card in cards)
    assert states.keys() >= {"issued", "acknowledged", "responded", "appealed", "revoked", "lost"}
    assert {card.rule for card in cards if card.confirmed} == {"V-23"}
    raised = {fact.data["level"] for card in cards for fact in card.escalations}
    assert raised == {"red"}  # confirmed by a person
    assert not {"L-02", "L-03"} & {card.rule for card in cards}, "no law knows repeated cards"


def test_late_news_is_weighed_and_decided(county: MemoryWorld, cards: list[PublishedCard]) -> None:
    """One counts by itself, one is accepted and takes its card away, one is refused, one waits."""
    harmless, accepted, refused, waiting = (
        {fact.kind for fact in county.facts(case) if fact.kind.startswith("claim.")}
        for case in LATE
    )
    assert harmless == set()
    assert accepted == {"claim.contested", "claim.accepted"}
    assert refused == {"claim.contested", "claim.refused"}
    assert waiting == {"claim.contested"}
    assert {case.case for case in county.services.cases.contested("", 9)[0]} == {f"hall:{LATE[3]}"}
    reasons = {card.case: card.reason for card in cards if card.verdict == "lost"}
    assert reasons[f"hall:{LATE[1]}"] == "claim_accepted"


def test_every_card_has_a_number_and_no_number_is_skipped(cards: list[PublishedCard]) -> None:
    """One for each level that it reached."""
    given: dict[str, list[int]] = {}
    for card in cards:
        assert card.level in card.numbers
        for level, number in card.numbers.items():
            given.setdefault(level, []).append(number.number)
    for level, numbers in given.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), level


def test_nothing_was_noticed_late(cards: list[PublishedCard]) -> None:
    """The clock of the demo stops wherever something is due."""
    assert not [card for card in cards if card.outage]


def test_every_card_is_derived_again_as_it_was_issued(
    county: MemoryWorld, cards: list[PublishedCard]
) -> None:
    """By what `duban explain card` does."""
    for card in cards:
        told = explain_card(county.services, card.card)
        wrong = [row for row in told["derivations"] if row["verdict"] != "same"]
        assert wrong == [], str((card.rule, wrong))


def test_a_stranger_believes_the_log_of_the_week(county: MemoryWorld) -> None:
    """Every leaf keeps to what is allowed, every case to its chain, every tile to its root."""
    made = publish(county.services)
    seen = visit(county.cloud.bucket.objects.get, log_key(county))
    leaves = seen.leaves()
    assert made is not None
    assert made.size == len(leaves) == len(county.cloud.items["test-Facts"])
    kinds = {leaf.said["k"] for leaf in leaves}
    assert kinds >= {"case.accepted", "card.issued", "card.rechecked", "card.numbered"}
    assert kinds >= {"suggestion.issued", "escalation.proposed", "case.escalated"}


def test_whoever_replays_the_week_comes_to_the_same(county: PublicWorld) -> None:
    """Every turn of a card's life, by people and by time: all of it follows, and nothing lacks."""
    kinds = {leaf["k"] for leaf in county.leaves()}
    assert kinds >= {"rules.adopted", "item.listed", "card.annulled", "card.remedied"}
    assert found(county) == []


def test_what_it_shows_is_what_its_log_says(county: MemoryWorld, tmp_path: Path) -> None:
    """Board and feed of the whole week, card by card and alert by alert."""
    publish(county.services)
    cards = saved(tmp_path, "cards", cards_page(county))
    counts = saved(tmp_path, "counts", departments_page(county))
    feed = saved(tmp_path, "feed", alerts(county))
    shown = ("--board", cards, "--board", counts, "--alerts", feed)
    verdict = duban_verify(log_folder(county, tmp_path / "log"), *shown, key="")
    assert (verdict.code, verdict.findings) == (0, [])


def test_its_tables_are_what_follows_from_its_log(county: MemoryWorld) -> None:
    """Rows, facts, snapshots and board of the whole week, under the rules of their days."""
    publish(county.services)
    found = restore(county.services, writes=False)
    assert [each.en for each in found.differences.kept] == []
    assert found.was_whole
