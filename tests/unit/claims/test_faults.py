"""What a dishonest source might try: whose the case is, and what would take its cards away.

Every kind of news that could undo a card is told after it, with an earlier time; the card stands.
"""

from collections.abc import Callable
from itertools import permutations

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.policy.limit import Limit
from tests.unit.claims.hall import (
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
from tests.unit.clocks.living import received
from tests.unit.conduct.judging import changed
from tests.unit.told import (
    DUE,
    RED,
    START,
    File,
    accepted,
    corrected,
    decided,
    extended,
    reported,
    suspended,
)

EARLY, LATE = "2025-04-16T10:00", "2025-04-28T09:00"
BOTH = [("V-02", "yellow", DUE), ("V-03", "red", RED)]
DAY = {"amount": 1, "unit": "wd"}

UNDOING: dict[str, Callable[[], Fact]] = {
    "case.decided": lambda: decided(EARLY, outcome="granted"),
    "case.suspended": lambda: suspended(EARLY, "hearing"),
    "case.suspended for a day": lambda: suspended(EARLY, approved="1wd"),
    "case.extended": lambda: extended(EARLY, "10wd"),
    "case.withdrawn": lambda: reported("withdrawn", EARLY),
    "case.cancelled": lambda: reported("cancelled", EARLY),
    "case.returned": lambda: reported("returned", EARLY),
    "acceptance.withdrawn": lambda: reported("acceptance.withdrawn", EARLY),
}


@pytest.mark.parametrize("kind", UNDOING)
def test_no_late_news_takes_a_card_away(kind: str) -> None:
    """Yellow and red are out; the news acts from its receipt, and its time is contested."""
    case = live(hall_case(), LATE)
    n = tell(case, UNDOING[kind](), LATE)
    live(case, "2025-07-01")
    assert cards(case, "V-02", "V-03") == BOTH
    assert case.verdicts() == []
    assert case.contested()[0][0] == n
    assert acts_at(case, n) == LATE


@pytest.mark.parametrize("hours", [0, 5])
def test_no_batch_of_them_does_in_whatever_order(hours: int) -> None:
    """A decision, a pause, an extension, a correction and a second acceptance, told together."""
    news = [
        decided(EARLY),
        suspended(EARLY, "hearing"),
        extended(EARLY, "10wd"),
        accepted("2025-04-11T10:00", "90wd"),
    ]
    for order in permutations(range(4)):
        case = live(hall_case(), LATE)
        for place, n in enumerate(order):
            when = f"2025-04-28T{9 + place * hours // 4:02}:00"
            case.facts.append(by_hall(news[n], when).numbered(len(case.facts)))
        wrong = corrected(LATE, case.facts[0], "2025-04-24T10:00", recorded="2025-04-28T16:00")
        tell(case, wrong)
        live(case, "2025-07-01")
        assert cards(case, "V-02", "V-03") == BOTH
        assert case.verdicts() == []


def second(department: str, when: str, promise: str) -> Fact:
    """Another acceptance of the same case, by another department."""
    fact = accepted(when, promise, "13wd")
    return replace(fact, data={**fact.data, "department": department, "item": "X-09"})


@pytest.mark.parametrize("when", ["2025-04-11T10:00", START, "2025-04-14T10:05"])
@pytest.mark.parametrize("received_at", ["2025-04-14T10:06", LATE])
@pytest.mark.parametrize("promise", ["1wd", "90wd"])
def test_a_second_acceptance_moves_nothing(when: str, received_at: str, promise: str) -> None:
    """In time or late, earlier or later, shorter or longer: set aside and flagged."""
    case = hall_case()
    n = tell(case, second("Roads", when, promise), received_at)
    live(case, "2025-07-01")
    assert cards(case) == BOTH
    assert {fact.text("department") for fact in case.facts if fact.kind == "card.issued"} == {
        "Housing"
    }
    assert (case.set_aside(), contested(case)) == ([("case.accepted", "accepted before")], [])
    flags = {fact.text("sign") for fact in case.facts if fact.kind == "data.flagged"}
    assert "accepted_again" in flags
    assert weighed(case).judged.permit.acceptance == case.facts[0]
    assert case.facts[n].kind == "case.accepted"


def test_of_a_batch_the_first_acceptance_counts() -> None:
    """The order of the batch, whatever the times of its events."""
    told = [second("Roads", START, "5wd"), accepted("2025-04-11T10:00", "9wd")]
    for order in (told, told[::-1]):
        case = File(*[by_hall(fact, "2025-04-14T10:01") for fact in order])
        case.rules = hall_case().rules
        live(case, "2025-04-29")
        issued = {fact.text("department") for fact in case.facts if fact.kind == "card.issued"}
        assert issued == {order[0].data["department"]}


def test_an_acceptance_after_silence_lengthens_nothing() -> None:
    """Handed in on the 14th for ten days, accepted by silence; accepted in words for ninety."""
    case = told_case(received(START, promise="10wd", statutory="13wd"))
    live(case, "2025-04-29")
    found = cards(case)
    assert found == [("V-14", "yellow", DUE), ("V-02", "yellow", "2025-04-27T17:30")]
    tell(case, accepted("2025-04-29T09:00", "90wd"))
    live(case, "2025-07-01")
    assert [card for card in cards(case) if card in found] == found
    assert due(case) == "2025-04-27T17:30"
    assert case.verdicts("V-02", "V-14") == []


@pytest.mark.parametrize("came", [START, "2025-04-16T10:00"], ids=["in time", "late"])
@pytest.mark.parametrize("accepted_at", ["2025-04-14T15:00", "2025-04-18T15:00", ""])
@pytest.mark.parametrize("told", ["2025-04-22T09:00", "2025-04-28T12:00", "2025-05-20T09:00"])
def test_an_acceptance_after_silence_hands_no_card_to_another(
    came: str, accepted_at: str, told: str
) -> None:
    """Handed in to Housing and accepted by silence; accepted in words by Roads.

    Whenever the application came and the acceptance was, no card moves, in time or to Roads.
    """
    case = told_case(by_hall(received(START, promise="10wd", statutory="13wd"), came))
    live(case, told)
    tell(case, second("Roads", accepted_at or told, "10wd"), told)
    live(case, "2025-07-01")
    assert cards(case) == [
        ("V-14", "yellow", DUE),
        ("V-02", "yellow", "2025-04-27T17:30"),
        ("V-03", "red", "2025-04-30T17:30"),
    ]
    issued = [fact for fact in case.facts if fact.kind == "card.issued"]
    assert [fact.text("department") for fact in issued] == ["Housing"] * 3


def test_a_later_kind_of_case_does_not_make_an_earlier_act_its_end() -> None:
    """Sent on before it was accepted: an acceptance as a forwarded case, later, ends nothing."""
    case = told_case(received(START, promise="5wd"))
    tell(case, reported("case.forwarded", "2025-04-15T10:00"))
    live(case, "2025-04-24")
    found = cards(case)
    assert ("V-02", "yellow", DUE) in found
    tell(case, accepted("2025-04-24T10:00", "5wd", kind="forwarded"))
    live(case, "2025-04-25")
    assert found == [card for card in cards(case) if card in found]


def test_an_expiry_told_when_it_has_passed_approves_nothing() -> None:
    """A licence that expired on the 17th: told on the 25th, that was unknown when it was judged."""
    case = live(hall_case(), "2025-04-25T09:00")
    told = received("2025-04-25T10:00", expires_at="2025-04-17")
    tell(case, told)
    live(case, "2025-04-26")
    assert cards(case, "V-02", "V-03") == BOTH
    assert "case.deemed_approved" not in case.kinds()


def test_a_part_that_ended_cannot_be_left_again_under_its_name() -> None:
    """The part after it has begun; another stage of that name does not move its start."""
    parts = [
        {"department": "Planning", "stage": "plan", "limit": DAY},
        {"department": "Fire", "stage": "fire", "after": "plan", "limit": DAY},
    ]
    case = told_case(accepted(START, "20wd", kind="joint", parts=parts))
    tell(case, reported("stage.left", "2025-04-15T10:00", stage="plan", department="Planning"))
    live(case, "2025-04-17T10:00")
    found = cards(case, "V-05")
    assert found == [("V-05", "yellow", "2025-04-16T17:30")]
    for kind in ("stage.entered", "stage.left"):
        tell(case, reported(kind, "2025-04-18T10:00", stage="plan", department="Roads"))
    live(case, "2025-04-19")
    assert cards(case, "V-05") == found


def test_reasons_told_late_do_not_undo_that_there_were_none() -> None:
    """V-28, where a profile has it: reasons of the 22nd that are told in May."""
    case = hall_case()
    asking = changed("V-28", explain_within=Limit(5, "wd"))
    case.rules = replace(case.rules, profile=asking)
    live(case, "2025-05-06")
    before = cards(case, "V-28")
    assert before == [("V-28", "yellow", "2025-04-27T17:30")]
    n = tell(case, reported("delay.explained", "2025-04-22T10:00"), "2025-05-06T10:00")
    assert (cards(case, "V-28"), contested(case)) == (before, [n])


@pytest.mark.parametrize("kind", ["document.delivered", "result.published"])
def test_a_late_fulfilment_does_not_undo_that_it_was_late(kind: str) -> None:
    """Granted in time; delivered and published within days, says its source, a month later."""
    case = hall_case()
    tell(case, decided("2025-04-16T10:00", outcome="granted"))
    live(case, "2025-05-16")
    before = cards(case)
    assert {rule for rule, _, _ in before} == {"V-08", "V-28"}
    n = tell(case, reported(kind, "2025-04-17T10:00"), "2025-05-16T10:00")
    live(case, "2025-05-17")
    assert (cards(case), contested(case)) == (before, [n])


def test_a_stage_left_late_does_not_undo_its_card() -> None:
    """Entered in time, a day is the limit; left in time, says its source, a week later."""
    case = hall_case(promise="20wd")
    tell(case, reported("stage.entered", "2025-04-15T10:00", stage="review", limit=DAY))
    live(case, "2025-04-17")
    before = cards(case, "V-05")
    assert before == [("V-05", "yellow", "2025-04-16T17:30")]
    n = tell(case, reported("stage.left", EARLY, stage="review"), "2025-04-22T10:00")
    assert (cards(case, "V-05"), contested(case)) == (before, [n])


def test_what_was_found_of_an_act_is_not_undone_by_saying_it_never_happened() -> None:
    """An irregularity, a request beside the guide, a fee: each withdrawn a day later."""
    acts = [
        reported("irregularity.found", "2025-04-15T10:00", rule="V-32"),
        reported("supplement_notified", "2025-04-15T11:00", unlisted=1),
        reported("fee.charged", "2025-04-15T12:00", amount=5),
    ]
    for act in acts:
        case = hall_case(promise="20wd")
        n = tell(case, act)
        live(case, "2025-04-16")
        (before,) = cards(case)
        claim = tell(case, corrected("2025-04-16T10:00", case.facts[n]))
        assert (cards(case), contested(case)) == ([before], [claim])
