"""A source reports for whoever continues its departments, from their day on."""

from datetime import date

import pytest

from chalicelib.people.organisation import Organisation
from chalicelib.people.registered import continued_registration
from chalicelib.people.units import DatedName, Department, Region, Succession
from chalicelib.policy.sources import Registration

EVE, DAY = date(2026, 6, 30), date(2026, 7, 1)
MERGED = Organisation(
    departments=(
        Department("LY", (DatedName("林业局"),), until=EVE),
        Department("NY", (DatedName("农业局"), DatedName("农林局", DAY))),
        Department("SW", (DatedName("水务局"),)),
    ),
    successions=(Succession("LY", "merge", DAY, "NY"),),
    regions=(Region("433101103", "镇", "township"), Region("433122777", "镇", "township")),
    region_successions=(Succession("433101103", "merge", DAY, "433122777"),),
)
SOURCE = Registration(frozenset({"林业局"}), frozenset({"433101103"}))


@pytest.mark.parametrize(
    ("on", "expected"), [(EVE, ["林业局"]), (DAY, ["林业局", "农业局", "农林局"])]
)
def test_a_source_speaks_for_the_successor_from_its_day_on(on: date, expected: list[str]) -> None:
    """And for the old name, of which news may come late."""
    source = continued_registration(SOURCE, MERGED, on)
    names = ["林业局", "农业局", "农林局", "水务局"]
    assert [name for name in names if source.speaks_for(name)] == expected


def test_a_source_of_the_successor_may_tell_late_news_of_who_went_into_it() -> None:
    """Not before."""
    farming = Registration(frozenset({"农业局"}))
    assert continued_registration(farming, MERGED, DAY).speaks_for("林业局")
    assert not continued_registration(farming, MERGED, EVE).speaks_for("林业局")


def test_a_region_with_a_new_code_is_served_on() -> None:
    """A source for any stays so, and without an organisation all is as it was."""
    assert continued_registration(SOURCE, MERGED, DAY).serves("433122777")
    assert not continued_registration(SOURCE, MERGED, EVE).serves("433122777")
    assert continued_registration(Registration(), MERGED, DAY) == Registration()
    assert continued_registration(SOURCE, Organisation(), DAY) is SOURCE


def test_a_source_of_one_region_speaks_for_its_own_region_s_successor() -> None:
    """Two regions have a department of one name, and one of them is merged."""
    two = Organisation(
        (
            Department("A1", (DatedName("林业局"),), region="433101", until=EVE),
            Department("A2", (DatedName("林业局"),), region="433122"),
            Department("N1", (DatedName("农林局"),), region="433101"),
        ),
        (Succession("A1", "merge", DAY, "N1"),),
    )
    names = frozenset({"林业局"})
    for region, speaks in (("433101", True), ("433122", False)):
        source = continued_registration(Registration(names, frozenset({region})), two, DAY)
        assert source.speaks_for("农林局") is speaks, region
        assert source.speaks_for("林业局")
