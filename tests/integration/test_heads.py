"""The snapshot with more facts wins; of equals, the one with the earlier wake that is not over."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.cases.snapshot import CaseSnapshot
from tests.support.memory_stage import memory_world

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
STORED = CaseSnapshot("hall:1", "c_1", 3, NOON, "green", wake_at=NOON + 4 * HOUR)


@pytest.fixture
def cases():
    """Give the snapshots, with one of three facts that wakes at four."""
    with memory_world("2026-11-02T09:00:00") as county:
        assert county.services.cases.save(STORED)
        yield county.services.cases


@pytest.mark.parametrize(
    ("given", "wins"),
    [
        pytest.param({"n": 2, "wake_at": NOON + HOUR}, False, id="fewer facts never win"),
        pytest.param({"n": 4, "wake_at": NOON + 9 * HOUR}, True, id="more facts always do"),
        pytest.param({"n": 4, "wake_at": None}, True, id="even without a wake"),
        pytest.param({"wake_at": NOON + 3 * HOUR}, True, id="of equals the earlier wake wins"),
        pytest.param({"wake_at": NOON + 5 * HOUR}, False, id="and the later does not"),
        pytest.param({"wake_at": None}, False, id="nor does none"),
        pytest.param(
            {"judged_at": NOON + 4 * HOUR, "wake_at": NOON + 5 * HOUR},
            True,
            id="unless the wake is over",
        ),
        pytest.param(
            {"judged_at": NOON + 4 * HOUR, "wake_at": None}, True, id="then none wins too"
        ),
    ],
)
def test_which_snapshot_wins(cases, given, wins):
    """A late writer never takes a case's wake away."""
    snapshot = replace(STORED, **given)
    assert cases.save(snapshot) is wins
    assert cases.get("hall:1") == (snapshot if wins else STORED)


def test_a_snapshot_that_was_asleep_is_woken_by_an_equal(cases):
    """No wake is later than any."""
    asleep = replace(STORED, n=4, wake_at=None)
    assert cases.save(asleep)
    assert cases.save(replace(asleep, wake_at=NOON + HOUR))


def test_a_lost_answer_makes_a_snapshot_look_refused_though_it_is_there():
    """The SDK repeats the put: equal to itself it wins or loses, and is stored either way."""
    with memory_world("2026-11-02T09:00:00") as county:
        with county.faulty.failing(0, "lost"):
            county.services.cases.save(STORED)
        assert county.services.cases.get("hall:1") == STORED


def test_supervise_judges_at_the_instant_of_the_sweep():
    """The sweep's clock is ahead: what it found due is judged as due, and not put off."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:00:00", promise="2wd")
        county.pump.drain()
        county.wall.skew = timedelta(seconds=90)
        county.tick()
        county.wall.skew = timedelta(0)
        assert county.cards() == [("warning", "2026-11-02T01:00:00.000Z")]
        wake_at = county.snapshot().wake_at
        assert wake_at is not None
        county.wall.at = wake_at - timedelta(seconds=30)
        county.wall.skew = timedelta(seconds=90)
        county.services.inbox.put_nudge("hall:1", wake_at, county.services.now())
        county.wall.skew = timedelta()
        county.pump.drain()
        assert [level for level, _ in county.cards()] == ["warning", "yellow"]


def test_a_snapshot_of_a_card_has_what_it_was_found_for(cases):
    """As it was saved, and by the list of its department too."""
    about = {"rule": "V-15", "ground": "found", "case": "hall:1", "stage": "审查"}
    card = replace(STORED, case="duban:card/c_1.2", department="Housing", about=about)
    assert cases.save(card)
    assert cases.get("duban:card/c_1.2") == card
    assert [one.about for one in cases.of_department("card", "Housing")] == [about]
