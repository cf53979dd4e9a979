"""A department's year whose cards another department counts on (T-40)."""

from datetime import UTC, date, datetime

import pytest

from chalicelib.cases.case_id import department_case
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.department.ledger import ledger
from chalicelib.department.succession import is_counted_in, succession_events
from chalicelib.people.organisation import Organisation
from chalicelib.people.successors import Addressed
from chalicelib.people.units import DatedName, Department, Succession
from chalicelib.policy.profile import Profile, read_profile
from chalicelib.supervision.notify import notifications
from tests.unit.department_year import OWN, PROFILE, card, revoked, year
from tests.unit.policy_file import REPEATING
from tests.unit.told import CALENDAR, ZONE, reported

THREE = read_profile(REPEATING.replace("count = 2", "count = 3", 1), "three.toml")
OLD, NEW = department_case("林业局", 2026), department_case("农林局", 2026)
MERGED = "2026-07-01T00:00"


def succeeded(item: str = "") -> Fact:
    """Return the fact by which the year is told who continues it."""
    data = {"department": "林业局", "to": "农林局", **({"item": item} if item else {})}
    return reported("department.succeeded", MERGED, key=f"duban/succeeded/{item}", **data)


def forestry(name: str, when: str, **more: str) -> Fact:
    """Return the notification of a card of 林业局."""
    return card(name, when, department="林业局", **more)


def passed_on(facts: list[Fact], profile: Profile = THREE, since: int = 0) -> list[Fact]:
    """Return what the successor's year gets of *facts* of the old one, from a number on."""
    rules = Rules(profile, CALENDAR)
    sent = notifications(OLD, OWN, CaseHistory(facts), since, rules)
    events = [each.event for each in sent if each.case == NEW]
    return [
        reported(event["type"], event["time"], key=f"duban/{event['id']}", **event["data"])
        for event in events
    ]


def red_cards(facts: list[Fact]) -> list[tuple[str, str]]:
    """Return rule and department of what counting led to."""
    own = [fact for fact in facts if not fact.told and fact.kind == "card.issued"]
    return [(fact.text("rule"), fact.text("department")) for fact in own]


def test_the_successor_counts_the_cards_of_both() -> None:
    """T-40: 03-10 and 06-29 against 林业局, 09-01 against 农林局: three of the item in the year."""
    old = year(
        forestry("c_a.1", "2026-03-10T17:30"),
        forestry("c_b.1", "2026-06-29T17:30"),
        succeeded(),
        profile=THREE,
    )
    assert red_cards(old) == []
    told = passed_on(old)
    assert [fact.text("card") for fact in told] == ["c_a.1", "c_b.1"]
    third = card("c_c.1", "2026-09-01T17:30", department="农林局")
    new = year(*told, third, profile=THREE)
    assert [entry.card for entry in ledger(CaseHistory(new))][:3] == ["c_a.1", "c_b.1", "c_c.1"]
    assert red_cards(new) == [("L-02", "农林局")]
    assert red_cards(year(*told, profile=THREE)) == []


def test_before_it_is_told_nothing_is_passed_on_and_later_news_is_at_once() -> None:
    """A card that falls due under the old name afterwards, and one that is revoked."""
    old = year(forestry("c_a.1", "2026-03-10T17:30"), profile=THREE)
    assert passed_on(old) == []
    late = year(
        forestry("c_a.1", "2026-03-10T17:30"),
        succeeded(),
        forestry("c_b.1", "2026-08-03T17:30"),
        revoked("c_a.1", "2026-08-04T09:00"),
        profile=THREE,
    )
    assert [fact.kind for fact in passed_on(late, since=2)] == ["card.issued", "card.annulled"]
    entries = ledger(CaseHistory(year(*passed_on(late), profile=THREE)))
    assert [(entry.card, entry.state) for entry in entries] == [
        ("c_a.1", "revoked"),
        ("c_b.1", "counts"),
    ]


def test_what_another_counts_makes_no_card_here_and_what_was_made_makes_no_second() -> None:
    """One card a group and year, whoever counts."""
    after = year(
        forestry("c_a.1", "2026-03-10T17:30"),
        succeeded(),
        forestry("c_b.1", "2026-08-03T17:30"),
    )
    assert red_cards(after) == []
    before = year(  # in the year's first hour, which is another year's in UTC
        forestry("c_a.1", "2026-01-01T00:30"), forestry("c_b.1", "2026-01-01T00:40"), succeeded()
    )
    assert red_cards(before) == [("L-02", "林业局")]
    told = passed_on(before, PROFILE)
    assert [(fact.text("level"), fact.text("card")) for fact in told] == [("red", f"{OWN}.2")]
    more = [card(name, "2026-09-01T17:30", department="农林局") for name in ("c_c.1", "c_d.1")]
    assert red_cards(year(*told, *more)) == []
    assert red_cards(year(*more)) == [("L-02", "农林局")]


