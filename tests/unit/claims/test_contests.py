"""Contested claims (待认定): when they are listed, who decides, and what that turns (CLAIMS §4)."""

import pytest

from chalicelib.permit.claims.weighing import MOST, TOO_MANY
from tests.unit.claims.hall import (
    TEN_MINUTES,
    acts_at,
    by_hall,
    cards,
    contested,
    due,
    hall_case,
    live,
    tell,
    told_case,
    weighed,
)
from tests.unit.told import (
    DUE,
    MS,
    START,
    File,
    accepted,
    accepted_claim,
    at,
    clock,
    corrected,
    decided,
    refused_claim,
    reported,
    resumed,
    suspended,
)

NEXT_DAY = "2025-04-22T09:00"


def contest(case: File) -> dict[str, object]:
    """The data of the only contest of *case*."""
    (fact,) = (fact for fact in case.facts if fact.kind == "claim.contested")
    return dict(fact.data)


def overdue_and_decided() -> tuple[File, int]:
    """The case of five working days, yellow, with a decision of before that, told the day after."""
    case = live(hall_case(), NEXT_DAY)
    return case, tell(case, decided("2025-04-18T10:00"), NEXT_DAY)


def test_a_claim_is_listed_at_once_where_a_card_is_out() -> None:
    """With what it would change, the card first, and by when an inspector is to decide."""
    case, n = overdue_and_decided()
    data = contest(case)
    assert (data["claim"], data["type"], data["rests_on"]) == (n, "case.decided", [n])
    assert data["time"] == "2025-04-18T02:00:00.000Z"
    yellow = {"rule": "V-02", "level": "yellow", "at": "2025-04-21T09:30:00.000Z"}
    assert data["differs"] == [yellow]
    assert data["due_at"] == "2025-04-28T09:30:00.000Z"  # 23, 24, 25, 27 (a Sunday), 28
    assert data["department"] == "Housing"


def test_a_claim_is_listed_when_the_two_readings_part_and_no_sooner() -> None:
    """A pause of the 15th told on the 17th and over on the 22nd: due on the 24th or the 27th.

    The warning of the earlier reading falls first. Until then nobody need decide anything.
    """
    case = hall_case()
    n = tell(case, suspended("2025-04-15T09:00", approved="10wd"), "2025-04-17T10:00")
    tell(case, resumed("2025-04-22T10:00"))
    assert (contested(case), case.contested()) == ([n], [])
    warned = at("2025-04-22T17:30")  # two working days are left of the 24th
    live(case, warned)
    assert case.contested() == []
    live(case, warned + MS)
    assert case.contested() == [(n, "case.suspended")]


def test_a_contest_about_a_card_waits_as_the_card_does() -> None:
    """Over at 17:30, told at 17:41 that it was decided at 17:29: listed when the card is judged."""
    case = hall_case()
    n = tell(case, decided("2025-04-21T17:29"), "2025-04-21T17:39:30")
    assert (contested(case), case.contested()) == ([n], [])
    live(case, at(DUE) + TEN_MINUTES)
    assert case.contested() == []
    live(case, at(DUE) + TEN_MINUTES + MS)
    assert case.contested() == [(n, "case.decided")]


def test_what_nobody_decides_is_overdue_once_and_stays_out() -> None:
    """A clock of five working days, and then an alert; never a silent yes."""
    case, n = overdue_and_decided()
    live(case, "2025-04-28T17:30")
    assert "claim.overdue" not in case.kinds()
    live(case, at("2025-04-28T17:30") + MS)
    live(case, "2026-04-28")
    assert case.kinds().count("claim.overdue") == 1
    (overdue,) = [fact for fact in case.facts if fact.kind == "claim.overdue"]
    assert (overdue.at, overdue.recorded_at) == (
        at("2025-04-28T17:30"),
        at("2025-04-28T17:30") + MS,
    )
    assert cards(case, "V-02") == [("V-02", "yellow", DUE)]
    assert acts_at(case, n) == NEXT_DAY


def test_an_accepted_claim_counts_at_its_own_time() -> None:
    """The cards concerned are checked again, and say why."""
    case, n = overdue_and_decided()
    yellow = next(fact for fact in case.facts if fact.text("level") == "yellow")
    case.receive(accepted_claim(n, "2025-04-22T11:00"))
    check = case.facts[-1]
    assert (check.kind, check.data["card"], check.text("verdict")) == (
        "card.rechecked",
        yellow.n,
        "lost",
    )
    assert (check.text("reason"), check.data["cause"]) == ("claim_accepted", check.n - 1)
    assert (acts_at(case, n), case.lamp(), contested(case)) == ("2025-04-18T10:00", "closed", [])


def test_a_decision_may_be_corrected_by_another() -> None:
    """The card stands again under its number, and is lost again, as the last decision has it."""
    case, n = overdue_and_decided()
    decisions = (accepted_claim, refused_claim, accepted_claim, refused_claim)
    for minute, decide in enumerate(decisions):
        case.receive(decide(n, f"2025-04-22T11:0{minute}"))
    checks = [fact for fact in case.facts if fact.kind == "card.rechecked"]
    assert [fact.text("verdict") for fact in checks] == ["lost", "stands"] * 2
    assert len({fact.data["card"] for fact in checks}) == 1
    assert case.issued("V-02") == [("yellow", DUE)]
    reasons = [fact.text("reason") for fact in checks]
    assert reasons == ["claim_accepted", "claim_refused"] * 2


