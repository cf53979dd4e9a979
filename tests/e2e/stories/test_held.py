"""Cases that cannot be judged yet wait, say so, and are judged when what was missing has come."""

from chalicelib.instant import parse
from chalicelib.lambdas.recompute import awaken
from chalicelib.policy.catalogue import read_catalogue
from tests.support.memory_stage import memory_world

CATALOGUE = """item,name,department,kind,promise,statutory,basis,stages
X-01,许可,Housing,promise,5wd,20wd,某法第一条,
""".encode()


OPENED = {"item": "X-01", "department": "Housing", "region": "370102"}


def test_a_case_of_an_unlisted_item_is_late_by_the_law():
    """Twenty working days from 2 November end on the 30th; nothing was promised, so it is red."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.report("case.accepted", "2026-11-02T09:00:00", **OPENED)
        county.until("2026-11-30T17:30:00")
        assert (county.snapshot().held_for, county.cards()) == ("", [])
        assert county.snapshot().due_at == parse("2026-11-30T17:30:00+08:00")
        county.until("2026-11-30T18:00:00")
        assert county.cards() == [("red", "2026-11-30T09:30:00.000Z")]


def test_a_case_of_an_unlisted_item_is_shortened_when_the_catalogue_comes():
    """From then on: it is warned at once, and late by the promise only when that is over."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.report("case.accepted", "2026-11-02T09:00:00", **OPENED)
        county.until("2026-11-06T09:00:00")
        assert county.cards() == []
        county.services.catalogues.write(read_catalogue(CATALOGUE, "items.csv"))
        assert awaken(county.services) == 1
        county.tick()
        county.until("2026-11-06T09:30:00")
        assert county.cards() == [("warning", "2026-11-06T00:59:59.999Z")]
        county.until("2026-11-09T18:00:00")
        assert county.cards()[1:] == [("yellow", "2026-11-09T09:30:00.000Z")]
        assert county.services.inbox.oldest_pending() is None


def test_no_card_is_issued_beyond_the_published_calendar():
    """Due in a year not published yet: it is warned, the card is held, an alert says why."""
    with memory_world("2026-12-21T09:00:00") as county:
        county.accept("2026-12-21T09:00:00", promise="10wd")
        county.until("2026-12-31T18:00:00")
        assert county.snapshot().is_provisional
        county.until("2027-01-08T09:00:00")
        assert [level for level, _ in county.cards()] == ["warning"]
        assert county.facts()[-1].kind == "calendar.missing"
        assert county.facts()[-1].text("missing") == "calendar:2027"
        snapshot = county.snapshot()
        assert (snapshot.lamp, snapshot.held_for, snapshot.wake_at) == (
            "green",
            "calendar:2027",
            None,
        )


def test_what_is_in_force_is_looked_at_once_it_is_old():
    """Held cases cost nothing while nothing new arrives."""
    with memory_world("2026-12-21T09:00:00") as county:
        county.accept("2026-12-21T09:00:00", promise="10wd")
        county.until("2027-01-06T09:00:00")
        assert county.snapshot().held_for == "calendar:2027"
        assert [level for level, _ in county.cards()] == ["warning"]
        for at in ("2027-01-06T09:20:00", "2027-01-06T09:40:00"):
            assert awaken(county.services) == 0
            county.until(at)
        looked = len(county.facts())
        assert awaken(county.services) == 0
        county.tick()
        assert len(county.facts()) == looked


def test_what_was_told_leaves_the_inbox_once_it_is_sealed():
    """Only its digest stays, by which the same event is known again."""
    with memory_world("2026-11-02T09:00:00") as county:
        told = {"at": "2026-11-02T09:00:00", "promise": "5wd", "title": "王小明的饭店", "id": "e1"}
        county.accept(**told)
        county.tick()
        item = county.services.inbox.get("hall:1", "E#e1")
        assert item is not None
        assert not item.event
        assert not item.pending_shard
        kept = county.services.vault
        assert "王小明" not in str(county.facts())
        assert kept.secret("hall:1").public == county.snapshot().public_case
        given = {"item": "X-01", "department": "Housing", "region": "370102"}
        again = {**given, "promise": {"amount": 5, "unit": "wd"}, "title": "王小明的饭店"}
        same = county.report("case.accepted", "2026-11-02T09:00:00", "1", id="e1", **again)
        assert same == "duplicate"
