"""Who keeps what was a department's, on either side of the day of a reorganisation (T-40)."""

from datetime import date

import pytest

from chalicelib.people.organisation import Organisation
from chalicelib.people.successors import Addressed
from chalicelib.people.units import DatedName, Department, Region, Succession, SuccessionKind

BEFORE, AT, AFTER = date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 1)


def unit(code: str, *names: str, region: str = "", until: date | None = None) -> Department:
    """Return a department that changes its name at `AT` where it has two."""
    dated = (DatedName(names[0]), *(DatedName(name, AT) for name in names[1:]))
    return Department(code, dated, region=region, until=until)


def step(
    source: str, to: str, kind: SuccessionKind = "merge", at: date = AT, item: str = ""
) -> Succession:
    """Return a succession, by default a merger."""
    return Succession(source, kind, at, to, item)


def keeper(
    organisation: Organisation, name: str, on: date, *, item: str = "", region: str = ""
) -> str:
    """Return who keeps on a day what is addressed to *name*."""
    return organisation.successors.keeper(Addressed(name, region, item), on)


MERGED = Organisation(
    departments=(unit("LY", "林业局", until=BEFORE), unit("NY", "农业局", "农林局")),
    successions=(step("LY", "NY"),),
)


def test_a_merged_department_is_kept_by_its_successor_from_its_day_on() -> None:
    """T-40, and the other of both, which only changed its name."""
    assert keeper(MERGED, "林业局", BEFORE) == "林业局"
    assert keeper(MERGED, "林业局", AT) == "农林局"
    assert keeper(MERGED, "农业局", BEFORE) == "农业局"
    assert keeper(MERGED, "农业局", AT) == "农林局"
    assert keeper(MERGED, "NY", AT) == "农林局"
    assert MERGED.successors.names_kept_by("农业局", BEFORE) == ("农业局", "农林局", "NY")
    names = MERGED.successors.names_kept_by("农林局", AT)
    assert names == ("农林局", "林业局", "LY", "农业局", "NY")
    assert "农林局" not in MERGED.successors.names_kept_by("林业局", AT)


def test_a_name_that_nobody_knows_is_its_own() -> None:
    """No organisation at all, or one without it."""
    assert keeper(Organisation(), "林业局", AT) == "林业局"
    assert keeper(MERGED, "水利局", AT) == "水利局"
    assert MERGED.successors.names_kept_by("水利局", AT) == ("水利局",)
    assert not MERGED.successors.is_over("水利局", AT)


def test_an_item_goes_to_whom_it_is_transferred_and_the_rest_stays() -> None:
    """A split (分设) by items: what has no item stays with the parent (ORG-04)."""
    departments = (unit("A", "建设局"), unit("B", "城管局"), unit("C", "审批局"))
    steps = (
        step("A", "B", "split"),
        step("A", "C", "transfer_item", item="X"),
        step("A", "B", "split", item="Y"),
    )
    split = Organisation(departments, steps)
    assert keeper(split, "建设局", AT, item="X") == "审批局"
    assert keeper(split, "建设局", BEFORE, item="X") == "建设局"
    assert keeper(split, "建设局", AT, item="Y") == "城管局"
    assert keeper(split, "建设局", AT, item="Z") == keeper(split, "建设局", AT) == "建设局"
    assert "建设局" in split.successors.names_kept_by("审批局", AT)


def test_an_item_that_moved_on_the_day_of_the_merger_goes_its_own_way() -> None:
    """The transfer concerns less, so it comes first."""
    departments = (unit("A", "甲"), unit("B", "乙"), unit("C", "丙"))
    both = Organisation(departments, (step("A", "B"), step("A", "C", "transfer_item", item="X")))
    assert keeper(both, "甲", AT, item="X") == "丙"
    assert keeper(both, "甲", AT, item="Y") == "乙"


def test_what_was_taken_back_later_ends_where_it_began() -> None:
    """A merger undone is no circle; a circle of one day ends too."""
    departments = (unit("A", "甲"), unit("B", "乙"))
    undone = Organisation(departments, (step("A", "B"), step("B", "A", at=AFTER)))
    assert [keeper(undone, "甲", day) for day in (BEFORE, AT, AFTER)] == ["甲", "乙", "甲"]
    ring = Organisation(departments, (step("A", "B"), step("B", "A")))
    assert keeper(ring, "甲", AT) == "乙"
    assert keeper(ring, "乙", AT) == "甲"