def test_a_refused_claim_acts_from_its_receipt_and_waits_no_more() -> None:
    """Also where its own time would do no harm any more."""
    case, n = overdue_and_decided()
    case.receive(refused_claim(n, "2025-04-22T11:00"))
    live(case, "2025-06-01")
    assert (acts_at(case, n), contested(case)) == (NEXT_DAY, [])
    assert "claim.overdue" not in case.kinds()


def test_a_decision_about_what_is_no_claim_changes_nothing() -> None:
    """Of news in time, of a derived fact, of a number that nothing has."""
    case = live(hall_case(), NEXT_DAY)
    before = cards(case)
    for minute, n in enumerate((0, 2, 99)):
        case.receive(accepted_claim(n, f"2025-04-22T10:0{minute}"))
        case.receive(refused_claim(n, f"2025-04-22T11:0{minute}"))
    assert cards(case) == before
    assert case.verdicts() == []


def test_an_accepted_claim_is_the_ground_that_others_are_weighed_on() -> None:
    """A pause is accepted; its end, told later, then makes it shorter and counts by itself."""
    case = live(hall_case(), NEXT_DAY)
    begun = tell(case, suspended("2025-04-15T09:00", approved="10wd"), NEXT_DAY)
    case.receive(accepted_claim(begun, "2025-04-22T10:00"))
    assert cards(case) == []
    ended = tell(case, resumed("2025-04-16T09:00"), "2025-04-22T11:00")
    assert (contested(case), acts_at(case, ended)) == ([], "2025-04-16T09:00")
    assert due(case) == "2025-04-22T17:30"  # the 16th is taken out
    live(case, "2025-04-23")
    assert cards(case, "V-02") == [("V-02", "yellow", "2025-04-22T17:30")]


def test_each_of_two_claims_may_be_accepted_alone() -> None:
    """An accepted pause lets the other claim be weighed with it."""
    case = live(hall_case(), NEXT_DAY)
    pause = tell(case, suspended("2025-04-15T09:00", approved="1wd"), NEXT_DAY)
    end = tell(case, decided("2025-04-22T09:10"), "2025-04-22T09:30")
    assert contested(case) == [pause]  # the end comes after the due instant in either case
    case.receive(accepted_claim(pause, "2025-04-22T10:00"))
    assert due(case) == "2025-04-22T17:30"
    assert acts_at(case, end) == "2025-04-22T09:10"  # in time for that, whenever it acts
    assert (contested(case), cards(case, "V-02")) == ([], [])


@pytest.mark.parametrize("many", [MOST, MOST + 1, MOST + 5])
def test_at_most_twenty_undecided_claims_are_weighed(many: int) -> None:
    """The rest acts from its receipt, is set aside and flagged; a decision makes room."""
    case = live(hall_case(), NEXT_DAY)
    numbers = [
        tell(case, decided("2025-04-18T10:00"), at(NEXT_DAY) + n * TEN_MINUTES) for n in range(many)
    ]
    assert contested(case) == numbers[:MOST]
    assert [fact.n for fact in weighed(case).unweighed] == numbers[MOST:]
    aside = [reason for _, reason in case.set_aside() if reason == TOO_MANY]
    assert len(aside) == many - MOST
    flags = [fact.text("sign") for fact in case.facts if fact.kind == "data.flagged"]
    assert ("too_many_claims" in flags) is (many > MOST)
    case.receive(refused_claim(numbers[0], "2025-04-23T11:00"))
    assert contested(case) == numbers[1 : MOST + 1]


def test_nothing_crowds_out_the_acceptance() -> None:
    """Twenty-five late papers come first; the acceptance told after them acts at its own time."""
    case = told_case(
        *[
            by_hall(reported("document.delivered", "2025-04-15T10:00"), f"2025-04-16T10:{n:02}")
            for n in range(25)
        ]
    )
    n = tell(case, accepted(START, "5wd"), "2025-05-14T10:00")
    assert acts_at(case, n) == START
    assert len(weighed(case).unweighed) == 5
    live(case, "2025-05-15")
    assert cards(case)[0] == ("V-02", "yellow", DUE)


def test_why_a_card_was_noticed_when_it_was() -> None:
    """The delivery time is no delay of ours; late news is its source's; what is beyond is ours."""
    on_time = live(hall_case(), at(DUE) + TEN_MINUTES + MS)
    assert _noticed(on_time) == "on_time"
    ours = hall_case()
    ours.decide_case(at(DUE) + 2 * TEN_MINUTES + 2 * MS)
    assert _noticed(ours) == "outage"
    theirs = told_case(accepted(START, "5wd", recorded="2025-04-23T10:00"))
    live(theirs, "2025-04-24")
    assert _noticed(theirs) == "late_news"


def test_a_card_that_late_news_moves_earlier_keeps_its_number() -> None:
    """Whoever was later still gets no new card, with new time to answer, in place of the old."""
    case = live(hall_case(), NEXT_DAY)
    tell(case, corrected(NEXT_DAY, case.facts[0], "2025-04-11T10:00"))
    assert due(case) == "2025-04-18T17:30"
    assert cards(case, "V-02") == [("V-02", "yellow", DUE)]
    live(case, "2025-06-01")
    assert cards(case) == [("V-02", "yellow", DUE), ("V-03", "red", "2025-04-23T17:30")]


def _noticed(case: File) -> str:
    (yellow,) = (fact for fact in case.facts if fact.text("level") == "yellow")
    assert clock(yellow.at) == DUE
    return yellow.text("noticed")
