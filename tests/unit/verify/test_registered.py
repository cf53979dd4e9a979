"""What a source is registered for was stated before it was used, and it says nothing beyond it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cases.fact import Fact
from chalicelib.policy.selection import Selection
from chalicelib.policy.shipped import load_dated_profile
from chalicelib.policy.sources import (
    Delivery,
    DeliveryTime,
    Outage,
    Registration,
    Registrations,
)
from infra.verify.supervision.cases import LoggedCase
from infra.verify.supervision.registered import Registered
from infra.verify.supervision.rules import Rulebook, StatedCalendars, StatedCatalogue, Statement

AT = datetime(2026, 11, 2, 1, tzinfo=UTC)
MS, MINUTE, HOUR, DAY = (
    timedelta(milliseconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
HALL = Registration()
FIRST = load_calendar("CN"), load_dated_profile("statutory")


def stating(index: int, since: datetime, sources: Registrations) -> Statement:
    """A statement of these sources, and of the rules as they are shipped."""
    calendar, profile = FIRST
    return Statement(
        index=index,
        since=since,
        selection=Selection("statutory"),
        region="370102",
        profiles={"statutory": profile},
        calendars=StatedCalendars(calendar, ()),
        catalogue=StatedCatalogue(),
        counting={},
        sources=sources,
    )


def registered(*stated: tuple[datetime, Registrations]) -> Registered:
    """What a log states, every tenth leaf."""
    statements = [
        stating(10 * number, since, sources) for number, (since, sources) in enumerate(stated)
    ]
    return Registered(Rulebook(statements))


def changed(was: Registrations, now: Registrations, since: datetime = AT + DAY) -> list[str]:
    """What is found where *was* is stated first, and *now* a day later."""
    return [issue.en for issue in registered((AT, was), (since, now)).check_statements()]


def hall(**terms: Any) -> Registrations:
    """The source `hall` with these terms."""
    return Registrations({"hall": replace(HALL, **terms)})


def delivering(*times: tuple[str, datetime]) -> Registrations:
    """The source `hall`, which delivers within ten minutes, and otherwise from then on."""
    later = [Delivery(DeliveryTime.parse(time), since, "因故") for time, since in times]
    return hall(deliveries=(Delivery(DeliveryTime(10, "m")), *later))


@pytest.mark.parametrize(
    ("since", "found"), [(AT + DAY, 0), (AT + DAY - MS, 1), (AT, 1), (AT + 2 * DAY, 0)]
)
def test_a_delivery_time_holds_for_what_occurs_once_it_is_stated(
    since: datetime, found: int
) -> None:
    """Not a millisecond earlier."""
    issues = changed(delivering(), delivering(("1h", since)))
    assert len(issues) == found
    assert all("the delivery time of hall changes before" in issue for issue in issues)


def test_a_delivery_time_that_was_in_force_stays_what_it_was() -> None:
    """Whether it is left out, made another or taken from a source that is no more."""
    was = delivering(("1h", AT - DAY))
    for now in (
        delivering(),
        delivering(("2h", AT - DAY)),
        delivering(("1h", AT)),
        Registrations(),
    ):
        assert len(changed(was, now)) == 1, now
    for now in (was, delivering(("1h", AT - DAY), ("1h", AT))):
        assert changed(was, now) == []
    assert changed(delivering(), Registrations()) == []  # ten minutes are the usual terms


def test_the_first_terms_of_a_source_are_no_change() -> None:
    """Whenever it is registered, and it keeps them if it is registered again."""
    first = delivering(("24h", AT - 9 * DAY))
    assert changed(Registrations(), first) == []
    again = registered((AT, first), (AT + DAY, Registrations()), (AT + 2 * DAY, delivering()))
    assert len([*again.check_statements()]) == 2


@pytest.mark.parametrize(
    ("until", "found"),
    [
        (AT + DAY - 10 * MINUTE, 1),
        (AT + DAY - 10 * MINUTE + MS, 0),
        (AT + 2 * DAY, 0),
    ],
)
@pytest.mark.parametrize("is_ours", [False, True])
def test_an_outage_is_stated_before_it_ends(until: datetime, found: int, *, is_ours: bool) -> None:
    """Give or take the promise of the log; of a source, or of the service itself."""
    outage = (Outage(AT, until, "断网"),)
    down = replace(hall(), outages=outage) if is_ours else hall(outages=outage)
    issues = changed(hall(), down)
    assert len(issues) == found
    assert all("after it ended" in issue for issue in issues)
    assert changed(down, down) == []
    assert len(changed(down, hall())) == found  # nor is it taken back afterwards


@pytest.mark.parametrize(("days", "found"), [(10, 0), (11, 1)])
@pytest.mark.parametrize("is_ours", [False, True])
def test_the_outages_of_a_year_take_no_more_than_the_profile_allows(
    days: int, found: int, *, is_ours: bool
) -> None:
    """Ten days, of a source or of the service; what lies in the next year is counted there."""
    begin = datetime(2026, 12, 31, 16, tzinfo=UTC) - 10 * DAY  # the year ends at 16:00 UTC
    for outage in (
        Outage(begin - (days - 10) * DAY, begin + 12 * DAY, "断网"),
        Outage(AT, AT + days * DAY, "断网"),
    ):
        down = (outage,)
        stated = replace(hall(), outages=down) if is_ours else hall(outages=down)
        issues = changed(hall(), stated)
        assert len(issues) == found
        assert all("in 2026 take more than the 10 days allowed" in issue for issue in issues)
        assert changed(stated, stated) == []


def test_what_is_set_once_is_not_changed() -> None:
    """From when a source may report, and since when the stage is in use."""
    since = hall(history_from=AT - DAY)
    assert changed(since, since) == []
    assert len(changed(since, hall(history_from=AT))) == 1
    assert len(changed(since, hall())) == 1
    live = replace(hall(), live_from=AT)
    assert changed(hall(), live) == []
    for other in (hall(), replace(hall(), live_from=AT + DAY)):
        (issue,) = changed(live, other)
        assert "set once" in issue


def told(at: datetime = AT, kind: str = "stage.entered", rec: datetime = AT, **data: Any) -> Fact:
    """A fact that `hall` told."""
    key = "e_" + "a" * 26
    return Fact(0, kind, key, at, rec, told=True, data=data, source="hall")


def beyond(terms: Registrations, fact: Fact, index: int = 5) -> list[str]:
    """What is found where *fact* is leaf *index* of a log that states these terms."""
    case = LoggedCase("c_x", "c_x", [fact], [index])
    return [issue.en.partition(": ")[2] for issue in registered((AT - DAY, terms)).take(case)]


@pytest.mark.parametrize(
    ("terms", "data", "found"),
    [
        ({"departments": frozenset({"住房局"})}, {"department": "住房局"}, 0),
        ({"departments": frozenset({"住房局"})}, {"department": "水务局"}, 1),
        ({"departments": frozenset({"住房局"})}, {"stage": "审查"}, 0),
        ({"departments": frozenset()}, {"department": "住房局"}, 1),
        ({"departments": None}, {"department": "水务局"}, 0),
        ({"departments": frozenset({"住房局"})}, {"parts": [{"department": "水务局"}]}, 1),
        ({"departments": frozenset({"住房局"})}, {"parts": [{"department": "住房局"}]}, 0),
        ({"regions": frozenset({"370100"})}, {"region": "370102"}, 0),
        ({"regions": frozenset({"370102"})}, {"region": "370103"}, 1),
        ({"history_from": AT}, {}, 0),
        ({"history_from": AT + MS}, {}, 1),
    ],
)
def test_a_source_speaks_only_for_what_it_is_registered_for(
    terms: dict[str, Any], data: dict[str, Any], found: int
) -> None:
    """Departments, regions, and from a day on."""
    assert len(beyond(hall(**terms), told(**data))) == found


def test_a_correction_gives_no_earlier_time_than_its_source_may_report() -> None:
    """Nor does anything claim a later time than its receipt."""
    terms = hall(history_from=AT - DAY)
    for time, found in ((AT - DAY, 0), (AT - DAY - MS, 1)):
        correction = told(kind="case.corrected", time=time.isoformat(timespec="milliseconds"))
        assert len(beyond(terms, correction)) == found
    assert beyond(hall(), told(at=AT)) == []
    assert beyond(hall(), told(at=AT + MS)) == ["stage.entered is of a later time than its receipt"]


def test_what_is_told_of_the_past_of_a_stage_is_told_after_that_is_stated() -> None:
    """Else whoever wants late news to count calls it history, once it is there."""
    live = replace(hall(), live_from=AT)
    book = registered((AT - DAY, hall()), (AT, live))
    facts = [(told(at=AT - MS), 9, 1), (told(at=AT), 9, 0), (told(at=AT - MS), 11, 0)]
    for fact, index, found in facts:
        sources = registered((AT - DAY, hall()), (AT, live))
        taken = sources.take(LoggedCase("c_x", "c_x", [fact], [index]))
        issues = [*taken, *sources.check_live()]
        assert len(issues) == found
    two = LoggedCase("c_x", "c_x", [told(at=AT - MS), told(at=AT - HOUR).numbered(1)], [3, 4])
    (issue,) = (*book.take(two), *book.check_live())
    assert (issue.index, "in use is stated after" in issue.en) == (10, True)
