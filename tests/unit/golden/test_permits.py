"""The worked examples of DOMAIN §9 as cases: accepted, and decided on the last day or after it."""

import pytest

from chalicelib.calendar.overlay import overlay_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.permit.clocks.binding import Listed, bind
from chalicelib.policy.catalogue import read_catalogue
from chalicelib.policy.limit import Limit
from tests.support.spring_festival import EXTENDED
from tests.unit.clocks.living import dues, findings_of, kinds, live
from tests.unit.told import (
    CALENDAR,
    MS,
    PROFILE,
    RULES,
    File,
    accepted,
    at,
    decided,
    extended,
    reported,
    resumed,
    suspended,
)


@pytest.mark.parametrize(
    ("start", "promise", "due"),
    [
        ("2025-03-17", "20wd", "2025-04-15"),  # T-01, over Qingming
        ("2024-01-29", "20wd", "2024-02-29"),  # T-02, over the Spring Festival
        ("2026-04-01", "20wd", "2026-04-30"),  # T-07, before the extension
        ("2026-09-18", "10wd", "2026-10-09"),  # T-10, over the National Day
        ("2025-08-25", "45wd", "2025-10-31"),  # T-11
        ("2024-09-13", "3wd", "2024-09-19"),  # T-14, over the Mid-Autumn Festival
        ("2025-12-30", "3wd", "2026-01-05"),  # T-18, over the end of the year
        ("2024-02-08", "3wd", "2024-02-19"),  # T-19, New Year's Eve was worked
    ],
)
def test_a_case_is_due_that_day(start: str, promise: str, due: str) -> None:
    """When the office closes; a millisecond later it is overdue."""
    case, ends = accepted(f"{start}T10:00", promise), f"{due}T17:30"
    assert dues(live(case, until=f"{start}T10:00")) == {"promise": ends}
    assert findings_of(live(case, decided(ends), until=f"{due}T23:00"), "V-02") == []
    late: Fact = decided(at(ends) + MS)
    assert findings_of(live(case, late, until=f"{due}T23:00"), "V-02") == [f"V-02 yellow {ends}"]


def test_beyond_the_published_years_no_card_is_issued() -> None:
    """T-22: accepted 2026-12-21 for ten working days."""
    facts = live(accepted("2026-12-21T10:00", "10wd"), until="2027-03-01")
    assert "calendar.missing" in kinds(facts)
    assert findings_of(facts, "V-02", "V-03") == []


def listed(promise: str) -> Listed:
    """Return a catalogue whose item X-01 has this promise; empty: without that item."""
    if not promise:
        return Listed(None, "v1")
    row = f"X-01,licence,Housing,承诺件,{promise},20wd,行政许可法"
    header = "item,name,department,kind,promise,statutory,basis"
    (entry,) = read_catalogue(f"{header}\n{row}\n".encode(), "items.csv")
    return Listed(entry, "v1")


def bound(when: str, told: str, published: str) -> Fact:
    """Return an acceptance of *when* that told a promise, of an item that has a *published* one."""
    where = {"item": "X-01", "department": "Housing", "region": "370102"}
    data = {**where, **({"promise": Limit.parse(told).written()} if told else {})}
    terms, details = bind(data, at(when), listed(published), RULES)
    return reported("case.accepted", when, **{**data, **details}, terms=terms.written())


