"""Which of the limits told, listed and lawful bind a case; whose it is, and of which kind."""

from datetime import datetime
from itertools import product
from typing import Any

import pytest

from chalicelib.cases.rules import Rules
from chalicelib.permit.clocks.binding import Listed, adopt_terms, as_told, bind
from chalicelib.policy.catalogue import CatalogueItem, read_catalogue
from chalicelib.policy.limit import Limit
from chalicelib.policy.shipped import load_profile
from chalicelib.policy.terms import Terms
from tests.unit import oracle
from tests.unit.told import CALENDAR, RULES, at

HEAD = "item,name,department,kind,promise,statutory,basis,stages,cancelled\n"
START = datetime(2026, 9, 25, 10, 0, tzinfo=oracle.CHINA)  # a holiday; seven days off follow
# Of each unit one that ends before any of the others of its row, and one that ends after.
AMOUNTS = ("4wd", "15wd", "6d", "25d", "20wh", "100wh", "60h", "700h", "1mo")
LAW = "20wd"


def entry(promise: str = "8wd", statutory: str = "20wd", **cells: str) -> CatalogueItem:
    """An entry of the catalogue with these limits."""
    row = {"department": "Housing", "kind": "promise", "cancelled": ""} | cells
    line = f"X-01,许可,{row['department']},{row['kind']},{promise},{statutory},某法,,"
    return read_catalogue((HEAD + line + row["cancelled"] + "\n").encode(), "items.csv")[0]


def bound(
    item: CatalogueItem | None, when: str | datetime = START, rules: Rules = RULES, **told: Any
) -> Any:
    """What binds a case that is *told* so, of an *item* of catalogue v1, if it has one."""
    fields = {"item": "X-01", "department": "Housing", "region": "370102", **told}
    for name in ("promise", "statutory"):
        if name in told:
            fields[name] = Limit.parse(told[name]).written()
    start = at(when) if isinstance(when, str) else when
    return bind(fields, start, Listed(item, "v1"), rules)


def terms(item: CatalogueItem | None, when: str | datetime = START, **told: Any) -> Terms:
    """Only the limits."""
    found = bound(item, when, **told).terms
    assert isinstance(found, Terms)
    return found


def ends(limit: str) -> datetime:
    """When *limit* runs out from START, by another clock than the one under test."""
    read = Limit.parse(limit)
    found = oracle.due(START, [(read.amount, read.unit)], [])
    assert found is not None
    return found


def test_the_clock_beside_it_has_all_units_in_different_places() -> None:
    """By hand: the 25th is a holiday Friday, and 1 to 7 October are off."""
    expected = {
        "4wd": "2026-10-08T17:30",
        "6d": "2026-10-08T17:30",
        "20wh": "2026-09-30T16:30",
        "60h": "2026-09-27T22:00",
        "700h": "2026-10-24T14:00",
        "1mo": "2026-10-26T17:30",
    }
    assert {limit: f"{ends(limit):%Y-%m-%dT%H:%M}" for limit in expected} == expected


@pytest.mark.parametrize(("told", "listed"), [*product(AMOUNTS, AMOUNTS)])
class TestEveryUnitAgainstEveryOther:
    """Instants are compared, never amounts."""

    def test_the_shorter_promise_binds(self, told: str, listed: str) -> None:
        """And what was told longer is named."""
        found = terms(entry(listed, "60wd"), promise=told)
        assert str(found.promise) == (told if ends(told) < ends(listed) else listed)
        assert found.longer == (("promise",) if ends(told) > ends(listed) else ())

    def test_of_a_promise_by_the_law_alone_the_law_is_what_was_published(
        self, told: str, listed: str
    ) -> None:
        """A promise beyond it binds nobody, and there is none in its place."""
        found = terms(entry("", listed), promise=told)
        is_longer = ends(told) > ends(listed)
        assert found.promise == (None if is_longer else Limit.parse(told))
        assert (str(found.statutory), found.longer) == (listed, ("promise",) * is_longer)

    def test_the_listed_statutory_limit_is_the_laws(self, told: str, listed: str) -> None:
        """Nobody's telling shortens or lengthens it."""
        found = terms(entry("", listed), statutory=told)
        assert str(found.statutory) == listed
        assert found.longer == (("statutory",) if ends(told) > ends(listed) else ())

    def test_a_due_instant_binds_if_it_is_no_later(self, told: str, listed: str) -> None:
        """It is a promise of the source's own."""
        due_at = ends(told).isoformat()
        found = terms(entry(listed, "60wd"), due_at=due_at)
        is_longer = ends(told) > ends(listed)
        assert found.due_at == ("" if is_longer else due_at)
        assert found.promise == (Limit.parse(listed) if is_longer else None)
        assert found.longer == (("due_at",) if is_longer else ())

    def test_a_later_catalogue_only_shortens(self, told: str, listed: str) -> None:
        """Adopted on the day of the acceptance: what is longer in it changes nothing."""
        before = Terms(promise=Limit.parse(told), statutory=Limit.parse(told))
        listing = Listed(entry(listed, listed), "v2")
        after = adopt_terms(before, START, listing, RULES, START)
        shorter = listed if ends(listed) < ends(told) else told
        assert (str(after.promise), str(after.statutory)) == (shorter, shorter)
        assert after.catalogue == "v2"


