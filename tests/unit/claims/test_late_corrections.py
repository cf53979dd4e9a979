"""Corrections (更正) in time and late: which act by themselves, and which wait (CLAIMS §4)."""

import pytest
from msgspec.structs import replace

from tests.unit.claims.hall import (
    acts_at,
    cards,
    contested,
    due,
    hall_case,
    late_in,
    live,
    tell,
    told_case,
)
from tests.unit.told import (
    DUE,
    MS,
    START,
    File,
    accepted,
    accepted_claim,
    at,
    corrected,
    decided,
    delivering,
    refused_claim,
    resumed,
    suspended,
)

NEXT_DAY = "2025-04-22T09:00"
SOON = "2025-04-14T10:05"


def correct(case: File, n: int, right: str, recorded: str) -> int:
    """Receive the correction of fact *n* of *case*: it was at *right*, or never (empty)."""
    return tell(case, corrected(recorded, case.facts[n], right))


@pytest.mark.parametrize(
    ("right", "last"),
    [
        ("2025-04-14T10:30", "2025-04-14T10:10"),  # after the event that it corrects
        ("2025-04-14T09:58", "2025-04-14T10:08"),  # and after the earliest time that it gives
        ("2025-04-14T10:00", "2025-04-14T10:10"),
        ("", "2025-04-14T10:10"),  # it never happened
    ],
)
@pytest.mark.parametrize("late", [0, 1])
def test_a_correction_is_in_time_after_its_event_and_after_what_it_gives(
    right: str, last: str, late: int
) -> None:
    """To the millisecond, both ways."""
    case = hall_case()
    n = tell(case, corrected(at(last) + late * MS, case.facts[0], right))
    assert late_in(case) == ([n] if late else [])
    if not late:
        assert acts_at(case, 0) == (right or "")


def test_a_late_correction_does_not_act_until_it_is_accepted() -> None:
    """Accepted four days later, says its source on the morning after the card."""
    case = live(hall_case(), NEXT_DAY)
    n = correct(case, 0, "2025-04-18T10:00", NEXT_DAY)
    assert (acts_at(case, 0), due(case), case.lamp()) == (START, DUE, "yellow")
    assert case.contested() == [(n, "case.corrected")]
    case.receive(accepted_claim(n, "2025-04-22T10:00"))
    assert (acts_at(case, 0), case.lamp()) == ("2025-04-18T10:00", "green")
    case.receive(refused_claim(n, "2025-04-22T11:00"))
    assert (acts_at(case, 0), case.lamp()) == (START, "yellow")
    assert [verdict for _, verdict in case.verdicts("V-02")] == ["lost", "stands"]


def test_a_late_withdrawal_leaves_the_acceptance_and_its_cards() -> None:
    """It never happened, says its source after the card: it stays out until it is accepted."""
    case = live(hall_case(), NEXT_DAY)
    n = correct(case, 0, "", NEXT_DAY)
    live(case, "2025-04-23")
    assert (case.lamp(), contested(case)) == ("yellow", [n])
    assert cards(case, "V-02") == [("V-02", "yellow", DUE)]
    case.receive(accepted_claim(n, "2025-04-23T10:00"))
    assert (case.lamp(), cards(case)) == ("pending", [])


def test_a_late_correction_that_betters_nothing_acts() -> None:
    """An earlier acceptance makes an earlier card; a decision that was never made, a card."""
    case = hall_case()
    n = correct(case, 0, "2025-04-11T10:00", "2025-04-17T10:00")
    live(case, "2025-04-19")
    assert (contested(case), late_in(case)) == ([], [n])
    assert cards(case) == [("V-02", "yellow", "2025-04-18T17:30")]
    case = hall_case()
    end = tell(case, decided("2025-04-16T10:00"))
    correct(case, end, "", "2025-04-17T10:00")
    live(case, "2025-04-22")
    assert (contested(case), case.lamp()) == ([], "yellow")


def test_the_withdrawal_of_a_correction_gives_its_time_back_if_it_is_in_time() -> None:
    """Moved a week back within minutes, and that taken back; the second may be a claim."""
    case = hall_case()
    first = correct(case, 0, "2025-04-14T09:59", SOON)
    assert acts_at(case, 0) == "2025-04-14T09:59"
    in_time = replace(case.facts[first], corrects=case.facts[first].key, key="hall/w", data=GONE)
    undo = tell(case, in_time, "2025-04-14T10:09")
    assert (acts_at(case, 0), late_in(case)) == (START, [])
    late = tell(case, replace(case.facts[undo], corrects="hall/w", key="hall/v"), NEXT_DAY)
    assert late_in(case) == [late]  # and the minute betters nothing
    assert acts_at(case, 0) == "2025-04-14T09:59"


GONE = {"withdrawn": True}


def test_the_late_withdrawal_of_a_correction_that_made_it_worse_is_contested() -> None:
    """A pause that ended on the 16th by a correction in time; later that is to have been wrong."""
    case = hall_case(sources=delivering("24h"))
    tell(case, suspended("2025-04-15T09:00", approved="10wd"))
    end = tell(case, resumed("2025-04-17T09:00"))
    mended = correct(case, end, "2025-04-16T16:00", "2025-04-17T10:00")
    assert due(case) == "2025-04-22T17:30"
    n = tell(case, corrected("2025-04-21T09:00", case.facts[mended]))
    assert (due(case), contested(case)) == ("2025-04-22T17:30", [n])
    case.receive(accepted_claim(n, "2025-04-21T10:00"))
    assert due(case) == "2025-04-23T17:30"


