"""The worked examples in the documents of Hunan's system: sixteen instants, to the second (T-15).

All begin on Monday 2018-10-15 at 10:00; 20/21 and 27/28 October are weekends. The arithmetic is
the vendor's: used = ceil(office time / standard day); a warning where used − limit ≥ −2, a card
where it is ≥ 1. Another second makes another day, so the legal instant is the full hour itself.
"""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting
from chalicelib.findings.clock import Clock, run_clock
from chalicelib.findings.crossings import crossings
from chalicelib.intake.event_types import FINDING_TYPES
from chalicelib.permit.simulate import simulate
from chalicelib.policy.limit import Limit
from chalicelib.policy.shipped import load_profile
from tests.unit.oracle import CHINA, is_workday
from tests.unit.told import CALENDAR, accepted, at, clock, decided, reported, resumed, suspended

BEGAN = "2018-10-15T10:00"
HUNAN = load_profile("hunan")
WHERE = {"item": "X-01", "department": "Housing", "region": "433101"}


def issued(*told: Fact, until: str = "2018-11-30") -> list[tuple[str, str, str]]:
    """Rule, level and legal instant of all that is issued or proposed, in order of time."""
    facts = simulate(told, Rules(HUNAN, CALENDAR), at(until))
    cards = [fact for fact in facts if fact.kind in FINDING_TYPES and fact.text("level")]
    for card in cards:
        assert (card.recorded_at - card.at).total_seconds() == 0.001  # at once
        assert card.text("policy") == f"hunan@{HUNAN.version}"
    return [(card.text("rule"), card.text("level"), clock(card.at)) for card in cards]


def test_a_case_of_seven_days_by_promise_and_ten_by_law() -> None:
    """办件: warned after four full days, yellow after seven, red after ten."""
    assert issued(accepted(BEGAN, "7wd", "10wd")) == [
        ("V-01", "warning", "2018-10-19T10:00"),
        ("V-02", "yellow", "2018-10-24T10:00"),
        ("V-03", "red", "2018-10-29T10:00"),
    ]


def test_a_special_procedure_of_seven_days() -> None:
    """特别程序 (1016): warned two days before, yellow when over, red after a day more.

    The case itself stands still for the seven days that were approved, and no longer: from
    10-24 10:00 on it has its own seven days again, of which four end on 10-30 at 10:00.
    """
    paused = suspended(BEGAN, approved="7wd")
    assert issued(accepted(BEGAN, "7wd", "10wd"), paused, until="2018-11-05T09:00") == [
        ("V-06", "warning", "2018-10-19T10:00"),
        ("V-06", "yellow", "2018-10-24T10:00"),
        ("V-06", "red", "2018-10-25T10:00"),
        ("V-01", "warning", "2018-10-30T10:00"),
        ("V-02", "yellow", "2018-11-02T10:00"),
    ]


def test_an_online_application_that_nobody_examines() -> None:
    """网上办事受理 (1017): two days; warned when over, yellow after three more, red after five.

    The acceptance by silence is the law's, at the close of the fifth working day (V-14).
    """
    assert issued(reported("submitted", BEGAN, **WHERE), until="2018-10-26") == [
        ("V-07", "warning", "2018-10-17T10:00"),
        ("V-07", "yellow", "2018-10-22T10:00"),
        ("V-14", "yellow", "2018-10-22T17:30"),
        ("V-07", "red", "2018-10-24T10:00"),
    ]


def test_a_certificate_that_is_not_handed_over() -> None:
    """办件出证 (1018): three days, then yellow."""
    granted = decided(BEGAN, outcome="granted")
    told = accepted("2018-10-12T10:00", "7wd", "10wd"), granted
    assert issued(*told, until="2018-10-24") == [("V-08", "yellow", "2018-10-18T10:00")]


@pytest.mark.parametrize(("name", "rule"), [("consultation", "V-09"), ("complaint", "V-10")])
def test_a_consultation_and_a_complaint_due_on_the_22nd(name: str, rule: str) -> None:
    """咨询 (1013), 投诉 (1012): warned two days before, yellow when over, red after a day more."""
    counting = Counting(HUNAN, CALENDAR)
    asked = Clock(name, at(BEGAN), None, Limit(5, "wd"))
    state = run_clock(asked, Rules(HUNAN, counting.calendar))
    assert state.due is not None
    assert clock(state.due.at) == "2018-10-22T10:00"
    findings = sorted(crossings(state, HUNAN, ""), key=lambda finding: finding.at)
    assert [(one.rule, one.level, clock(one.at)) for one in findings] == [
        (rule, "warning", "2018-10-17T10:00"),
        (rule, "yellow", "2018-10-22T10:00"),
        (rule, "red", "2018-10-23T10:00"),
    ]


