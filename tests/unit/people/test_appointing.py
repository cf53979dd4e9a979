"""From the organisation to what the doors read of a person."""

from datetime import date

from chalicelib.people.appointing import people_of
from chalicelib.people.organisation import Organisation, Post, Tenure
from chalicelib.people.rights import reaches
from chalicelib.people.units import DatedName, Department

DAY = date(2026, 11, 2)
A, B = f"p_{'a' * 16}", f"p_{'b' * 16}"
ORGANISATION = Organisation(
    departments=(
        Department("LY1", (DatedName("林业局"),), region="433101"),
        Department("JW", (DatedName("纪委监委"),), region="433100"),
    ),
    posts=(
        Post("W", "LY1", "窗口", role="clerk", items=("X",)),
        Post("L", "LY1", "局长", addressee="unit_head"),
        Post("J", "JW", "监察室", role="inspector"),
    ),
    tenures=(
        Tenure(A, "W", date(2026, 1, 1), date(2026, 10, 31)),
        Tenure(A, "J", date(2026, 11, 1)),
        Tenure(B, "L", date(2026, 1, 1)),
        Tenure(B, "J", date(2026, 1, 1), deputy_for=A),
        Tenure(B, "GONE", date(2026, 1, 1)),
    ),
)


def test_everybody_has_his_posts_in_order_of_time() -> None:
    """Past ones too: what he may do depends on the day."""
    first, second = people_of(ORGANISATION, DAY)
    assert (first.id, [each.post for each in first.appointments]) == (A, ["W", "J"])
    assert [each.role for each in first.callers(date(2026, 10, 31))] == ["clerk"]
    assert [each.role for each in first.callers(date(2026, 11, 1))] == ["inspector"]
    assert [each.post for each in second.appointments] == ["J", "L"]
    assert second.appointments[0].deputy_for == A


def test_a_department_is_called_as_it_is_today() -> None:
    """Whoever held the post before the new name too: the doors ask for the name of now."""
    names = (DatedName("林业局"), DatedName("林草局", DAY))
    renamed = Organisation(
        (Department("LY1", names),), posts=ORGANISATION.posts[:1], tenures=ORGANISATION.tenures[:1]
    )
    for day, name in ((date(2026, 11, 1), "林业局"), (DAY, "林草局")):
        (clerk,) = people_of(renamed, day)
        assert [each.department for each in clerk.appointments] == [name]


def test_a_post_without_a_role_gives_no_right_and_keeps_its_holder_out() -> None:
    """He is an inspector's deputy, and does not supervise the department that he heads."""
    _, head = people_of(ORGANISATION, DAY)
    (caller,) = head.callers(DAY)
    assert caller.role == "inspector"
    assert set(caller.posted_in) == {"林业局", "纪委监委"}


def test_a_post_reaches_its_department_s_region_and_no_other_county_s() -> None:
    """Both have a 林业局."""
    first, _ = people_of(ORGANISATION, DAY)
    clerk, inspector = first.callers(date(2026, 10, 31)) + first.callers(DAY)
    assert reaches(clerk, "see_card", "林业局", "433101")
    assert reaches(clerk, "see_card", "林业局", "433101103")
    assert reaches(clerk, "see_card", "林业局", "")
    assert not reaches(clerk, "see_card", "林业局", "433122")
    assert [reaches(inspector, "see_card", "x", code) for code in ("433122", "430100")] == [
        True,
        False,
    ]
