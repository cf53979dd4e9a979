"""Late news acts as if it had happened when it was received (CLAIMS §4)."""

from datetime import timedelta

import pytest

from chalicelib.cases.fact import Fact
from tests.unit.claims.hall import (
    TEN_MINUTES,
    acts_at,
    by_hall,
    cards,
    contested,
    due,
    hall_case,
    late_in,
    live,
    tell,
    told_case,
    weighed,
)
from tests.unit.clocks.living import received
from tests.unit.told import (
    DUE,
    MS,
    START,
    File,
    accepted,
    at,
    clock,
    clock_due,
    corrected,
    decided,
    extended,
    refused_claim,
    reported,
    resumed,
    suspended,
)

NEXT_DAY = "2025-04-22T09:00"
ONE_DAY = {"amount": 1, "unit": "wd"}


def pauses(case: File) -> list[tuple[str, str, str]]:
    """The procedures of the judged reading: name, begin, and end if there is one."""
    procedures = weighed(case).judged.permit.procedures
    return [(p.name, clock(p.told.at), clock(p.end) if p.end else "") for p in procedures]


def for_testing(when: str, **more: object) -> Fact:
    """A suspension for testing, approved for ten working days."""
    return suspended(when, "testing", approved="10wd", **more)


def test_a_late_decision_closes_the_case_from_then_on() -> None:
    """The card that it would undo stands; no further clock runs."""
    case = hall_case()
    n = tell(case, decided("2025-04-18T10:00"), NEXT_DAY)
    live(case, "2025-06-30")
    assert (acts_at(case, n), case.lamp()) == (NEXT_DAY, "closed")
    assert cards(case) == [("V-02", "yellow", DUE)]
    assert case.verdicts() == []
    assert case.contested() == [(n, "case.decided")]


def test_a_late_pause_pauses_from_then_on() -> None:
    """Begun on the 15th, told on the 17th, over on the 22nd: 18, 21 and 22 are taken out."""
    case = hall_case()
    n = tell(case, for_testing("2025-04-15T09:00"), "2025-04-17T10:00")
    tell(case, resumed("2025-04-22T10:00"))
    assert pauses(case) == [("testing", "2025-04-17T10:00", "2025-04-22T10:00")]
    assert due(case) == "2025-04-24T17:30"
    assert contested(case) == [n]
    (claim,) = weighed(case).contested  # from the 15th on it would take out 16 and 17 as well
    promise = clock_due(claim.granted.limits, "promise")
    assert promise is not None
    assert clock(promise.at) == "2025-04-27T17:30"


@pytest.mark.parametrize(
    ("told", "ends", "v12"),
    [
        ("2025-04-21T17:29:59.999", "2025-04-27T17:30", []),  # five more: 22, 23, 24, 25, 27
        (DUE, DUE, [("V-12", "yellow", DUE)]),
        (NEXT_DAY, DUE, [("V-12", "yellow", NEXT_DAY)]),
    ],
)
def test_a_late_extension_adds_if_it_comes_before_the_due_instant(
    told: str, ends: str, v12: list[tuple[str, str, str]]
) -> None:
    """After it, it adds nothing and goes to a person as late (DFT-09; 行政许可法 42)."""
    case = hall_case()
    n = tell(case, extended("2025-04-16T10:00", "5wd"), told)
    live(case, at(told) + TEN_MINUTES + MS)
    assert (acts_at(case, n), due(case)) == (clock(at(told)), ends)
    assert cards(case, "V-12") == v12


def test_what_opens_a_case_acts_at_its_own_time() -> None:
    """Told a month later, it is judged as if it had been told in time."""
    case = told_case(accepted(START, "5wd", recorded="2025-05-14T10:00"))
    live(case, "2025-05-15")
    assert acts_at(case, 0) == START
    assert cards(case)[0] == ("V-02", "yellow", DUE)
    assert contested(case) == []


def test_an_application_told_late_is_examined_from_its_own_time() -> None:
    """Five working days from the 14th end on the 21st, in silence."""
    case = told_case(received(START, promise="20wd", recorded="2025-04-25T10:00"))
    live(case, "2025-04-26")
    assert cards(case, "V-14") == [("V-14", "yellow", DUE)]


@pytest.mark.parametrize("kind", ["case.accepted", "case.supplement_notified"])
def test_what_would_break_a_silence_that_is_over_acts_from_its_receipt(kind: str) -> None:
    """An acceptance, or a notice of what is missing, of before the end of silence."""
    case = told_case(received(START, promise="20wd"))
    live(case, NEXT_DAY)
    assert cards(case, "V-14") == [("V-14", "yellow", DUE)]
    fact = reported(kind, "2025-04-18T10:00", item="X-01", department="Housing", region="370102")
    n = tell(case, fact, "2025-04-22T10:00")
    live(case, "2025-04-23")
    assert acts_at(case, n) == "2025-04-22T10:00"
    assert case.contested() == [(n, kind)]
    assert cards(case, "V-14") == [("V-14", "yellow", DUE)]
    assert "case.rechecked" not in case.kinds()