@pytest.mark.parametrize(
    ("closed", "levels"),
    [
        ("2018-10-19T10:00", []),
        ("2018-10-19T10:00:00.001", ["warning"]),
        ("2018-10-24T10:00", ["warning"]),
        ("2018-10-24T10:00:00.001", ["warning", "yellow"]),
        ("2018-10-29T10:00", ["warning", "yellow"]),
        ("2018-10-29T10:00:01", ["warning", "yellow", "red"]),
    ],
)
def test_a_moment_is_over(closed: str, levels: list[str]) -> None:
    """超过1秒钟也算超期, and what is closed gets no card any more."""
    told = accepted(BEGAN, "7wd", "10wd"), decided(closed)
    assert [level for _, level, _ in issued(*told)] == levels


def test_a_yellow_that_nobody_answers_does_not_turn_red() -> None:
    """Where there is no limit by law there is no red."""
    found = issued(accepted(BEGAN, "7wd"), until="2018-12-31")
    assert [level for _, level, _ in found] == ["warning", "yellow"]


def test_lunch_and_the_night_take_nothing() -> None:
    """Accepted at 16:30 with a day: over at 16:30 of the next.

    What is accepted at noon runs from 14:00 on and is used up at the next noon; it is over once the
    office is open again.
    """
    late = issued(accepted("2018-10-15T16:30", "1wd"))
    assert ("V-02", "yellow", "2018-10-16T16:30") in late
    noon = issued(accepted("2018-10-15T12:30", "1wd"))
    assert ("V-02", "yellow", "2018-10-16T14:00") in noon


SESSIONS = ((time(8, 30), time(12)), (time(14), time(17, 30)))
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
FIRST = datetime(2018, 9, 20, tzinfo=CHINA)  # 中秋 and 国庆 with their make-up days lie ahead


def used_days(since: datetime, now: datetime) -> int:
    """The vendor's arithmetic by itself: office seconds, rounded up to standard days of 7 hours."""
    seconds, day = 0, since.date()
    while day <= now.date():
        for opens, closes in SESSIONS if is_workday(day) else ():
            begin = max(since, datetime.combine(day, opens, CHINA))
            end = min(now, datetime.combine(day, closes, CHINA))
            seconds += max((end - begin) // SECOND, 0)
        day += DAY
    return -(-seconds // (7 * 3600))


@given(
    accepted_at=st.integers(0, 50 * 86_400).map(lambda seconds: FIRST + seconds * SECOND),
    promise=st.integers(1, 12),
    more=st.integers(0, 8),
)
def test_the_vendors_arithmetic(accepted_at: datetime, promise: int, more: int) -> None:
    """Warned where used − promise ≥ −2, yellow where ≥ 1, red where used − statutory ≥ 1.

    At its legal instant it is not so yet (or the case has only begun), a second later it is.
    """
    statutory = promise + more
    told = accepted(accepted_at, f"{promise}wd", f"{statutory}wd")
    facts = simulate([told], Rules(HUNAN, CALENDAR), at("2018-12-31"))
    issued_at = {fact.text("level"): fact.at.astimezone(CHINA) for fact in facts if not fact.told}
    limits = {"warning": promise - 2, "yellow": promise + 1, "red": statutory + 1}
    assert issued_at.keys() == limits.keys()
    for level, least in limits.items():
        legal = issued_at[level]
        assert used_days(accepted_at, legal) < least or legal == accepted_at, level
        assert used_days(accepted_at, legal + SECOND) >= least, level


@pytest.mark.parametrize(
    ("back", "due"),
    [
        ("2018-10-18T10:00", "2018-10-29T10:00"),  # three days, all of them within the approved
        ("2018-10-24T10:00", "2018-10-30T10:00"),  # four are left out, not seven
    ],
)
def test_a_procedure_counts_for_what_it_took_and_at_most_what_was_approved(
    back: str, due: str
) -> None:
    """PAU-02 以申请的天数计算: the rest of it is the case's own time."""
    told = accepted(BEGAN, "7wd"), suspended(BEGAN, approved="4wd"), resumed(back)
    assert ("V-02", "yellow", due) in issued(*told)
