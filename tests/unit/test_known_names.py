"""Which names are known, and which are not."""

from datetime import date

import pytest

from chalicelib.people.organisation import Organisation
from chalicelib.people.units import DatedName, Department, Region
from chalicelib.policy.catalogue import read_catalogue
from chalicelib.policy.names import list_names
from chalicelib.policy.sources import Registration, Registrations

ITEMS = (
    "item,name,department,kind,promise,statutory,basis,stages\n"
    "H-01,许可,住房局; 规划局,promise,5wd,20wd,某法第一条,受理:1wd; 审查\n"
)
DAY = date(2026, 12, 31)
REGISTERED = Registrations(
    {
        "hall": Registration(frozenset({"水务局"}), frozenset({"330100", "开发区"})),
        "centre": Registration(),
    }
)
ORGANISATION = Organisation(
    departments=(
        Department("LY", (DatedName("林业局"), DatedName("林草局", date(2026, 7, 1))), until=DAY),
    ),
    regions=(Region("330281", "余姚市", "county"),),
)
CATALOGUE = read_catalogue(ITEMS.encode(), "items.csv")
NAMES = list_names(CATALOGUE, REGISTERED, ["370102"], ORGANISATION)


@pytest.mark.parametrize(
    ("kind", "known", "unknown"),
    [
        (
            "department",
            ("住房局", "规划局", "水务局", "林业局", "林草局", "LY"),
            ("交通局", "受理", "住房", ""),
        ),
        ("stage", ("受理", "审查", "水务局"), ("王小明", "H-01")),
        ("item", ("H-01",), ("许可", "H-02", "住房局")),
        (
            "region",
            (
                "370102",
                "370100",
                "370000",
                "37",
                "370102001",
                "370102001002",
                "330106",
                "330281",
                "开发区",
            ),
            ("370103", "430000", "济南", "370102199001011234", "37010212345", "3701021"),
        ),
    ],
)
def test_names_are_known_by_catalogue_registrations_and_the_own_region(kind, known, unknown):
    """`any` knows nothing; more digits than a division has are none, and may be a person's."""
    assert [name for name in known if not NAMES.knows(kind, name)] == []
    assert [name for name in unknown if NAMES.knows(kind, name)] == []
