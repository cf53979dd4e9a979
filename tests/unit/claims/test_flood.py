"""A source floods its own case: so many reports act, and the others are set aside (CLAIMS §2)."""

from datetime import timedelta

import pytest

from chalicelib.cases.bounded import MOST_REPORTS, TOO_MANY_REPORTS, acting, beyond_most
from chalicelib.cases.correction import apply_corrections
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.errors import Rejected
from chalicelib.permit.claims.claim import claims_in
from chalicelib.permit.claims.decision import ClaimDecision, must_fit
from tests.unit.claims.hall import IN_TIME, acts_at, by_hall, cards, contested, due, late_in, live
from tests.unit.told import (
    DUE,
    START,
    File,
    accepted,
    at,
    corrected,
    decided,
    numbered,
    refused_claim,
    reported,
    resumed,
    suspended,
)

SECOND = timedelta(seconds=1)
MONDAY = at(START)


def papers(count: int, start: str = START) -> list[Fact]:
    """So many papers that "hall" delivers, each a second after the one before it, told at once."""
    first = at(start)
    return [
        by_hall(reported("document.delivered", first + n * SECOND, id=f"paper-{n}"))
        for n in range(1, count + 1)
    ]


def flooded(*told: Fact) -> File:
    """The case as it is when all of *told* has come, and nobody has looked meanwhile."""
    case = File(sources=IN_TIME)
    case.facts = numbered([by_hall(fact) if not fact.origin else fact for fact in told])
    return case


@pytest.mark.parametrize("more", [0, 1, 7])
def test_the_first_two_hundred_reports_act_and_the_others_are_set_aside(more: int) -> None:
    """In the order of receipt; the acceptance is none of them."""
    case = flooded(accepted(START, "5wd"), *papers(MOST_REPORTS + more))
    case.decide_case("2025-04-14T11:00")
    aside = [fact for fact in case.facts if fact.data.get("reason") == TOO_MANY_REPORTS]
    assert [fact.data["told"] for fact in aside] == [MOST_REPORTS + 1 + n for n in range(more)]
    flags = [fact.text("sign") for fact in case.facts if fact.kind == "data.flagged"]
    assert flags.count("too_many_reports") == (more > 0)


def test_a_flood_before_the_acceptance_does_not_keep_the_clock_from_running() -> None:
    """Nor one before the application: the first of each opens the case whenever it comes."""
    case = flooded(*papers(MOST_REPORTS + 5), accepted("2025-04-14T10:30", "5wd"))
    assert due(case) == DUE
    live(case, "2025-05-15")
    assert cards(case)[0] == ("V-02", "yellow", DUE)


def test_a_decision_that_comes_after_a_flood_does_not_close_the_case() -> None:
    """Who floods his case has not told it: the card comes as if nothing had been sent."""
    case = flooded(accepted(START, "5wd"), *papers(MOST_REPORTS), decided("2025-04-16T10:00"))
    live(case, "2025-05-15")
    assert acts_at(case, MOST_REPORTS + 1) == ""
    assert cards(case, "V-02") == [("V-02", "yellow", DUE)]


def test_a_late_report_beyond_the_most_is_no_claim() -> None:
    """Nobody has to decide about it, and nobody can: the answer says why."""
    case = flooded(
        accepted(START, "5wd"),
        *papers(MOST_REPORTS),
        by_hall(suspended("2025-04-15T09:00", approved="10wd"), "2025-04-22T09:00"),
    )
    last = MOST_REPORTS + 1
    case.decide_case("2025-04-22T09:00")
    assert (contested(case), late_in(case)) == ([], [])
    history = CaseHistory(case.facts)
    claims = claims_in(history, case.rules, at("2025-04-22T10:00"))
    with pytest.raises(Rejected) as refused:
        must_fit(ClaimDecision("accept", last, "说明", "k"), history, claims)
    assert refused.value.status == 409
    assert "报送过多" in refused.value.zh


def test_our_own_doors_have_no_bound() -> None:
    """Whatever a source sends, an inspector's decision acts."""
    facts = numbered([*papers(MOST_REPORTS + 1), refused_claim(0, "2025-04-22T10:00")])
    assert [fact.n for fact in beyond_most(facts)] == [MOST_REPORTS]
    assert acting(facts)[-1].kind == "claim.refused"


def test_the_order_of_receipt_counts_and_not_that_of_the_record() -> None:
    """A fact that was recorded first and received last is the one that does not act."""
    late, *others = papers(MOST_REPORTS + 1)
    late = by_hall(late, "2025-04-20T10:00")
    assert [fact.key for fact in beyond_most(numbered([late, *others]))] == [late.key]


def test_a_correction_beyond_the_most_corrects_nothing() -> None:
    """It is set aside for that reason alone."""
    first, *others = papers(MOST_REPORTS)
    again = by_hall(corrected("2025-04-16T10:00", first, "2025-04-13T10:00"))
    found = apply_corrections(numbered([first, *others, again]))
    assert [(fact.n, reason) for fact, reason in found.set_aside] == [
        (MOST_REPORTS, TOO_MANY_REPORTS)
    ]
    assert found.counts == {}


def test_the_end_of_a_pause_that_is_lost_in_a_flood_is_as_good_as_untold() -> None:
    """The pause then lasts as long as it was approved for, and no longer."""
    pause = suspended("2025-04-15T09:00", approved="1wd")
    told = [accepted(START, "5wd"), pause, *papers(MOST_REPORTS - 1, "2025-04-15T09:10")]
    end = resumed("2025-04-15T15:00")
    assert due(flooded(*told, end)) == due(flooded(*told)) == "2025-04-22T17:30"