def test_a_pause_that_has_ended_already_adds_nothing() -> None:
    """From the 15th to the 16th, told with its end on the 17th; the end alone changes nothing."""
    case = hall_case()
    begun = tell(case, for_testing("2025-04-15T09:00"), "2025-04-17T10:00")
    ended = tell(case, resumed("2025-04-16T09:00"), "2025-04-17T10:00")
    assert due(case) == DUE
    assert contested(case) == [begun]
    assert acts_at(case, ended) == "2025-04-16T09:00"


def test_a_pause_whose_end_was_told_first_adds_nothing() -> None:
    """Its end came in time and ended nothing then; when the beginning comes, it has ended."""
    case = hall_case()
    tell(case, resumed("2025-04-16T09:00"))
    assert case.set_aside() == [("case.resumed", "nothing to resume")]
    begun = tell(case, for_testing("2025-04-15T09:00"), "2025-04-17T10:00")
    assert (due(case), contested(case)) == (DUE, [begun])
    assert "event.readmitted" in case.kinds()


def test_a_resumption_ends_the_pause_that_its_own_time_lies_in() -> None:
    """The testing of the 15th, not the hearing that began after it; one that names none."""
    case = hall_case()
    tell(case, for_testing("2025-04-15T09:00"))
    tell(case, suspended("2025-04-17T09:00", "hearing", approved="10wd"))
    n = tell(case, resumed("2025-04-16T09:00", ""), "2025-04-18T10:00")
    both = [
        ("testing", "2025-04-15T09:00", "2025-04-16T09:00"),
        ("hearing", "2025-04-17T09:00", ""),
    ]
    assert (pauses(case), contested(case)) == (both, [])
    case.receive(refused_claim(n, "2025-04-18T11:00"))  # then it does so when it was received
    assert pauses(case) == [("testing", "2025-04-15T09:00", "2025-04-18T10:00"), both[1]]


def test_a_late_resumption_never_makes_a_pause_longer_than_one_in_time() -> None:
    """Over on the 17th by what came in time; an earlier end told on the 21st is refused."""
    case = hall_case()
    tell(case, for_testing("2025-04-15T09:00"))
    tell(case, resumed("2025-04-17T10:00"))
    n = tell(case, resumed("2025-04-16T10:00"), "2025-04-21T10:00")
    assert due(case) == "2025-04-22T17:30"  # it is worse, so it counts: the 16th is taken out
    case.receive(refused_claim(n, "2025-04-21T11:00"))
    assert due(case) == "2025-04-23T17:30"  # the 16th and 17th
    assert pauses(case) == [("testing", "2025-04-15T09:00", "2025-04-17T10:00")]


def test_a_late_suspension_does_not_take_the_place_of_one_in_time() -> None:
    """From the 16th to the 17th in time; told on the 18th, it began on the 15th."""
    case = hall_case()
    tell(case, for_testing("2025-04-16T09:00"))
    tell(case, resumed("2025-04-17T09:00"))
    n = tell(case, for_testing("2025-04-15T09:00"), "2025-04-18T12:00")
    assert due(case) == "2025-04-22T17:30"  # the 17th is taken out
    assert contested(case) == [n]


def test_news_that_betters_nothing_takes_its_own_time() -> None:
    """A stage of one day entered on the 15th and told on the 18th is over on the 16th."""
    case = hall_case()
    entered = reported("stage.entered", "2025-04-15T10:00", stage="review", limit=ONE_DAY)
    n = tell(case, entered, "2025-04-18T10:00")
    live(case, "2025-04-19")
    assert (late_in(case), contested(case)) == ([n], [])
    assert acts_at(case, n) == "2025-04-15T10:00"
    assert cards(case, "V-05") == [("V-05", "yellow", "2025-04-16T17:30")]


def test_of_what_is_harmless_alone_and_not_together_the_first_counts() -> None:
    """Entered on the 15th, left on the 16th; told on the 21st and the 23rd: a day is the limit.

    The card that rests on the first news stands; whether he left in time is for an inspector.
    """
    case = hall_case(promise="20wd")
    entered = reported("stage.entered", "2025-04-15T10:00", stage="review", limit=ONE_DAY)
    tell(case, entered, "2025-04-21T09:00")
    live(case, "2025-04-22")
    assert cards(case) == [("V-05", "yellow", "2025-04-16T17:30")]
    left = reported("stage.left", "2025-04-16T10:00", stage="review")
    second = tell(case, left, "2025-04-23T09:00")
    live(case, "2025-04-24")
    assert contested(case) == [second]
    assert case.contested() == [(second, "stage.left")]
    assert cards(case) == [("V-05", "yellow", "2025-04-16T17:30")]


