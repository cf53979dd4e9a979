"""T-40 on a stage: after a merger the successor's year counts the cards of both."""

from datetime import date

import pytest

from chalicelib.cases.case_id import department_case
from chalicelib.lambdas.succeeding import tell_successions
from chalicelib.people.organisation import Organisation
from chalicelib.people.units import DatedName, Department, Succession
from chalicelib.policy import adoption_store
from chalicelib.policy.dated_profile import read_dated_profile
from tests.support.replayed import public_world, verified
from tests.unit.policy_file import STATUTORY

ROW = """
[[repeated]]
level = "yellow"
count = 3
per = "item"
within = "year"
then = "red"
rule = "L-02"
basis = [{ law = "行政许可法#60" }]
"""
DAILY = 24 * 60  # minutes
AT = date(2025, 3, 13)
ORGANISATION = Organisation(
    (
        Department("H", (DatedName("Housing"),), until=date(2025, 3, 12)),
        Department("N", (DatedName("住建局"),)),
    ),
    (Succession("H", "merge", AT, "N"),),
)


@pytest.fixture
def county(monkeypatch):
    """Give a county with two late cases of Housing, and one of its successor that is running."""
    text = STATUTORY.replace('"V-48", "V-49"', '"L-02", "V-48", "V-49"') + ROW
    monkeypatch.setattr(adoption_store, "profile_text", lambda _: text)
    monkeypatch.setattr(
        adoption_store, "load_dated_profile", lambda _: read_dated_profile(text, "mine.toml")
    )
    with public_world("2025-03-03T08:30:00") as made:
        made.until("2025-03-03T09:00:00")
        made.services.organisation.change(lambda _: ORGANISATION)
        made.tick()
        for case in "12":
            made.accept("2025-03-03T09:00:00", case)
        made.until("2025-03-12T09:00:00", DAILY)
        made.accept("2025-03-12T09:00:00", "3", department="住建局")
        made.until("2025-03-12T23:30:00")
        yield made


def year(county, name):
    """Return kind, and whether it was told, of the facts of a department's year."""
    records = county.services.facts.of_case(department_case(name, 2025))
    return [(record.fact.kind, record.fact.told) for record in records]


def passed(county):
    """Let the merger come, and the third case run out."""
    for moment in ("2025-03-13T00:10:00", "2025-03-13T09:00:00"):
        county.until(moment)
        county.tick()
    county.until("2025-03-21T09:00:00", DAILY)
    county.tick()


def test_the_successor_counts_all_three_and_the_log_verifies(county):
    """Housing's year counts two and makes nothing; 住建局's makes the red card at the third."""
    before = year(county, "Housing")
    assert before.count(("card.issued", True)) == 2
    assert not year(county, "住建局")
    passed(county)
    assert ("department.succeeded", True) in year(county, "Housing")
    new = year(county, "住建局")
    assert (new.count(("card.issued", True)), new.count(("card.issued", False))) == (3, 1)
    county.close()
    report = verified(county.leaves(), county.rules())
    assert [one.en for one in report.findings if one.check != "I5"] == []


def test_the_same_minute_again_tells_nothing_more(county):
    """The note says that it is done; without it the same events are there already."""
    passed(county)
    told = year(county, "Housing")
    assert tell_successions(county.services) == 0
    county.services.registry.delete("PEOPLE", "SUCCEEDED")
    assert tell_successions(county.services) == 1
    county.tick()
    assert year(county, "Housing") == told


def test_a_successor_that_nobody_stated_is_found(county):
    """And so is a year that was told of none."""
    passed(county)
    county.close()
    leaves = county.leaves()
    made_up = [
        {**leaf, "data": {**leaf["data"], "to": "别的局"}}
        if leaf["k"] == "department.succeeded"
        else leaf
        for leaf in leaves
    ]
    found = [one.en for one in verified(made_up, county.rules()).findings]
    assert any("successor that the log does not state" in one for one in found)
    kept_back = [leaf for leaf in leaves if leaf["k"] != "department.succeeded"]
    found = [one.en for one in verified(kept_back, county.rules()).findings]
    assert any("should have been told that 住建局 continues it" in one for one in found)
