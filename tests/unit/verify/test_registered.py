"""What the log stated of its sources stays: nobody changes afterwards what was in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.audit.statement import sources_text
from chalicelib.calendar.shipped import load_calendar
from chalicelib.errors import BadInput, Corrupt
from chalicelib.policy.selection import Selection
from chalicelib.policy.shipped import load_profile
from chalicelib.policy.sources import (
    USUAL,
    Delivery,
    DeliveryTime,
    Outage,
    Registration,
    Registrations,
)
from infra.verify.supervision.registered import check_registrations
from infra.verify.supervision.rules import (
    Rulebook,
    StatedCalendars,
    StatedCatalogue,
    Statement,
    StatementReader,
    versions_of,
)

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HALL = Registration(history_from=AT - 100 * DAY)
FIRST = Registrations({"hall": HALL}, live_from=AT)


def statement(index: int, since: datetime, sources: Registrations) -> Statement:
    """Return a statement of the shipped rules, with these *sources*."""
    return Statement(
        index,
        since,
        Selection("statutory"),
        "370102",
        {"statutory": load_profile("statutory")},
        StatedCalendars(load_calendar("CN"), ()),
        StatedCatalogue(),
        {},
        sources,
    )


def issues(after: Registrations, before: Registrations = FIRST) -> list[str]:
    """Return what is wrong if *after* is stated a day later than *before*."""
    book = Rulebook([statement(0, AT, before), statement(7, AT + DAY, after)])
    found = list(check_registrations(book))
    assert {issue.index for issue in found} <= {7}
    return [issue.en for issue in found]


def hall(**changes: object) -> Registrations:
    """Return the first statement's sources with *changes* of the one source."""
    return replace(FIRST, by_name={"hall": replace(HALL, **changes)})  # type: ignore[arg-type]


def outage(ends: timedelta) -> Outage:
    """Return an outage that ends so long after the second statement."""
    return Outage(AT, AT + DAY + ends, "断电")


def test_what_an_operator_may_set_is_no_issue() -> None:
    """A new source, other departments, a delivery time for later, an outage that lasts."""
    slower = Delivery(DeliveryTime(24, "h"), AT + DAY, "改造")
    after = replace(
        hall(
            departments=frozenset({"住房局"}),
            deliveries=(Delivery(USUAL), slower),
            outages=(outage(MINUTE),),
        ),
        outages=(outage(MINUTE),),
    )
    after = replace(after, by_name={**after.by_name, "clinic": Registration()})
    assert issues(after) == []


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (replace(FIRST, by_name={}), "hall is not registered any more"),
        (hall(history_from=AT - 101 * DAY), "the history of hall is another"),
        (replace(FIRST, live_from=None), "live-from is another"),
        (replace(FIRST, live_from=AT + DAY), "live-from is another"),
        (hall(deliveries=(Delivery(DeliveryTime(24, "h")),)), "changed for the past"),
        (hall(outages=(outage(-11 * MINUTE),)), "of hall was recorded after it had ended"),
        (replace(FIRST, outages=(outage(-11 * MINUTE),)), "of Duban was recorded after"),
    ],
)
def test_what_changes_the_past_is_an_issue(after: Registrations, why: str) -> None:
    """Each with what it is."""
    (one,) = issues(after)
    assert why in one


def test_a_delivery_time_holds_from_when_it_is_stated() -> None:
    """The log states a change within its merge delay."""
    for since, wrong in ((AT + DAY - 10 * MINUTE, False), (AT + DAY - 11 * MINUTE, True)):
        slower = Delivery(DeliveryTime(24, "h"), since, "改造")
        assert bool(issues(hall(deliveries=(Delivery(USUAL), slower)))) is wrong


def test_an_outage_that_was_stated_is_not_taken_back() -> None:
    """Neither a source's nor our own."""
    before = replace(hall(outages=(outage(DAY),)), outages=(outage(DAY),))
    assert sorted(issues(FIRST, before)) == [
        "an outage of Duban is gone",
        "an outage of hall is gone",
    ]


def test_rules_with_other_sources_are_other_rules() -> None:
    """Though profile and calendar are the same: both may judge a fact of that time."""
    book = Rulebook([statement(0, AT, FIRST), statement(7, AT + DAY, hall(outages=(outage(DAY),)))])
    assert [each.index for each in book.statements] == [0, 7]
    rules = [book.rules(each, "370102") for each in book.statements]
    assert rules[0].sources == FIRST
    assert len({versions_of(each) for each in rules}) == 2
    assert len({versions_of(each)[:2] for each in rules}) == 1


def test_the_document_of_the_sources_is_what_its_names_say() -> None:
    """Read by its hash, and of the version that is stated."""
    text = sources_text(FIRST)
    reader = StatementReader({text.digest: text.body, "0" * 64: text.body}.__getitem__)
    assert reader._sources(text.version, text.digest) == FIRST
    with pytest.raises(BadInput):
        reader._sources("0" * 16, text.digest)
    with pytest.raises(Corrupt):
        reader._sources(text.version, "0" * 64)
