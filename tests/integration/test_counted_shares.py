"""A share beside a count, on a stage: counted once the quarter is over; anybody counts again."""

import json
from datetime import date

import pytest

from chalicelib.cases.case_id import department_case
from chalicelib.people.organisation import Organisation
from chalicelib.people.units import DatedName, Department, Succession
from chalicelib.policy import adoption_store
from chalicelib.policy.dated_profile import read_dated_profile
from tests.support.replayed import public_world, verified
from tests.unit.policy_file import STATUTORY

ROW = """
[[repeated]]
level = "yellow"
count = 2
share = {share}
per = "department"
within = "quarter"
then = "red"
rule = "L-02"
basis = [{{ model = "百里杜鹃管理区行政效能牌", says = "一年内黄牌2次以上发红牌" }}]
"""
DAILY = 24 * 60  # minutes
YEAR = department_case("Housing", 2025)


MERGED = Organisation(
    (
        Department("H", (DatedName("Housing"),), until=date(2025, 3, 19)),
        Department("N", (DatedName("住建局"),)),
        Department("X", (DatedName("别的局"),)),
    ),
    (Succession("H", "merge", date(2025, 3, 20), "N"),),
)


@pytest.fixture
def county(request, monkeypatch):
    """Give a county with five cases due in a quarter, two of them late, when it is reckoned.

    The parameter is the share, or that and an organisation; then two departments more have a case.
    """
    share, organisation = (*request.param, None)[:2]
    text = STATUTORY.replace('"V-48", "V-49"', '"L-02", "V-48", "V-49"')
    text += ROW.format(share=share)
    monkeypatch.setattr(adoption_store, "profile_text", lambda _: text)
    monkeypatch.setattr(
        adoption_store, "load_dated_profile", lambda _: read_dated_profile(text, "mine.toml")
    )
    with public_world("2025-03-03T08:30:00") as made:
        made.until("2025-03-03T09:00:00")
        if organisation:
            made.services.organisation.change(lambda _: organisation)
            made.tick()
            for case, name in ("8", "住建局"), ("9", "别的局"):
                made.accept("2025-03-03T09:00:00", case, department=name)
                made.report("case.decided", "2025-03-03T10:00:00", case, outcome="granted")
                made.report("document.delivered", "2025-03-04T10:00:00", case)
        for case in "12345":
            made.accept("2025-03-03T09:00:00", case)
        for case in "345":
            made.report("case.decided", "2025-03-03T10:00:00", case, outcome="granted")
        made.report("case.withdrawn", "2025-03-03T10:00:00", "7")
        made.until("2025-03-12T09:00:00", DAILY)
        for case in "12":
            made.report("case.decided", "2025-03-12T09:00:00", case, outcome="granted")
        for case in "12345":
            made.report("document.delivered", "2025-03-12T09:00:00", case)
        made.until("2025-03-28T09:00:00", DAILY)
        made.accept("2025-03-28T09:00:00", "6")  # due in the next quarter
        made.until("2025-04-15T23:00:00", DAILY)
        assert not derived(made)
        made.until("2025-04-16T01:00:00")
        made.tick()
        yield made


def derived(county, year=YEAR):
    """What the year of the department says itself."""
    records = county.services.facts.of_case(year)
    return [record.fact for record in records if not record.fact.told]


def supervision(leaves, county):
    """What is found against the *leaves*, but that hours pass here without a sign of life (I5)."""
    return [one.en for one in verified(leaves, county.rules()).findings if one.check != "I5"]


@pytest.mark.parametrize("county", [(400,)], indirect=True)
def test_a_share_that_is_met_leads_to_a_card_once_the_quarter_is_over(county):
    """Two of five are 400 thousandths; a case of the next quarter is none of them."""
    counted, card = derived(county)
    assert (counted.kind, counted.data["number"]) == ("cases.counted", 5)
    assert (card.text("rule"), card.data["cards"], card.data["cases"]) == ("L-02", 2, 5)
    county.until("2025-04-20T09:00:00")
    assert len(derived(county)) == 2
    county.close()
    assert supervision(county.leaves(), county) == []


@pytest.mark.parametrize("county", [(401,)], indirect=True)
def test_a_share_that_is_not_met_leads_to_none(county):
    """It was counted all the same, and is not counted again."""
    (counted,) = derived(county)
    assert counted.data["number"] == 5
    county.close()
    leaves = county.leaves()
    assert supervision(leaves, county) == []
    changed = json.loads(json.dumps(leaves).replace('"number": 5', '"number": 50'))
    assert any("50 cases" in one for one in supervision(changed, county))
    kept_back = [leaf for leaf in leaves if leaf["k"] != "cases.counted"]
    assert any("should have been counted" in one for one in supervision(kept_back, county))


@pytest.mark.parametrize("county", [(333, MERGED)], indirect=True)
def test_a_successor_has_the_share_of_the_cases_under_both_names(county):
    """Two of six are 333 thousandths; the log has them, so anybody counts the same."""
    counted, card = derived(county, department_case("住建局", 2025))
    assert (counted.kind, counted.data["number"]) == ("cases.counted", 6)
    assert (card.data["cards"], card.data["cases"]) == (2, 6)
    assert [fact.kind for fact in derived(county)] == ["cases.counted"]
    county.close()
    leaves = county.leaves()
    assert supervision(leaves, county) == []
    changed = json.loads(json.dumps(leaves).replace('"number": 6', '"number": 1'))
    assert any("1 cases" in one for one in supervision(changed, county))


@pytest.mark.parametrize("county", [(334, MERGED)], indirect=True)
def test_a_busy_department_that_is_taken_over_busies_its_successor(county):
    """Its cases count with its cards, so a share that is not met leads to none."""
    (counted,) = derived(county, department_case("住建局", 2025))
    assert counted.data["number"] == 6
