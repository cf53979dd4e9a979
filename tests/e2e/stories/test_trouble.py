"""When parts of us fail, nothing is lost, and one bad record does not hold up the others."""

from collections.abc import Callable

from tests.support.memory_stage import MemoryWorld
from tests.support.story import story
from tests.support.stream_pump import Record

START = "2026-11-02T09:00:00"


def test_lost_stream_record_is_healed_within_minutes():
    """Whichever stream loses everything for a day, reconcile brings it on."""
    with story(START) as county:
        for number, stream in enumerate(("Inbox", "Facts", "Log")):
            county.pump.lose = _losing(stream)
            county.accept(START, str(number), promise="1wd")
            county.pump.drain()
        county.pump.lose = _losing("")
        for _ in range(2):
            county.heal_once()
        assert county.services.inbox.oldest_pending() is None
        assert [card.level for card in county.published()] == ["warning"] * 3
        assert county.services.board.all_tallies()[0].lamps["green"] == 3


def test_a_poison_item_is_quarantined_and_blocks_nobody():
    """It is tried some times, then waits apart for whoever mends it."""
    with story(START) as county:
        county.accept(START, "1", promise="1wd")
        _spoil(county, "hall:1")
        county.accept(START, "2", promise="1wd")
        county.until("2026-11-02T09:10:00")
        assert county.pump.failed == []
        assert [card.case for card in county.published()] == ["hall:2"]
        inbox, poison = county.services.inbox, [("hall:1", "E#e1")]
        assert inbox.pending_before(county.wall.at, 9) == poison
        county.heal()
        assert inbox.oldest_pending() is None
        assert inbox.list_quarantined(9) == poison


def _losing(stream: str) -> Callable[[str, Record], bool]:
    return lambda table, _record: table == stream


def _spoil(county: MemoryWorld, case: str) -> None:
    """Let an event be what no version of us can read."""
    county.cloud.update_item(
        {
            "TableName": "test-Inbox",
            "Key": {"case": {"S": case}, "id": {"S": "E#e1"}},
            "UpdateExpression": "SET #e = :e",
            "ExpressionAttributeNames": {"#e": "event"},
            "ExpressionAttributeValues": {":e": {"S": '{"id": "e1"}'}},
        }
    )