@pytest.mark.parametrize("told", ["19wd", "20wd", "21wd", "25d", "40d", "150wh", "700h", "1mo"])
def test_what_is_not_listed_has_at_most_the_laws_own_limit(told: str) -> None:
    """行政许可法 42: twenty working days; less is the source's to say."""
    found = terms(None, statutory=told)
    assert str(found.statutory) == (told if ends(told) < ends(LAW) else LAW)
    assert found.longer == (("statutory",) if ends(told) > ends(LAW) else ())
    listed = terms(entry("8wd", ""), statutory=told)
    assert listed.statutory == found.statutory


@pytest.mark.parametrize(
    ("kind", "law"),
    [("promise", "20wd"), ("immediate", "20wd"), ("joint", "45wd"), ("forwarded", "20wd")],
)
def test_the_laws_own_limit_is_that_of_the_listed_kind(kind: str, law: str) -> None:
    """行政许可法 42(2), 43; whatever kind is told, the catalogue's is the case's."""
    for told in ("promise", "immediate", "joint", "forwarded"):
        found = terms(entry("2wd", "", kind=kind), kind=told)
        assert (str(found.statutory), found.kind) == (law, kind)


def test_neither_told_nor_listed_the_laws_own_runs() -> None:
    """An ordinary licence, whatever kind is told; nobody promised anything."""
    for told in ({}, {"kind": "joint"}, {"kind": "immediate"}, {"kind": "forwarded"}):
        assert terms(None, **told) == Terms(statutory=Limit(20, "wd"))


def test_what_is_not_listed_is_promised_by_the_source_alone() -> None:
    """No list says otherwise."""
    assert terms(None, promise="60wd").promise == Limit(60, "wd")
    assert terms(None, due_at="2026-12-31").due_at == "2026-12-31"
    assert terms(None, promise="60wd").longer == ()


@pytest.mark.parametrize(
    ("told", "is_longer"),
    [
        ({"promise": "4wh"}, False),
        ({"promise": "7h"}, False),
        ({"promise": "8h"}, True),
        ({"promise": "1wd"}, True),
        ({"due_at": "2026-09-28"}, False),
        ({"due_at": "2026-09-29"}, True),
    ],
)
def test_an_immediate_case_is_promised_for_its_day(told: dict[str, Any], is_longer: bool) -> None:  # noqa: FBT001
    """即办件: accepted on a Monday at 10:00, it is due when the office closes at 17:30."""
    found = terms(entry("", "20wd", kind="immediate"), "2026-09-28T10:00", **told)
    counts = {} if is_longer else {**told}
    assert (str(found.promise or ""), found.due_at) == (
        counts.get("promise", ""),
        counts.get("due_at", ""),
    )
    assert found.longer == (tuple(told) if is_longer else ())
    assert found.is_promised


def test_three_hundred_working_days_are_told_of_an_item_of_eight_and_twenty() -> None:
    """The catalogue's count; both are kept to be shown."""
    found = bound(entry(), promise="300wd", statutory="300wd")
    assert (found.terms.promise, found.terms.statutory) == (Limit(8, "wd"), Limit(20, "wd"))
    assert found.terms.longer == ("statutory", "promise")
    assert found.details == {}


@pytest.mark.parametrize(
    ("listed", "told", "details"),
    [
        ("Housing", "Housing", {}),
        ("Housing", "Water", {"department": "Housing", "told_department": "Water"}),
        ("Fire; Housing", "Housing", {}),
        ("Fire、Housing；Water", "Water", {}),
        ("Fire;Housing", "Water", {"department": "Fire", "told_department": "Water"}),
        ("Café", "Cafe\u0301", {"department": "Café"}),
    ],
)
def test_a_case_is_the_listed_departments(listed: str, told: str, details: dict[str, str]) -> None:
    """Of several the told one, else the first; however its letters are put together."""
    assert bound(entry(department=listed), department=told).details == details


