"""All that is wrong with an organisation as a whole, each in its record and column."""

from datetime import date

import pytest

from chalicelib.people.consistency import ended_by_successions, faults
from chalicelib.people.organisation import Leave, Organisation, Post, Tenure
from chalicelib.people.units import DatedName, Department, Region, Succession

DAY, NEXT = date(2026, 6, 30), date(2026, 7, 1)
A, B = f"p_{'a' * 16}", f"p_{'b' * 16}"


def unit(code: str, **fields: object) -> Department:
    """Return a department."""
    return Department(code, (DatedName(code),), **fields)  # type: ignore[arg-type]


SOUND = Organisation(
    departments=(unit("D", until=DAY, sections=("审批股",)), unit("E", parent="D")),
    successions=(Succession("D", "merge", NEXT, "E"),),
    regions=(Region("43", "湖南", "province"),),
    posts=(Post("D-1", "D", "窗口", section="审批股", role="clerk"),),
    tenures=(Tenure(A, "D-1", DAY), Tenure(B, "D-1", DAY, deputy_for=A)),
    leaves=(Leave(A, DAY, NEXT),),
)


def test_a_sound_organisation_has_no_fault() -> None:
    """Two steps of a ring on two days are none; and who is split goes on."""
    back = Succession("E", "merge", date(2027, 1, 1), "D")
    departments = (unit("D"), unit("E", parent="D"))
    assert [*faults(SOUND)] == []
    undone = Organisation(departments, (Succession("D", "merge", NEXT, "E"), back))
    assert [*faults(undone)] == []
    until = (unit("D", until=NEXT), unit("E"))
    for step in (
        Succession("D", "split", NEXT, "E"),
        Succession("D", "transfer_item", NEXT, "E", "X"),
        Succession("D", "merge", NEXT, "E", "X"),
    ):
        assert [*faults(Organisation(until, (step,)))] == []


def test_a_row_without_its_code_is_not_its_own_parent() -> None:
    """The cell that is empty has an error of its own; a second one would lead astray."""
    assert [*faults(Organisation((unit(""),)))] == []


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [
        (Organisation((unit("D", parent="X"),)), {("department", "D", "parent")}),
        (
            Organisation((unit("D", parent="E"), unit("E", parent="D"))),
            {("department", "D", "parent"), ("department", "E", "parent")},
        ),
        (Organisation((unit("D", since=NEXT, until=DAY),)), {("department", "D", "until")}),
        (
            Organisation((unit("D", region="44"),), regions=(Region("43", "湖南", "province"),)),
            {("department", "D", "region")},
        ),
        (
            Organisation(posts=(Post("1", "D", "t", role="clerk"),)),
            {("post", "1", "department")},
        ),
        (
            Organisation((unit("D"),), posts=(Post("1", "D", "t", section="s"),)),
            {("post", "1", "section"), ("post", "1", "role")},
        ),
        (
            Organisation(tenures=(Tenure(A, "1", NEXT, DAY, deputy_for=A),)),
            {("tenure", A, "post"), ("tenure", A, "until"), ("tenure", A, "deputy_for")},
        ),
        (
            Organisation(leaves=(Leave(A, NEXT, DAY),)),
            {("leave", A, "until"), ("leave", A, "person")},
        ),
        (
            Organisation((unit("D"),), (Succession("D", "merge", NEXT, "D"),)),
            {("succession", "D", "successor")},
        ),
        (
            Organisation((unit("D"), unit("E")), (Succession("D", "transfer_item", NEXT, "E"),)),
            {("succession", "D", "item")},
        ),
        (
            Organisation(
                (unit("D", until=NEXT), unit("E")), (Succession("D", "merge", NEXT, "E"),)
            ),
            {("succession", "D", "at")},
        ),
        (
            Organisation(
                (unit("D"), unit("E")),
                (Succession("D", "merge", NEXT, "E"), Succession("E", "merge", NEXT, "D")),
            ),
            {("succession", "E", "successor")},
        ),
        (
            Organisation(
                (unit("D"), unit("E"), unit("F")),
                (Succession("D", "merge", NEXT, "E"), Succession("D", "merge", NEXT, "F")),
            ),
            {("succession", "D", "successor")},
        ),
        (
            Organisation(
                regions=(Region("43", "湖南", "province", "99"),),
                region_successions=(Succession("44", "merge", NEXT, "45"),),
            ),
            {
                ("region", "43", "parent"),
                *(("region_succession", "44", each) for each in ("source", "successor")),
            },
        ),
        (
            Organisation(regions=(Region("43", "湖南", "province", since=NEXT, until=DAY),)),
            {("region", "43", "until")},
        ),
        (
            Organisation((unit("D"),), posts=SOUND.posts, tenures=SOUND.tenures[1:]),
            {("post", "D-1", "section"), ("tenure", B, "deputy_for")},
        ),
        (
            Organisation((unit("D"),), (Succession("D", "merge", NEXT),)),
            {("succession", "D", "successor")},
        ),
        (
            Organisation(
                (unit("D"), unit("E"), unit("F")),
                (
                    Succession("E", "merge", NEXT, "F"),
                    Succession("F", "merge", NEXT, "E"),
                    Succession("D", "merge", NEXT, "E"),
                ),
            ),
            {("succession", "F", "successor")},
        ),
    ],
)
def test_each_fault_names_its_record_and_column(
    organisation: Organisation, expected: set[tuple[str, str, str]]
) -> None:
    """An import shows them at the rows."""
    assert {(fault.table, fault.key[0], fault.column) for fault in faults(organisation)} == expected


def test_a_department_ends_the_day_before_another_continues_it() -> None:
    """Unless it says its own end, or only an item goes."""
    steps = (Succession("D", "merge", NEXT, "E"), Succession("E", "transfer_item", NEXT, "D", "X"))
    ended = ended_by_successions(Organisation((unit("D"), unit("E")), steps))
    assert {code: each.until for code, each in ended.items()} == {"D": DAY}
    early = unit("D", until=date(2026, 1, 1))
    assert ended_by_successions(Organisation((early, unit("E")), steps)) == {}
