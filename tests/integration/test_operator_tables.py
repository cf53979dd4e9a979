"""What an operator does to tables, code and streams of a running stage: he is found out too."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from chalicelib.calendar.change import read_change
from chalicelib.cases.case_id import item_case
from chalicelib.instant import text
from chalicelib.policy import adoption_store, shipped
from chalicelib.policy.catalogue import read_catalogue
from chalicelib.policy.dated_profile import read_dated_profile
from tests.support.replayed import PublicWorld, found, own, public_world

START = "2026-11-02T09:00:00"  # a Monday; five working days from it end on 9 November
ITEMS = """item,name,department,kind,promise,statutory,basis,stages
X-01,许可,Housing,promise,5wd,20wd,某法第一条,
"""
LISTED = {"item": "X-01", "department": "Housing", "region": "370102"}
TYPHOON = {"notice": "某政办发〔2026〕3号", "issued": "2026-11-03", "days_off": ["2026-11-05"]}

Attack = Callable[[PublicWorld, pytest.MonkeyPatch], None]


def _edit(county: PublicWorld, pk: str, old: str, new: str) -> None:
    """Edit an item of the registry in its place, as somebody with the table's key can."""
    items = county.cloud.items["test-Registry"]
    (key,) = (key for key in items if key[0].startswith(pk) and old in items[key]["body"]["S"])
    body = items[key]["body"]["S"]
    items[key] = {**items[key], "body": {"S": body.replace(old, new)}}


def edit_the_catalogue(county: PublicWorld, _: pytest.MonkeyPatch) -> None:
    """Fifty working days in place of five, under the name that the version has."""
    _edit(county, "CATALOGUE#", '"5wd"', '"50wd"')


def edit_the_calendar(county: PublicWorld, _: pytest.MonkeyPatch) -> None:
    """Four more days off, in a document whose name remains."""
    county.services.calendars.write(read_change(TYPHOON, "f"))
    county.tick()
    _edit(county, "CALENDAR#DOCUMENT", "2026-11-05", "2026-11-09")
    county.services.__dict__.pop("calendars")


def edit_the_policy(county: PublicWorld, patch: pytest.MonkeyPatch) -> None:
    """Days that end at midnight, in a profile that goes by its old name."""
    text = shipped.profile_text("statutory")
    honest, late = (
        read_dated_profile(each, "statutory.toml")
        for each in (text, text.replace('cutoff = "office"', 'cutoff = "24:00"'))
    )
    renamed = replace(late, version=honest.version)
    patch.setattr(adoption_store, "load_dated_profile", lambda _: renamed)
    county.services.__dict__.pop("policies")


@pytest.mark.parametrize(
    ("attack", "why"),
    [
        (edit_the_catalogue, "case.accepted has terms other than the catalogue's of then"),
        (edit_the_calendar, "the rules that are stated cannot be read, or are not what they say"),
        (edit_the_policy, "does not follow from the facts before it"),
    ],
)
def test_tables_that_are_edited(attack: Attack, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is judged by them names them, or should; what the log states is what was published."""
    with public_world(START) as county:
        county.services.catalogues.write(read_catalogue(ITEMS.encode(), "items.csv"))
        county.tick()
        attack(county, monkeypatch)
        county.report("case.accepted", START, **LISTED, promise=None)
        county.tick()
        county.until("2026-11-09T18:00:00")
        county.until("2026-11-10T18:00:00")
        county.close()
        said = found(county)
    assert any(why in one for one in said), said


def test_an_item_that_is_kept_from_its_card() -> None:
    """The catalogue lists it with more stages than are allowed, and nobody tells the item so."""
    wrong = ITEMS.replace("某法第一条,", "某法第一条,a:1wd; b:1wd; c:1wd; d:1wd")
    with public_world(START) as county:
        county.services.catalogues.write(read_catalogue(wrong.encode(), "items.csv"))
        county.tick()
        county.until("2026-11-03T09:00:00")
        county.close()
        assert found(county) == []
        names = own(county.leaves())
        gone = {names[one] for one in names if one == item_case("X-01")}
        gone |= {leaf["case"] for leaf in county.leaves() if "own" in leaf and leaf["n"] == 0
                 and leaf["key"].startswith(tuple(f"duban/{case}." for case in gone))}  # fmt: skip
        kept = [leaf for leaf in county.leaves() if leaf["case"] not in gone]
        (said,) = found(county, kept)
        assert "duban:item/X-01: the catalogue wants item.listed told, and it was not" in said


def test_a_card_that_is_kept_back_cannot_lose_its_ground() -> None:
    """He lets the case lie for two days; then the office tells that it decided in time.

    The card comes all the same, with the delay as ours, and what the office tells is contested.
    """
    with public_world(START) as county:
        for case in ("1", "2"):
            county.accept(START, case)
        county.tick()
        county.until("2026-11-06T18:00:00")
        county.pump.lose = lambda _, record: "hall:1" in str(record["dynamodb"]["Keys"])
        county.until("2026-11-09T18:00:00")
        county.report("case.decided", "2026-11-10T09:00:00", "2", outcome="granted")
        county.until("2026-11-10T09:00:00")
        county.until("2026-11-11T09:00:00")
        county.pump.lose = lambda *_: False
        county.report("case.decided", "2026-11-09T17:00:00", outcome="granted")
        county.tick()
        county.close()
        (card,) = [fact for fact in county.facts("1") if fact.kind == "card.issued"]
        assert (text(card.at), card.text("noticed")) == ("2026-11-09T09:30:00.000Z", "outage")
        assert "claim.contested" in [fact.kind for fact in county.facts("1")]
        assert found(county) == []
