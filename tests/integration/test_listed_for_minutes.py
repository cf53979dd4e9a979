"""A catalogue that was replaced within minutes may have been seen by nobody: it accuses nobody."""

import pytest

from chalicelib.instant import text
from chalicelib.lambdas.stating import state
from chalicelib.policy.catalogue import read_catalogue
from tests.support.replayed import PublicWorld, found, public_world

START, NOON = "2026-11-02T09:00:00", "2026-11-02T12:00:00"
HEAD = "item,name,department,kind,promise,statutory,basis,stages\n"
LINES = [f"{item},许可,Housing,promise,5wd,20wd,某法第一条,\n" for item in ("F-01", "X-01", "F-02")]


def put(county: PublicWorld, lines: int) -> None:
    """Put a catalogue in force: the first so many lines; the second is the case's item."""
    table = HEAD + "".join(LINES[:lines])
    county.services.catalogues.write(read_catalogue(table.encode(), "items.csv"))


def listed_for(county: PublicWorld, minutes: int) -> None:
    """List the item for some minutes, in which no case is looked at."""
    county.accept(START)
    county.until(NOON, minutes=60)
    put(county, 2)
    county.services.catalogues.current(fresh=True)
    state(county.services)
    county.pump.drain()
    county.wall.forward(minutes=minutes)
    put(county, 1)
    county.tick()


@pytest.mark.parametrize("minutes", [0, 1, 59])
def test_an_item_that_was_listed_for_minutes_need_not_be_adopted(minutes: int) -> None:
    """Two imports in turn: the case is looked at under the second, which lacks its item."""
    with public_world(START) as county:
        listed_for(county, minutes)
        county.until("2026-11-02T18:00:00", minutes=30)
        county.close()
        assert "terms.adopted" not in [fact.kind for fact in county.facts()]
        assert found(county) == []


def test_an_item_that_is_listed_again_is_adopted_then() -> None:
    """The catalogue that counts is the second that has it: nobody had seen the first."""
    with public_world(START) as county:
        listed_for(county, 1)
        county.until("2026-11-02T15:00:00", minutes=30)
        put(county, 3)
        county.tick()
        county.until("2026-11-02T18:00:00", minutes=30)
        county.close()
        (adopted,) = (fact for fact in county.facts() if fact.kind == "terms.adopted")
        assert text(adopted.recorded_at) == "2026-11-02T07:00:00.000Z"
        assert found(county) == []


def test_an_item_that_was_listed_for_an_hour_is_to_be_adopted() -> None:
    """Reconcile looks every minute: this stage did not, and is accused."""
    with public_world(START) as county:
        listed_for(county, 61)
        county.until("2026-11-02T18:00:00", minutes=30)
        county.close()
        assert any("terms.adopted should be there" in one for one in found(county))