def test_a_late_correction_does_not_undo_late_news_that_counts() -> None:
    """He resumed on 30 April, told on 10 May, so cards are out; then he says it was 20 May."""
    case = told_case(accepted(START, "5wd", "8wd"), suspended("2025-04-18T10:00", approved="30wd"))
    told = resumed("2025-04-30T10:00")
    tell(case, told, "2025-05-10T10:00")
    live(case, "2025-05-20")
    issued = [("V-02", "yellow", "2025-05-06T17:30"), ("V-03", "red", "2025-05-09T17:30")]
    assert cards(case, "V-02", "V-03") == issued
    correction = tell(case, corrected("2025-05-21T10:00", told, "2025-05-20T10:00"))
    live(case, "2025-06-20")
    assert cards(case, "V-02", "V-03") == issued
    assert (case.verdicts(), contested(case)) == ([], [correction])


def test_a_whole_stage_told_at_once_is_as_it_was_told() -> None:
    """Twice in it and twice out, all of it in one batch: nothing is found, nothing is set aside."""
    case = hall_case(promise="20wd")
    times = ("2025-04-15T09:00", "2025-04-15T10:00", "2025-04-16T09:00", "2025-04-16T10:00")
    for n, when in enumerate(times):
        kind = "stage.left" if n % 2 else "stage.entered"
        fact = reported(kind, when, stage="review", limit=ONE_DAY, recorded="2025-04-21T09:00")
        case.facts.append(tellable(case, fact))
    case.decide_case("2025-04-21T09:00")
    live(case, "2025-04-24")
    assert (contested(case), case.set_aside(), cards(case)) == ([], [], [])


def test_a_batch_is_read_by_the_times_of_its_news() -> None:
    """Two pauses and their ends, received together in any order, ended before that."""
    news = [
        for_testing("2025-04-15T09:00"),
        resumed("2025-04-15T10:00"),
        suspended("2025-04-15T12:00", "hearing", approved="10wd"),
        resumed("2025-04-15T13:00", "hearing"),
    ]
    for order in ((0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)):
        case = hall_case()
        for n in order:
            case.facts.append(tellable(case, news[n], "2025-04-17T10:00"))
        case.decide_case("2025-04-17T10:00")
        assert (due(case), case.set_aside()) == (DUE, [])


def test_what_is_contested_counts_by_itself_once_it_makes_no_difference() -> None:
    """A pause told a day late; the case is decided before anything falls in either reading."""
    case = hall_case()
    n = tell(case, for_testing("2025-04-15T09:00"), "2025-04-16T10:00")
    tell(case, resumed("2025-04-18T10:00"))
    assert contested(case) == [n]
    tell(case, decided("2025-04-18T11:00"))
    assert contested(case) == []
    assert acts_at(case, n) == "2025-04-15T09:00"
    live(case, "2025-06-01")
    assert (case.contested(), cards(case)) == ([], [])


@pytest.mark.parametrize("offset", [timedelta(), timedelta(days=200)])
def test_an_acceptance_told_after_its_decision_opens_the_case(offset: timedelta) -> None:
    """Decided in time on the 24th; the acceptance of the 14th comes later, and is late."""
    case = told_case(decided("2025-04-24T10:00"))
    tell(case, accepted(START, "5wd"), at("2025-04-24T12:00") + offset)
    live(case, at("2025-04-25") + offset)
    assert cards(case) == [("V-02", "yellow", DUE)]
    assert case.lamp() == "closed"


def tellable(case: File, fact: Fact, recorded: str = "2025-04-21T09:00") -> Fact:
    """The fact as "hall" reports it in a batch, numbered as the next of *case*."""
    return by_hall(fact, recorded).numbered(len(case.facts))


def test_an_ending_does_not_take_an_acceptance_told_late_out_of_its_own_time() -> None:
    """Near the law's limit by its receipt, past it by its own time: its cards stay."""
    case = told_case(by_hall(accepted(START, "5wd", "20wd"), "2025-04-17T10:00"))
    live(case, "2025-05-17")
    before = cards(case, "V-02", "V-03")
    assert before == [("V-02", "yellow", DUE), ("V-03", "red", "2025-05-14T17:30")]
    tell(case, reported("withdrawn", "2025-05-19T00:15"))
    live(case, "2025-07-01")
    assert cards(case, "V-02", "V-03") == before
    assert (acts_at(case, 0), contested(case)) == (START, [])