class TestWhichPromise:
    """The published limit counts (优化营商环境条例 35, 36)."""

    @pytest.mark.parametrize(
        ("told", "due"),
        [("15wd", "2026-06-23T17:30"), ("8wd", "2026-06-18T17:30"), ("", "2026-06-23T17:30")],
    )
    def test_of_told_and_published_the_shorter(self, told: str, due: str) -> None:
        """T-34: published ten: 09=1 … 12=4, 15=5 … 18=8, (19–21), 22=9, 23=10; 15th = 06-30."""
        facts = live(bound("2026-06-08T10:00", told, "10wd"), until="2026-06-08T10:00")
        assert dues(facts)["promise"] == due

    def test_an_item_that_no_catalogue_has(self) -> None:
        """T-35: 08-04=1 … 08-31=20 by law; nothing was promised; a person looks at the item."""
        facts = live(bound("2026-08-03T10:00", "", ""), until="2026-09-01T09:00")
        assert dues(facts) == {"statutory": "2026-08-31T17:30"}
        assert findings_of(facts) == [
            "V-19 (not_listed) 2026-08-03T10:00",
            "V-03 red 2026-08-31T17:30",
        ]

    def test_a_promise_that_changed_binds_from_that_day_on(self) -> None:
        """T-36: ten until 06-30, six from 07-01: the later case is due first."""
        before = live(bound("2026-06-30T10:00", "", "10wd"), until="2026-06-30T10:00")
        after = live(bound("2026-07-01T10:00", "", "6wd"), until="2026-07-01T10:00")
        assert dues(before)["promise"] == "2026-07-14T17:30"
        assert dues(after)["promise"] == "2026-07-09T17:30"

    def test_a_day_alone_ends_when_the_office_closes(self) -> None:
        """T-41: to be answered by 2026-05-15, a Friday."""
        case = accepted("2026-05-06T09:00", due_at="2026-05-15")
        assert dues(live(case, until="2026-05-06T09:00")) == {"promise": "2026-05-15T17:30"}


def test_a_holiday_that_was_lengthened_under_way() -> None:
    """T-37: 01-21=1 22=2 23=3 31=4 02-01=5; then off until 02-02, and 02-03=4 02-04=5."""
    before = Calendar("CN", CALENDAR.years.values())
    case = File(accepted("2020-01-20T10:00", "5wd"), calendar=before)
    for now in ("2020-02-01T17:30:00.001", "2020-02-02"):
        case.decide_case(now)
    assert case.issued("V-02") == [("yellow", "2020-02-01T17:30")]
    case.rules = Rules(PROFILE, overlay_calendar(before, [EXTENDED], ""))
    assert dues(case.facts) == {"promise": "2020-02-04T17:30"}
    case.decide_case("2020-02-03")
    assert case.verdicts("V-02") == [("yellow", "lost")]
    case.decide_case("2020-02-04T17:30:00.001")
    assert case.issued("V-02")[1:] == [("yellow", "2020-02-04T17:30")]


class TestExtensionAtTheDueInstant:
    """T-38: 20 wd from Monday 2026-06-08 end on 07-07 at 17:30; ten more on 07-21."""

    @pytest.mark.parametrize(
        ("when", "by", "due", "found"),
        [
            ("2026-07-07T17:29:59", "10wd", "2026-07-21T17:30", []),
            ("2026-07-07T17:30", "10wd", "2026-07-07T17:30", ["V-12 (late) 2026-07-07T17:30"]),
            ("2026-07-06T10:00", "12wd", "2026-07-21T17:30", ["V-12 (too_long) 2026-07-06T10:00"]),
        ],
    )
    def test_a_second_decides_and_ten_days_are_the_most(
        self, when: str, by: str, due: str, found: list[str]
    ) -> None:
        """The promise and the law's limit alike."""
        case = accepted("2026-06-08T10:00", "20wd", "20wd")
        facts = live(case, extended(when, by), until=when)
        assert dues(facts) == {"promise": due, "statutory": due}
        facts = live(case, extended(when, by), until="2026-07-22T09:00")
        assert findings_of(facts, "V-12") == found
        assert findings_of(facts, "V-02") == [f"V-02 yellow {due}"]


def test_a_pause_without_length_has_two_readings() -> None:
    """T-39: out (06-11, 06-25], nine days; 06-23 with none of them, 07-06 with all.

    A person looks at the act at once and at the earlier instant; the later one is beyond doubt.
    """
    review = suspended("2026-06-11T10:00", "expert_review", approved="")
    back = resumed("2026-06-25T10:00", "expert_review")
    case = accepted("2026-06-08T10:00", "10wd")
    facts = live(case, review, back, until="2026-07-07T09:00")
    assert findings_of(facts, "V-02", "V-13") == [
        "V-13 (no_approved) 2026-06-11T10:00",
        "V-02 (promise) 2026-06-23T17:30",
        "V-02 yellow 2026-07-06T17:30",
    ]
