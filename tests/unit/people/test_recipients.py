"""Who gets a card: by post, item, stage and day, with deputies and leave."""

from datetime import date

from msgspec.structs import replace

from chalicelib.people.organisation import Leave, Organisation, Post, Tenure
from chalicelib.people.recipients import Recipient, recipients
from chalicelib.people.successors import Addressed
from chalicelib.people.units import DatedName, Department, Succession
from chalicelib.people.unnamed import Unnamed, unnamed
from chalicelib.policy.ladder import Addressee

DAY, LATER = date(2026, 6, 29), date(2026, 7, 1)
ALL = date(2020, 1, 1)
A, B, C, D = (f"p_{letter * 16}" for letter in "abcd")

ORGANISATION = Organisation(
    departments=(
        Department("LY", (DatedName("林业局"),), region="433101", until=date(2026, 6, 30)),
        Department("NY", (DatedName("农林局"),), region="433101"),
        Department("DC", (DatedName("督查室"),), region="433100"),
        Department("DC2", (DatedName("外县督查室"),), region="433122"),
    ),
    successions=(Succession("LY", "merge", LATER, "NY"),),
    posts=(
        Post("LY-1", "LY", "承办岗", addressee="handler"),
        Post("LY-2", "LY", "采伐承办岗", addressee="handler", items=("CF-*",), stages=("审查",)),
        Post("LY-3", "LY", "分管局长", addressee="unit_head"),
        Post("NY-1", "NY", "农林承办岗", addressee="handler"),
        Post("DC-1", "DC", "督查岗", addressee="supervision_office"),
        Post("DC-2", "DC2", "督查岗", addressee="supervision_office"),
    ),
    tenures=(
        Tenure(A, "LY-1", ALL),
        Tenure(B, "LY-1", ALL, deputy_for=A),
        Tenure(C, "LY-2", ALL, until=date(2026, 6, 28)),
        Tenure(D, "DC-1", ALL),
        Tenure(C, "NY-1", LATER),
    ),
    leaves=(Leave(A, date(2026, 6, 28), DAY),),
)


def who(about: Addressed, day: date, organisation: Organisation = ORGANISATION) -> list[Recipient]:
    """Return the recipients of a red card."""
    roles: tuple[Addressee, ...] = ("handler", "unit_head", "supervision_office")
    return [*recipients(organisation, roles, about, day)]


def test_a_deputy_stands_in_for_whoever_is_away_and_else_it_goes_to_the_unit() -> None:
    """On the day after his leave the holder has it again; a vacant post stops nothing (ORG-07)."""
    about = Addressed("林业局", "433101", "X", "受理")
    assert who(about, DAY) == [
        Recipient("handler", "林业局", "deputy", "LY-1", "承办岗", (B,)),
        Recipient("unit_head", "林业局", "unit", "LY-3", "分管局长", note="no_holder"),
        Recipient("supervision_office", "督查室", "holder", "DC-1", "督查岗", (D,)),
    ]
    assert who(about, date(2026, 6, 30))[0].people == (A,)


def test_the_post_that_names_item_and_stage_goes_first_and_who_left_yesterday_has_nothing() -> None:
    """The begin of a code with a star stands for all that begin so."""
    about = Addressed("林业局", "433101", "CF-01", "审查")
    assert who(about, date(2026, 6, 28))[0].people == (C,)
    vacant = Recipient("handler", "林业局", "unit", "LY-2", "采伐承办岗", note="no_holder")
    assert who(about, DAY)[0] == vacant
    assert who(Addressed("林业局", "433101", "CF-01", "受理"), DAY)[0].post == "LY-1"


def test_of_two_posts_that_name_the_item_that_which_names_the_stage_too_goes_first() -> None:
    """The other handles the item's remaining stages."""
    of_item = Post("LY-4", "LY", "采伐岗", addressee="handler", items=("CF-*",))
    both = replace(ORGANISATION, posts=(of_item, *ORGANISATION.posts))
    for stage, posts in (("审查", ["LY-2"]), ("受理", ["LY-4"])):
        about = Addressed("林业局", "433101", "CF-01", stage)
        assert [each.post for each in recipients(both, ["handler"], about, DAY)] == posts


def test_after_a_merger_the_posts_are_the_successor_s() -> None:
    """What has no post of that role goes to the unit itself."""
    first, head, _ = who(Addressed("林业局", "433101", "CF-01", "审查"), LATER)
    assert first == Recipient("handler", "农林局", "holder", "NY-1", "农林承办岗", (C,))
    assert head == Recipient("unit_head", "农林局", "unit", note="no_post")


def test_without_an_organisation_nobody_is_named() -> None:
    """As before there was one."""
    assert who(Addressed("林业局"), DAY, Organisation()) == []


def test_an_office_that_has_no_post_is_stood_in_for_by_the_next_one_up() -> None:
    """Never by the department that is supervised, while somebody above it is named (ORG-03)."""
    posts = (
        *ORGANISATION.posts[:-2],
        Post("JW-1", "DC", "监察岗", addressee="discipline_inspection", regions=("433100",)),
    )
    tenures = (*ORGANISATION.tenures, Tenure(B, "JW-1", ALL))
    moved = replace(ORGANISATION, posts=posts, tenures=tenures)
    about = Addressed("林业局", "433101", "X", "受理")
    assert who(about, DAY, moved)[-1] == Recipient(
        "supervision_office", "督查室", "next", "JW-1", "监察岗", (B,), "no_post"
    )
    nobody = replace(moved, posts=posts[:-1])
    assert who(about, DAY, nobody)[-1] == Recipient(
        "supervision_office", "林业局", "unit", note="no_post"
    )


def test_a_department_that_nobody_continues_has_the_unit_above_and_says_so() -> None:
    """Until the government names somebody; the offices are told as ever."""
    departments = (
        Department("LY", (DatedName("林业局"),), region="433101", until=DAY, parent="ZF"),
        Department("ZF", (DatedName("县政府"),), region="433101"),
        ORGANISATION.departments[2],
    )
    alone = replace(ORGANISATION, departments=departments, successions=())
    about = Addressed("林业局", "433101", "X", "受理")
    assert next(each.note for each in who(about, DAY, alone)) == ""
    first, head, office = who(about, LATER, alone)
    assert first == Recipient("handler", "县政府", "unit", note="no_successor")
    assert (head.unit, head.note) == ("县政府", "no_successor")
    assert (office.people, office.note) == ((D,), "")


def test_the_operator_is_told_for_whom_nobody_is_named() -> None:
    """By department and role; an office by region. A post of some items alone is not enough."""
    roles: tuple[Addressee, ...] = ("handler", "unit_head", "supervision_office")
    departments = (
        *ORGANISATION.departments,
        Department("SW", (DatedName("水务局"),), region="433122"),
    )
    found = [*unnamed(replace(ORGANISATION, departments=departments), roles, DAY)]
    assert found == [
        Unnamed("unit_head", "no_holder", "林业局"),
        Unnamed("handler", "no_holder", "农林局"),
        Unnamed("unit_head", "no_post", "农林局"),
        Unnamed("handler", "no_post", "水务局"),
        Unnamed("unit_head", "no_post", "水务局"),
        Unnamed("supervision_office", "no_holder", "", "433122"),
    ]  # fmt: skip