def test_what_happens_later_to_a_card_made_here_is_passed_on_under_its_id() -> None:
    """The red loses its ground, and the successor's year is told of that red."""
    after = year(
        forestry("c_a.1", "2026-03-10T17:30"),
        forestry("c_b.1", "2026-04-10T17:30"),
        succeeded(),
        revoked("c_a.1", "2026-08-04T09:00"),
    )
    told = passed_on(after, PROFILE)
    assert ("card.rechecked", f"{OWN}.2") in [(fact.kind, fact.text("card")) for fact in told]


def test_an_item_that_is_transferred_takes_its_cards_alone() -> None:
    """The others count here, as before."""
    old = year(
        forestry("c_a.1", "2026-03-10T17:30", item="X"),
        forestry("c_b.1", "2026-03-10T17:30", item="Y"),
        succeeded("X"),
        forestry("c_c.1", "2026-08-10T17:30", item="X"),
        forestry("c_d.1", "2026-08-10T17:30", item="Y"),
    )
    assert [fact.text("card") for fact in passed_on(old)] == ["c_a.1", "c_c.1"]
    assert [fact.text("item") for fact in old if not fact.told] == ["Y"]


def test_what_came_back_is_not_passed_on_again() -> None:
    """A merger that is taken back passes each card once, and ends."""
    here = year(forestry("c_a.1", "2026-03-10T17:30"), succeeded(), profile=THREE)
    (there,) = passed_on(here)
    back = [*here, there.numbered(len(here))]
    assert len(passed_on(back)) == 1


UNITS = (
    Department("LY", (DatedName("林业局"),)),
    Department("NY", (DatedName("农业局"), DatedName("农林局", date(2026, 7, 1)))),
)
STEPS = (
    Succession("SW", "merge", date(2026, 7, 1), "NY"),
    Succession("LY", "merge", date(2026, 7, 1), "NY"),
    Succession("LY", "split", date(2026, 7, 2), "NY"),
)


@pytest.mark.parametrize(
    ("now", "years"),
    [
        (datetime(2026, 6, 30, 15, 59, tzinfo=UTC), []),
        (datetime(2026, 6, 30, 16, tzinfo=UTC), [2026]),
        (datetime(2027, 1, 5, tzinfo=UTC), [2026, 2027]),
    ],
)
def test_each_year_is_told_from_the_day_on(now: datetime, years: list[int]) -> None:
    """By the name that the successor has then; a split without an item moves nothing."""
    successors = Organisation(UNITS, STEPS).successors
    told = [
        event
        for each in range(2025, now.year + 1)
        for event in succession_events(successors, "林业局", each, now, ZONE)
    ]
    assert [event["subject"] for event in told] == [department_case("林业局", y) for y in years]
    assert {event["data"]["to"] for event in told} <= {"农林局"}
    assert {event["time"] for event in told} <= {"2026-06-30T16:00:00.000Z"}
    assert not list(succession_events(successors, "农林局", 2026, now, ZONE))


def test_each_step_is_one_event_whenever_it_is_told() -> None:
    """Two items that go on one day are two, today and next year."""
    day = date(2026, 7, 1)
    steps = tuple(Succession("LY", "transfer_item", day, "NY", item) for item in ("X", "Y"))
    successors = Organisation(UNITS, steps).successors
    first, again = (
        [event["id"] for event in succession_events(successors, "林业局", 2026, now, ZONE)]
        for now in (datetime(2026, 7, 2, tzinfo=UTC), datetime(2027, 7, 2, tzinfo=UTC))
    )
    assert first == again
    assert len({*first}) == 2


TWO = (
    Department("A1", (DatedName("林业局"),), region="433101"),
    Department("A2", (DatedName("林业局"),), region="433122"),
    Department("N1", (DatedName("农林局"),), region="433101"),
)


def test_of_two_regions_that_have_one_name_only_one_s_cards_are_passed_on() -> None:
    """The other county's department goes on, and so do its cards (T-40)."""
    step = Succession("A1", "merge", date(2026, 7, 1), "N1")
    successors = Organisation(TWO, (step,)).successors
    now = datetime(2026, 8, 1, tzinfo=UTC)
    (event,) = succession_events(successors, "林业局", 2026, now, ZONE)
    assert event["data"] == {"department": "林业局", "to": "农林局", "region": "433101"}
    told = reported(event["type"], MERGED, key=f"duban/{event['id']}", **event["data"])
    old = year(
        forestry("c_a.1", "2026-03-10T17:30", region="433101103"),
        forestry("c_b.1", "2026-03-10T17:30", region="433122"),
        told,
        forestry("c_c.1", "2026-08-11T17:30", region="433122"),
        forestry("c_d.1", "2026-08-11T17:30", region="433101103"),
    )
    assert [fact.text("card") for fact in passed_on(old)] == ["c_a.1", "c_d.1"]
    assert [fact.text("region") for fact in old if not fact.told] == ["433122"]
    on = date(2026, 8, 1)
    for region, mine in (("433101", True), ("433122", False)):
        about = Addressed("林业局", region)
        assert is_counted_in(successors, "农林局", about, on) is mine
