"""What is missing (补正): a notice that nobody follows up is found, and waits for a person.

Received Thursday 2026-02-12, told on Friday 02-13; thirty days are over on 03-16, for 03-15 is a
Sunday. It is V-34, an incomplete file; no law has the number.
"""

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.policy.shipped import list_profiles, load_profile
from tests.unit.clocks.living import findings_of, handed_in, live, notified, received
from tests.unit.told import MS, accepted, at, reported

RECEIVED, TOLD, OVER = "2026-02-12T10:00", "2026-02-13T09:00", "2026-03-16T17:30"
FOUND = [f"V-34 (supplement) {OVER}"]


def found(*more: Fact) -> list[str]:
    """What is found by the end of the year."""
    facts = live(received(RECEIVED), notified(TOLD), *more, until="2026-12-31")
    return findings_of(facts, "V-34")


def test_it_is_found_once_and_only_proposed() -> None:
    """And stays so."""
    assert found() == FOUND
    assert found(notified("2026-03-20T09:00")) == FOUND


@pytest.mark.parametrize("late", [0, 1])
@pytest.mark.parametrize(
    "kind", ["supplement_submitted", "withdrawn", "returned", "cancelled", "decided"]
)
def test_what_is_brought_or_ends_it_stops_its_clock(kind: str, late: int) -> None:
    """To the millisecond."""
    more = {"materials": ["deed"]} if kind == "supplement_submitted" else {}
    step = reported(kind, at(OVER) + late * MS, **more)
    assert found(step) == FOUND * late


@pytest.mark.parametrize("late", [0, 1])
def test_an_acceptance_stops_it(late: int) -> None:
    """Accepted without them, it has its main clocks."""
    assert found(accepted(at(OVER) + late * MS, "5wd")) == FOUND * late


def test_each_notice_has_its_own() -> None:
    """Brought on 03-02, told again on 03-09: thirty days more are 04-08."""
    more = handed_in("2026-03-02T10:00"), notified("2026-03-09T17:30")
    assert found(*more) == ["V-34 (supplement) 2026-04-08T17:30"]


def test_none_after_an_acceptance_by_silence() -> None:
    """A notice on 02-27, after the five days, begins nothing."""
    facts = live(
        received(RECEIVED, promise="20wd"), notified("2026-02-27T10:00"), until="2026-12-31"
    )
    assert findings_of(facts, "V-34") == []


def test_every_profile_has_it_and_none_is_automatic() -> None:
    """It is nobody's law: thirty days, and a person."""
    for name in list_profiles():
        profile = load_profile(name)
        assert str(profile.clocks["supplement"].limit) == "30d"
        assert [row.automatic for row in profile.thresholds["supplement"]] == [False]
