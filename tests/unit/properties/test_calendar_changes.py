"""Whatever changes lie over the years: days, sums and version are those of going day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import check_document, name_document
from chalicelib.calendar.overlay import is_in_force, overlay_calendar
from tests.unit import oracle
from tests.unit.told import CALENDAR

FIRST = date(2026, 12, 14)  # a Monday; what follows is in a published year and in one that is not
DAYS = [FIRST + timedelta(days=n) for n in range(35)]
REGIONS = ("", "43", "4331", "433101", "11")


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Some days made off and some worked, somewhere."""
    chosen = draw(st.sets(st.sampled_from(DAYS), min_size=1))
    off = {day for day in sorted(chosen) if draw(st.booleans())}
    region = draw(st.sampled_from(REGIONS))
    return Change("1号", "", FIRST, region, "", frozenset(off), frozenset(chosen - off))


def is_workday(day: date, imported: list[Change], region: str) -> bool:
    """Go through all that was imported: the last word on *day* that holds in *region*."""
    said = oracle.is_workday(day)
    for change in imported:
        if region.startswith(change.region) and day in change.days_off | change.workdays:
            said = day in change.workdays
    return said


@given(st.lists(changes(), max_size=4), st.sampled_from(["433101", "430102", "110101"]))
def test_the_last_word_on_a_day_counts(imported: list[Change], region: str) -> None:
    """For each day, for the sum of them, and for where counting ends."""
    calendar = overlay_calendar(CALENDAR, imported, region)
    worked = [is_workday(day, imported, region) for day in DAYS]
    assert [calendar.is_workday(day) for day in DAYS] == worked
    before = FIRST - timedelta(days=1)
    assert calendar.workdays_between(before, DAYS[-1]) == sum(worked)
    found = [day for day, is_worked in zip(DAYS, worked, strict=True) if is_worked]
    assert [calendar.add_workdays(before, n) for n in range(1, len(found) + 1)] == found


@given(st.lists(changes(), max_size=3), st.lists(changes(), max_size=3))
def test_two_calendars_are_one_version_if_their_days_are_the_same(
    one: list[Change], other: list[Change]
) -> None:
    """However they came about."""
    here, there = (overlay_calendar(CALENDAR, imported, "433101") for imported in (one, other))
    same = [is_workday(day, one, "433101") for day in DAYS] == [
        is_workday(day, other, "433101") for day in DAYS
    ]
    assert (here.version == there.version) is same
    assert (here.days_unlike(there) == []) is same


@given(st.lists(changes(), max_size=4), changes())
def test_what_is_in_force_would_change_nothing(imported: list[Change], change: Change) -> None:
    """In any region; and what was just imported is in force."""
    if is_in_force(CALENDAR, imported, change):
        for region in ("433101", "430102", "110101"):
            before = overlay_calendar(CALENDAR, imported, region)
            assert overlay_calendar(CALENDAR, [*imported, change], region).days_unlike(before) == []
    assert is_in_force(CALENDAR, [*imported, change], change)


@given(changes())
def test_a_document_that_is_written_is_read_again(change: Change) -> None:
    """As the same, under the same name."""
    again = check_document(change.table(), "f")
    assert again == change
    assert name_document(again) == name_document(change)
