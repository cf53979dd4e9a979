"""Claims to roles: what gives a role, and everything that looks like it and gives none."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.errors import BadInput
from chalicelib.people.organisation import Organisation
from chalicelib.people.role_mapping import read_role_mapping
from chalicelib.people.units import DatedName, Department, Region, Succession

DAY = date(2026, 11, 2)
MAPPING = b"""
department = "dept"
regions = "area"
[roles.inspector]
claim = "duban"
is = "inspector"
[roles.clerk]
claim = "duban"
is = "clerk"
"""
UNITS = Organisation(
    departments=(
        Department("D-jw", (DatedName("Discipline"),), "370100"),
        Department(
            "D-zj", (DatedName("Housing"), DatedName("Building", date(2027, 1, 1))), "370102"
        ),
    ),
    regions=(
        Region("370100", "J", "city"),
        Region("370102", "L", "county", "370100"),
        Region("370103", "S", "county", "370100", until=date(2026, 6, 30)),
        Region("370181", "Z", "county", "370100", until=date(2026, 6, 30)),
    ),
    region_successions=(Succession("370181", "rename", date(2026, 7, 1), "370102"),),
)
GOOD = {"duban": "inspector", "dept": "D-jw", "area": ["370102"]}


def given(claims, units=UNITS, stage_region="370100", mapping=MAPPING):
    """Return role, department and regions of what *claims* give."""
    read = read_role_mapping(mapping, "f")
    posts = read.appointments(claims, units, stage_region, DAY)
    return [(post.role, post.department, post.regions) for post in posts]


def test_role_department_and_regions_come_from_claims():
    """As a post held from that day on; its title is for pages."""
    (post,) = read_role_mapping(MAPPING, "f").appointments(GOOD, UNITS, "370100", DAY)
    assert (post.post, post.title, post.role) == (
        "claim-inspector",
        "Discipline 监察人员",
        "inspector",
    )
    assert (post.department, post.regions) == ("Discipline", ("370102",))
    assert (post.since, post.until, post.items, post.stages) == (DAY, None, (), ())


def test_one_of_several_values_is_enough_and_each_role_is_its_own():
    """A clerk works for his department, whatever regions the claims name."""
    claims = {**GOOD, "duban": ["mail", "clerk", "inspector"]}
    assert given(claims) == [
        ("clerk", "Discipline", ("370100",)),
        ("inspector", "Discipline", ("370102",)),
    ]


NO_ROLES: tuple[Any, ...] = (
    *(None, "", "INSPECTOR", "inspector ", "supervisor", True, 1, {"inspector": True}),
    *(["inspector", 7], [["inspector"]], ["inspector"] * 51, ["inspector", "x" * 256]),
    [*map(str, range(1000)), "inspector"],
)
NO_DEPARTMENTS: tuple[Any, ...] = (None, "", "Discipline", "D-no", ["D-jw", "D-zj"], 7, [], {})
NO_REGIONS: tuple[Any, ...] = (
    *(None, "", [], "430000", "3701", ["370103"], {"370102": 1}, [370102]),
    [f"{n}" for n in range(370000, 371000)],
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("duban", value) for value in NO_ROLES),
        *(("dept", value) for value in NO_DEPARTMENTS),
        *(("area", value) for value in NO_REGIONS),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_claim_of_another_form_or_that_nothing_knows_gives_nothing(name, value):
    """Wrong type, other letters, a thousand values, an unknown department or region."""
    assert given({**GOOD, name: value}) == []


def test_nothing_else_gives_a_role():
    """Neither a claim that is not mapped, nor a role that the mapping does not name."""
    assert given({"role": "inspector", "dept": "D-jw", "area": ["370102"]}) == []
    assert given({}) == []
    assert given({**GOOD, "duban": ["operator", "auditor"]}) == []


def test_an_unknown_region_beside_a_known_one_adds_nothing():
    """Each counts for itself; one that ended is followed to its heir."""
    assert given({**GOOD, "area": ["430000", "370102", "370102"]}) == [
        ("inspector", "Discipline", ("370102",))
    ]
    assert given({**GOOD, "area": "370181"}) == [("inspector", "Discipline", ("370102",))]


def test_without_a_tree_regions_lie_within_the_stage_s():
    """And where the stage names none, none is known."""
    flat = Organisation(departments=UNITS.departments)
    claims = {**GOOD, "area": ["370199", "430000", "37"]}
    assert given(claims, flat, "370100") == [("inspector", "Discipline", ("370199",))]
    assert given(claims, flat, "") == []


def test_without_a_claim_of_regions_the_department_s_counts():
    """As with posts."""
    without = MAPPING.replace(b'regions = "area"', b"")
    assert given(GOOD, mapping=without) == [("inspector", "Discipline", ("370100",))]


def test_a_department_without_a_region_gives_nobody_the_whole_stage():
    """Where there are regions; where there are none, the stage is one."""
    without = MAPPING.replace(b'regions = "area"', b"")
    unplaced = replace(UNITS, departments=(Department("D-jw", (DatedName("Discipline"),)),))
    assert given(GOOD, unplaced, mapping=without) == []
    assert given({**GOOD, "duban": "clerk"}, unplaced, mapping=without) == [
        ("clerk", "Discipline", ())
    ]
    flat = Organisation(departments=unplaced.departments)
    assert given(GOOD, flat, mapping=without) == [("inspector", "Discipline", ())]


def test_the_version_changes_with_each_word():
    """So sessions end when the operator changes the mapping."""
    one = read_role_mapping(MAPPING, "f").version
    assert one == read_role_mapping(MAPPING, "f").version
    assert one != read_role_mapping(MAPPING.replace(b'"clerk"', b'"desk"'), "f").version


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"roles = 1",
        b'department = "d"\n[roles]\n',
        b'[roles.inspector]\nclaim = "c"\nis = "i"\n',
        b'department = ""\n[roles.inspector]\nclaim = "c"\nis = "i"\n',
        b'department = "d"\n[roles.king]\nclaim = "c"\nis = "i"\n',
        b'department = "d"\n[roles.inspector]\nclaim = "c"\nis = ""\n',
        b'department = "d"\n[roles.inspector]\nclaim = "c"\nis = true\n',
        b'department = "d"\nregion = "r"\n[roles.inspector]\nclaim = "c"\nis = "i"\n',
        b'department = "d"\nscope = "a\\nb"\n[roles.inspector]\nclaim = "c"\nis = "i"\n',
    ],
    ids=str,
)
def test_a_mapping_that_says_less_or_else_is_refused(body):
    """No role, a role that there is not, no department, a word that we do not know."""
    with pytest.raises(BadInput) as refused:
        read_role_mapping(body, "roles.toml")
    assert refused.value.where == "roles.toml"