def test_a_chain_is_followed_to_its_end_of_the_day() -> None:
    """Three mergers, one after another."""
    departments = (unit("A", "甲"), unit("B", "乙"), unit("C", "丙"))
    chain = Organisation(departments, (step("B", "C", at=AFTER), step("A", "B")))
    assert [keeper(chain, "甲", day) for day in (AT, AFTER)] == ["乙", "丙"]
    assert chain.successors.names_kept_by("丙", AFTER) == ("丙", "甲", "A", "乙", "B", "C")


def test_whom_nobody_continues_is_over_or_kept_by_the_unit_above() -> None:
    """ORG-03: until somebody is named, the parent."""
    alone = Organisation((unit("A", "甲", until=BEFORE),), (Succession("A", "abolish", AT),))
    assert not alone.successors.is_over("甲", BEFORE)
    assert alone.successors.is_over("甲", AT)
    above = Organisation(
        (Department("A", (DatedName("甲"),), until=BEFORE, parent="P"), unit("P", "县政府")),
    )
    assert keeper(above, "甲", AT) == "县政府"
    assert not above.successors.is_over("甲", AT)
    assert "甲" in above.successors.names_kept_by("县政府", AT)
    renewed = Organisation((*above.departments, unit("Q", "市政府")), (step("P", "Q"),))
    assert keeper(renewed, "甲", AT) == "市政府"


def test_a_name_of_two_units_is_told_apart_by_region_or_not_at_all() -> None:
    """A county's successor must not get the cards of another county's department."""
    departments = (
        unit("A1", "林业局", region="433101", until=BEFORE),
        unit("A2", "林业局", region="433122"),
        unit("N1", "农林局", region="433101"),
    )
    two = Organisation(departments, (step("A1", "N1"),))
    assert keeper(two, "林业局", BEFORE) == "林业局"
    assert keeper(two, "林业局", BEFORE, region="433101") == "林业局"
    assert keeper(two, "林业局", AT, region="433101") == "农林局"
    assert keeper(two, "林业局", AT, region="433122") == "林业局"
    assert keeper(two, "林业局", AT) == "林业局"  # the one that still has the name


def test_a_name_of_a_region_s_unit_and_of_one_for_all_regions() -> None:
    """Another county's card is the latter's; without a region it is nobody's."""
    departments = (unit("A", "林业局", region="433122"), unit("B", "林业局"))
    two = Organisation(departments).successors
    assert two.code_of("林业局", AT, "433122") == "A"
    assert two.code_of("林业局", AT, "433101") == "B"
    assert two.code_of("林业局", AT) is None


def test_a_name_that_nobody_bears_means_who_bore_it_last() -> None:
    """甲 gave it up, and then 乙 had it for a year."""
    first = Department("A", (DatedName("林业局"), DatedName("甲", date(2020, 1, 1))))
    names = (DatedName("乙局"), DatedName("林业局", date(2024, 1, 1)), DatedName("乙", AT))
    assert keeper(Organisation((first, Department("B", names))), "林业局", AFTER) == "乙"


@pytest.mark.parametrize(("then", "expected"), [(BEFORE, "农林局"), (date(2027, 2, 1), "林业局")])
def test_a_name_that_is_used_again_means_who_had_it_then(then: date, expected: str) -> None:
    """The new 林业局 has nothing to do with the cards of the old one."""
    again = Department("LY2", (DatedName("林业局"),), since=date(2027, 1, 1))
    used = Organisation((*MERGED.departments, again), MERGED.successions)
    about = Addressed("林业局", then=then)
    assert used.successors.keeper(about, date(2027, 3, 1)) == expected


def test_regions_are_those_of_the_day_and_sums_go_up_the_tree() -> None:
    """A township that came under another county got a new code; its digits say nothing (ORG-09)."""
    county, other = Region("433101", "吉首市", "county"), Region("433122", "泸溪县", "county")
    old = Region("433101103", "甲镇", "township", "433101", until=BEFORE)
    new = Region("433122777", "甲镇", "township", "433122", since=AT)
    tree = Organisation(
        regions=(county, other, old, new), region_successions=(step("433101103", "433122777"),)
    ).region_tree
    assert tree.covers("433101", "433101103", BEFORE)
    assert not tree.covers("433101", "433101103", AT)
    assert tree.covers("433122", "433101103", AT)
    assert tree.covers("43", "430102", AT)  # of codes that the tree does not have, the digits
    assert tree.sums({"433101103": 2, "433122777": 1, "433101": 5}, AT) == {
        "433101": 5,
        "433122": 3,
        "433122777": 3,
    }
    assert tree.sums({"433101103": 2}, BEFORE) == {"433101103": 2, "433101": 2}
    assert tree.sums({"430102": 1}, AT) == {"430102": 1}  # of which the tree has nothing above
    assert [tree.is_known("433101103", day) for day in (BEFORE, AT)] == [True, False]
