"""The organisation in the log: stated before it is used, told with its differences, verified."""

from datetime import date

import pytest

from chalicelib.people.organisation import Leave, Organisation, Post, Tenure
from chalicelib.people.units import DatedName, Department, Succession
from infra.verify.supervision.organisations import organisation_changes, reaches_back
from tests.support.claimed import claimed_world, hall
from tests.support.replayed import verified

START = "2026-11-02T09:00:00"
MON, THU, FUTURE = date(2026, 11, 2), date(2026, 11, 5), date(2027, 1, 1)
A, B = f"p_{'a' * 16}", f"p_{'b' * 16}"
FIRST = Organisation(
    departments=(Department("D1", (DatedName("D1"),)), Department("D2", (DatedName("水利局"),))),
    posts=(Post("D1-1", "D1", "窗口", role="clerk"),),
    tenures=(Tenure(A, "D1-1", MON),),
)
MERGED = Organisation(
    FIRST.departments,
    (Succession("D1", "merge", FUTURE, "D2"),),
    posts=FIRST.posts,
    tenures=(Tenure(A, "D1-1", MON, THU), Tenure(B, "D1-1", date(2026, 11, 6))),
)


def test_a_log_with_organisations_verifies_and_tells_each_change(tmp_path) -> None:
    """Nothing is found against it; leave changes nothing that is public."""
    with claimed_world(START, hall("10m")) as made:
        services = made.services
        services.organisation.change(lambda _: FIRST)
        made.tick()
        made.accept(START, "1", department="D1", region="370102")
        made.until("2026-11-05T15:00:00", minutes=60)
        services.organisation.change(lambda _: MERGED)
        made.tick()
        away = Organisation(
            MERGED.departments, MERGED.successions, posts=MERGED.posts, tenures=MERGED.tenures,
            leaves=(Leave(B, THU, FUTURE),),
        )  # fmt: skip
        services.organisation.change(lambda _: away)
        assert services.organisation.version(fresh=True) == MERGED.version
        made.until("2026-11-06T10:00:00", minutes=60)
        made.close()
        report = verified(made.leaves(), made.rules())
    assert [issue.en for issue in report.findings] == []
    told = [issue.en for issue in report.remarks if "rules changed" in issue.en]
    assert len(told) == 2
    assert "departments +D1, +D2; posts +D1-1; posts held +" in told[0]
    assert "reorganisations +D1/D2/merge/2027-01-01" in told[1]
    assert f"posts held +{B}/D1-1/2026-11-06, {A}/D1-1/2026-11-02" in told[1]
    assert "[takes effect" not in told[1]


@pytest.mark.parametrize(
    ("was", "now", "day", "expected"),
    [
        (Organisation(), MERGED, FUTURE, False),  # the first one moves nothing
        (FIRST, MERGED, FUTURE, True),  # somebody did not hold a post that he was said to hold
        (FIRST, MERGED, date(2026, 11, 5), False),
        (FIRST, Organisation(FIRST.departments, MERGED.successions), date(2026, 11, 2), False),
        (FIRST, Organisation(FIRST.departments, MERGED.successions), date(2026, 11, 3), True),
        (MERGED, Organisation(MERGED.departments), date(2026, 1, 1), False),
        (FIRST, Organisation(FIRST.departments[1:], tenures=FIRST.tenures), MON, True),
    ],
)
def test_what_moves_days_that_are_over_reaches_back(was, now, day, expected) -> None:
    """A merger dated in the past, a post that was not held after all, a unit that is gone."""
    assert reaches_back(was, now, day) is expected


def test_changes_of_records_are_named_by_their_keys() -> None:
    """A changed one without a mark."""
    renamed = Organisation(
        (Department("D1", (DatedName("D1"), DatedName("林草局", FUTURE))),),
    )
    changes = [(en, marks) for _, en, marks in organisation_changes(FIRST, renamed)]
    assert changes == [
        ("departments", ["-D2", "D1"]),
        ("posts", ["-D1-1"]),
        ("posts held", [f"-{A}/D1-1/2026-11-02"]),
    ]