def test_what_is_announced_does_not_backdate() -> None:
    """A correction of an event to come says that it was on the 15th; the event comes on the 22nd.

    Both were in time by their own times. But the event is told a week after the time it has.
    """
    case = hall_case()
    n = tell(case, corrected("2025-04-15T10:01", "hall/end", "2025-04-15T10:00"))
    assert late_in(case) == []
    live(case, NEXT_DAY)
    end = tell(case, decided(NEXT_DAY, key="hall/end"))
    assert (late_in(case), contested(case)) == ([end], [end])
    assert (acts_at(case, end), cards(case, "V-02")) == (NEXT_DAY, [("V-02", "yellow", DUE)])
    assert n not in contested(case)


def test_a_late_announcement_leaves_its_event_alone() -> None:
    """It says that the decision was on the 15th; the decision comes in time, says the 18th."""
    for right, acts, claims in (
        ("2025-04-15T10:00", "2025-04-18T10:00", [1]),  # before the warning of the 17th
        ("2025-04-17T18:00", "2025-04-17T18:00", []),  # after it: no difference, so it counts
    ):
        case = hall_case()
        n = tell(
            case, corrected("2025-04-17T18:30", "hall/end", right, recorded="2025-04-17T18:30")
        )
        end = tell(case, decided("2025-04-18T10:00", key="hall/end"))
        live(case, NEXT_DAY)
        assert late_in(case) == [n]
        assert acts_at(case, end) == acts
        assert len(contested(case)) == len(claims)


def test_what_is_announced_never_to_have_happened_did_not() -> None:
    """That is in time whenever the event comes; to take it back later is a claim."""
    case = hall_case()
    gone = tell(case, corrected("2025-04-15T10:00", "hall/end"))
    end = tell(case, decided("2025-04-17T10:00", key="hall/end"))
    assert (late_in(case), acts_at(case, end)) == ([], "")
    undo = tell(case, corrected(NEXT_DAY, case.facts[gone]))
    assert contested(case) == [undo]
    assert cards(case, "V-02") == [("V-02", "yellow", DUE)]


def test_of_several_corrections_the_last_received_counts() -> None:
    """Whatever times they say of themselves."""
    case = hall_case(sources=delivering("24h"))
    for minute, right in enumerate(("2025-04-14T09:00", "2025-04-14T11:00", "2025-04-14T08:00")):
        own = corrected(f"2025-04-14T12:0{9 - minute}", case.facts[0], right)
        tell(case, own, f"2025-04-14T13:0{minute}")
    assert acts_at(case, 0) == "2025-04-14T08:00"


def test_a_correction_is_late_for_the_time_that_an_earlier_one_gave() -> None:
    """A resumption moved before a due instant in time, and minutes later moved back behind it.

    What lies before 10:01 is settled at 10:11: nothing may change it by being in time after that.
    """
    case = told_case(accepted("2025-04-14T09:00", "1wh"))  # over at 10:00
    tell(case, suspended("2025-04-14T09:55", approved="1wh"))
    end = tell(case, resumed("2025-04-14T10:02"))
    correct(case, end, "2025-04-14T09:56", "2025-04-14T10:06")
    assert (due(case), late_in(case)) == ("2025-04-14T10:01", [])
    live(case, at("2025-04-14T10:11") + MS)
    assert cards(case, "V-02") == [("V-02", "yellow", "2025-04-14T10:01")]
    n = correct(case, end, "2025-04-14T10:03", "2025-04-14T10:11:30")
    assert (late_in(case), contested(case)) == ([n], [n])
    assert cards(case, "V-02") == [("V-02", "yellow", "2025-04-14T10:01")]


@pytest.mark.parametrize("many", [20, 21, 30])
def test_at_most_twenty_corrections_of_a_case_are_weighed_at_all(many: int) -> None:
    """Flipped to and fro: the last of the first twenty counts; the rest is set aside, flagged."""
    case = hall_case(sources=delivering("24h"))
    times = ("2025-04-14T09:00", "2025-04-14T09:30")
    for n in range(many):
        correct(case, 0, times[n % 2], f"2025-04-14T12:{n:02}")
    assert acts_at(case, 0) == times[1]
    aside = [reason for _, reason in case.set_aside()]
    assert aside == ["too many corrections"] * (many - 20)
    flags = [fact.text("sign") for fact in case.facts if fact.kind == "data.flagged"]
    assert ("too_many_corrections" in flags) is (many > 20)


def test_late_corrections_do_not_flip_a_card() -> None:
    """Thirty of them after the card: it stands, and is never re-checked."""
    case = live(hall_case(), NEXT_DAY)
    for n in range(30):
        correct(case, 0, f"2025-04-{18 - n % 2}T10:00", f"2025-04-22T10:{n:02}")
    assert case.verdicts() == []
    assert len([kind for kind in case.kinds() if kind == "claim.contested"]) == 20
    assert cards(case, "V-02") == [("V-02", "yellow", DUE)]


@pytest.mark.parametrize("told", ["2025-04-14T10:05", "2025-04-16T10:00"])
def test_a_withdrawal_does_not_hand_the_case_to_another_department(told: str) -> None:
    """A second acceptance waits aside for the first to be withdrawn, in time or late."""
    case = hall_case()
    other = accepted(START, "5wd", "8wd")
    moved = replace(other, data={**other.data, "department": "Roads"})
    tell(case, moved, "2025-04-14T10:02")
    correct(case, 0, "", told)
    live(case, NEXT_DAY)
    (yellow,) = (fact for fact in case.facts if fact.text("rule") == "V-02")
    assert (yellow.text("department"), contested(case)) == ("Housing", [])
    signs = [fact.text("sign") for fact in case.facts if fact.kind == "data.flagged"]
    assert signs.count("accepted_again") == 1
