"""The clocks of a card end in a year that is not published: nothing is said on a guess."""

import pytest

from chalicelib.calendar.documents import check_document
from chalicelib.card.state import fold_card
from chalicelib.cases.case_id import card_case
from chalicelib.cases.history import CaseHistory
from chalicelib.instant import text
from chalicelib.lambdas.recompute import recompute
from tests.integration.test_card_crashes import act, first_card
from tests.support.end_state import check
from tests.support.memory_stage import MemoryWorld, memory_world

YEAR = {
    "year": 2027,
    "status": "official",
    "notices": ["国办发明电〔2026〕1号"],
    "source": "made up",
    "days_off": ["2027-01-01"],
    "makeup_workdays": [],
}


@pytest.fixture
def county():
    """Give a county with a card that was confirmed on 30 December: an answer is due in January."""
    with memory_world("2026-12-30T09:00:00") as made:
        made.accept("2026-12-30T09:00:00", promise="60wd")
        made.report("case.suspended", "2026-12-30T09:30:00", procedure="hearing", basis=None)
        made.wall.forward(hours=1)
        made.tick()
        act(made, "card.confirmed")
        made.tick()
        yield made


def of_card(county: MemoryWorld) -> list[tuple[str, str]]:
    """What the card's own case derived: kind and level, or what is missing."""
    records = county.services.facts.of_case(card_case(first_card(county)))
    facts = [record.fact for record in records if not record.fact.told]
    return [(fact.kind, fact.text("missing") or fact.text("level")) for fact in facts]


def test_silence_is_held_until_the_year_is_published(county):
    """Then its step up is proposed, with the legal instant that the year gives it."""
    county.until("2027-01-20T09:00:00", minutes=24 * 60)
    case = card_case(first_card(county))
    head = county.services.cases.get(case)
    assert (head.held_for, head.wake_at) == ("calendar:2027", None)
    assert of_card(county) == [("calendar.missing", "calendar:2027")]
    county.services.calendars.write(check_document(YEAR, "2027"))
    recompute(county.services)
    county.tick()
    facts = [record.fact for record in county.services.facts.of_case(case)]
    step = next(fact for fact in facts if fact.kind == "escalation.proposed")
    assert step.text("due_at") == "2027-01-05T09:30:00.000Z"
    assert text(step.at) == "2027-01-07T09:30:00.000Z"  # the window for appeals is longer
    assert fold_card(CaseHistory(facts)).level == "yellow"
    county.heal()
    check(county, county.told)


def test_an_answer_in_time_is_one_whatever_the_year_will_be(county):
    """Nothing is held that was answered; that it can be appealed ends with the year's days."""
    county.until("2026-12-31T09:00:00")
    act(county, "card.responded", text="here is the letter")
    county.until("2027-01-20T09:00:00", minutes=24 * 60)
    assert ("escalation.proposed", "red") not in of_card(county)
    county.services.calendars.write(check_document(YEAR, "2027"))
    recompute(county.services)
    county.tick()
    assert [kind for kind, _ in of_card(county)][-1] == "card.closed"
    county.heal()
    check(county, county.told)
