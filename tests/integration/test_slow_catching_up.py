"""A service that is slow to catch up after an outage is not accused; whoever calls it so is found.

It records the oldest step of any case first. So what it records late in that order was not held
back, as long as it takes no longer than the outage did. Out of that order, or without an outage,
it was.
"""

import copy
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.instant import parse, text
from chalicelib.lambdas.backlog import due_wakes
from chalicelib.lambdas.stating import beat, state
from infra.verify.supervision.life import UNSEEN
from tests.support.attacks import attack, moved, verify
from tests.support.replayed import Leaf, PublicWorld, found, public_world

START = "2026-11-02T09:00:00"  # a Monday
CASES = 8


def open_cases(county: PublicWorld, spread: int = 8) -> None:
    """Accept cases with promises of hours, so that no two fall due at one instant."""
    for number in range(CASES):
        at = f"2026-11-02T09:{5 * number:02}:00"
        county.wall.at = parse(f"{at}+08:00")
        county.accept(at, str(number), promise=f"{3 + number * 3 % spread}h")
    county.until("2026-11-02T11:00:00", minutes=60)


def alive(county: PublicWorld) -> None:
    """Let the log say that it is alive, and judge nobody."""
    beat(county.services, state(county.services))
    county.pump.drain()


def catch_up(county: PublicWorld, minutes: float) -> timedelta:
    """Give one case after another its turn, one each so many minutes. Return how long it took."""
    services, back = county.services, county.wall.at
    while True:
        alive(county)
        due = due_wakes(services, services.now())
        if not due:
            return county.wall.at - back
        (wake_at, case), *others = due
        until = others[0][0] if others else None
        services.inbox.put_nudge(case, wake_at, county.wall.at, until)
        county.pump.drain()
        county.wall.forward(minutes=minutes)


def late(leaves: list[Leaf]) -> list[Leaf]:
    """The cards that were noticed late by an outage, in the order of the log."""
    return [
        leaf
        for leaf in leaves
        if leaf["k"] == "card.issued"
        and not leaf.get("told")
        and leaf["data"].get("noticed") == "outage"
    ]


@pytest.fixture(scope="module")
def slow() -> Iterator[PublicWorld]:
    """Give a county that was off for 33 hours, and took three to catch up."""
    with public_world(START) as made:
        open_cases(made)
        made.wall.forward(hours=33)
        assert timedelta(hours=2) < catch_up(made, 15) < timedelta(hours=4)
        for _ in range(4):
            made.close()
        yield made


def test_an_honest_county_that_is_slow_to_catch_up(slow: PublicWorld) -> None:
    """Its last cards came hours after it was back, while heartbeats ran."""
    cards = late(slow.leaves())
    assert parse(cards[-1]["rec"]) - parse(cards[0]["rec"]) > UNSEEN
    assert found(slow) == []


def test_nobody_is_accused_in_the_middle_of_it() -> None:
    """Whoever reads the log while it goes on sees what is still to have its turn, and a remark."""
    with public_world(START) as made:
        open_cases(made)
        made.wall.forward(hours=33)
        catch_up(made, 15)
        leaves = made.leaves()
        for half in late(leaves)[1:]:
            assert found(made, leaves[: leaves.index(half) + 1]) == []


@attack("a card passed over while the service catches up after an outage", "any reader")
def test_a_card_that_is_kept_out_of_turn(slow: PublicWorld, tmp_path: Path) -> None:
    """Others of later instants were recorded long before it."""
    leaves = copy.deepcopy(slow.leaves())
    cards = late(leaves)
    last = parse(cards[-1]["rec"]) + timedelta(hours=8)
    kept = moved(leaves, cards[0], text(last).removesuffix("Z"))
    (said,) = [one for one in verify(tmp_path, kept, dict(slow.rules())).findings if "V-02" in one]
    assert "held back until" in said


@attack("all cards three hours late, called catching up without an outage", "any reader")
def test_without_a_silence_nobody_catches_up() -> None:
    """The log was alive all the time."""
    with public_world(START) as made:
        open_cases(made)
        for _ in range(33):
            made.wall.forward(hours=1)
            alive(made)
        catch_up(made, 15)
        made.close()
        assert sum("held back until" in one for one in found(made)) >= CASES


@attack("a day of catching up after an outage of two hours", "any reader")
@pytest.mark.parametrize(("minutes", "is_sound"), [(6, True), (35, False)])
def test_catching_up_takes_no_longer_than_the_silence(minutes: int, *, is_sound: bool) -> None:
    """What comes after that is late, though each step says that an outage delayed it."""
    with public_world(START) as made:
        open_cases(made, spread=1)
        made.wall.forward(hours=2)
        took = catch_up(made, minutes)
        for _ in range(3):
            made.close()
        assert took > UNSEEN
        assert (took > timedelta(hours=6)) != is_sound
        assert any("held back until" in one for one in found(made)) != is_sound