@pytest.mark.parametrize(
    ("kind", "told", "details"),
    [
        ("promise", {}, {}),
        ("joint", {"kind": "joint"}, {}),
        ("promise", {"kind": "joint"}, {"kind": "promise", "told_kind": "joint"}),
        (None, {"kind": "joint"}, {"kind": "promise", "told_kind": "joint", "listed": False}),
        (None, {"kind": "promise"}, {"listed": False}),
    ],
)
def test_a_case_is_of_the_listed_kind(
    kind: str | None, told: dict[str, str], details: dict[str, object]
) -> None:
    """What is not listed is an ordinary licence."""
    fields: dict[str, Any] = {**told}
    assert bound(entry(kind=kind) if kind else None, **fields).details == details


def test_what_was_told_can_be_read_again() -> None:
    """So that anybody derives the same from the leaf."""
    told = {"department": "Water", "kind": "joint", "item": "X-01", "region": "370102"}
    found = bind(told, START, Listed(entry(), "v1"), RULES)
    again = as_told({**told, **found.details})
    assert bind(again, START, Listed(entry(), "v1"), RULES) == found
    assert again == told | {"told_department": "Water", "told_kind": "joint"}


@pytest.mark.parametrize(
    ("when", "details"), [("2026-11-30T23:59", {}), ("2026-12-01T00:00", {"listed": False})]
)
def test_a_cancelled_item_is_off_the_list_from_its_day_on(
    when: str, details: dict[str, object]
) -> None:
    """By the day of the region."""
    assert bound(entry(cancelled="2026-12-01"), when).details == details


def test_without_a_catalogue_nothing_is_off_it() -> None:
    """And a kind that is told counts no more than elsewhere."""
    found = bind({"department": "Housing", "kind": "joint"}, START, Listed(), RULES)
    assert found.details == {"kind": "promise", "told_kind": "joint"}


class TestAdopted:
    """A catalogue has the item only later."""

    ACCEPTED, LATER = at("2026-11-02T09:00"), at("2026-11-20T09:00")

    def adopted(self, before: Terms, item: CatalogueItem) -> Terms:
        """The terms from LATER on."""
        return adopt_terms(before, self.ACCEPTED, Listed(item, "v2"), RULES, self.LATER)

    def test_a_promise_is_new(self) -> None:
        """Though it is over already."""
        after = self.adopted(Terms(statutory=Limit(20, "wd")), entry("5wd"))
        assert (after.promise, after.statutory) == (Limit(5, "wd"), Limit(20, "wd"))

    def test_what_has_run_out_stays(self) -> None:
        """Its cards were earned by it: five working days ended on the 9th, three on the 5th."""
        before = Terms(promise=Limit(5, "wd"), statutory=Limit(20, "wd"))
        assert self.adopted(before, entry("3wd")).promise == Limit(5, "wd")
        before = Terms(statutory=Limit(5, "wd"))
        assert self.adopted(before, entry("3wd", "4wd")) == Terms(
            statutory=Limit(5, "wd"), catalogue="v2"
        )

    def test_a_due_instant_gives_way_to_a_shorter_promise(self) -> None:
        """And not to a longer one."""
        before = Terms(due_at="2026-11-27", statutory=Limit(20, "wd"))
        assert self.adopted(before, entry("15wd")).promise == Limit(15, "wd")
        assert self.adopted(before, entry("19wd", "20wd")).due_at == "2026-11-27"
        assert self.adopted(before, entry("20wd", "30wd")).due_at == "2026-11-27"

    def test_nothing_but_limits_is_adopted(self) -> None:
        """Neither a kind nor what would let time stand still."""
        after = self.adopted(Terms(statutory=Limit(20, "wd")), entry("5wd", kind="immediate"))
        assert (after.kind, after.procedures, after.deemed, after.stages) == ("", (), "", {})


def test_where_the_profile_has_no_limit_of_the_law_there_is_none() -> None:
    """A log from elsewhere, as a local stage is fed with."""
    abroad = RULES.profile.counted_as({"zone": "Europe/Amsterdam"})
    found = bound(None, rules=Rules(abroad, CALENDAR), promise="60wd").terms
    assert found == Terms(promise=Limit(60, "wd"))
    assert load_profile("hunan").clocks["statutory"].limit == Limit(20, "wd")
