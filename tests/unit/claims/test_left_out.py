"""Which cases enter no rate: history, and those of which nobody heard before their end."""

from datetime import datetime, timedelta

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.permit.decide import evaluate
from chalicelib.permit.lamp_history import lamp_states, left_out
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
    reported,
)

LIVE_FROM = "2025-04-14"
END = "2025-04-17T16:00"


def why(case: File) -> str:
    """Why the case enters no rate, as far as it is on record."""
    history = CaseHistory(case.facts)
    return left_out(history, evaluate(history, case.rules).weighing, case.rules)


def told(*facts: Fact, live_from: str | None = None, delivery: str = "10m") -> File:
    """A case that was told and judged, each fact when it was received."""
    case = File(sources=delivering(delivery, live_from=live_from))
    for fact in sorted(facts, key=lambda each: each.recorded_at):
        case.receive(fact)
    return case


def hall(kind: str, when: str, recorded: str | datetime = "", **more: str) -> Fact:
    """Something that the hall told, when it happened or later."""
    return reported(kind, when, source="hall", recorded=recorded or when, **more)


def handed_in(when: str) -> Fact:
    """An application."""
    return hall("submitted", when, item="X-01", department="Housing", region="370102")


@pytest.mark.parametrize(
    ("when", "wanted"), [("2025-04-13T23:59:59.999", "history"), ("2025-04-14", "")]
)
def test_what_was_accepted_before_the_stage_was_in_use_is_history(when: str, wanted: str) -> None:
    """To the millisecond; whatever becomes of it later."""
    case = told(accepted(when, "20wd", source="hall"), live_from=LIVE_FROM)
    assert why(case) == wanted
    case.receive(decided("2025-04-16T10:00", source="hall"))
    assert why(case) == wanted


def test_a_case_that_was_never_accepted_goes_by_its_application() -> None:
    """Until it is accepted: then the acceptance counts."""
    case = told(handed_in("2025-04-11T10:00"), live_from=LIVE_FROM)
    assert why(case) == "history"
    case.receive(accepted(START, "5wd", source="hall"))
    assert why(case) == ""
    assert why(told(handed_in("2025-04-14T10:00"), live_from=LIVE_FROM)) == ""
    assert why(told(hall("stage.entered", "2025-04-11T10:00"), live_from=LIVE_FROM)) == "history"


def test_without_a_day_of_first_use_nothing_is_history() -> None:
    """As on a local stage."""
    assert why(told(accepted("2020-04-13T10:00", "20wd", source="hall"))) == ""


@pytest.mark.parametrize(("received", "wanted"), [(at(END), ""), (at(END) + MS, "told_after_end")])
def test_what_is_told_only_after_its_end_is_left_out(received: datetime, wanted: str) -> None:
    """The first news of it came when it had ended; at that very instant it is in time to count."""
    later = received + timedelta(minutes=1)
    case = told(
        accepted(START, "9wd", source="hall", recorded=received),
        decided(END, source="hall", recorded=later),
    )
    assert why(case) == wanted


def test_the_first_news_is_what_counts_whatever_it_is_about() -> None:
    """An application that was heard of in time, though its acceptance was not."""
    late = "2025-04-18T10:00"
    acceptance = accepted(START, "9wd", source="hall", recorded=late)
    end = decided(END, source="hall", recorded=late)
    assert why(told(acceptance, end)) == "told_after_end"
    assert why(told(handed_in("2025-04-14T09:00"), acceptance, end)) == ""


def test_until_its_end_is_told_nobody_knows() -> None:
    """Each fact has the state as of then, so the later one takes the case out."""
    case = told(
        accepted(START, "9wd", source="hall", recorded="2025-04-18T10:00"),
        decided(END, source="hall", recorded="2025-04-18T10:05"),
    )
    states = lamp_states(CaseHistory(), case.facts, case.rules)
    kinds = [fact.kind for fact in case.facts]
    end = kinds.index("case.decided")
    assert [state.left_out for state in states[:end]] == [""] * end
    assert {state.left_out for state in states[end:]} == {"told_after_end"}
    assert {state.days for state in states} == {None}


def over_due() -> File:
    """A case told when it was over and past its due instant: its end is contested."""
    late = "2025-05-06T10:00"
    case = told(
        accepted(START, "5wd", source="hall", recorded=late),
        decided(END, source="hall", recorded=late),
    )
    case.decide_case("2025-05-07")
    assert case.contested() == [(end_of(case), "case.decided")]
    return case


def test_a_contested_end_counts_by_its_own_time_until_it_is_refused() -> None:
    """As judged it acts from its receipt; but nothing of the case was told before its end."""
    case = over_due()
    assert why(case) == "told_after_end"
    case.receive(refused_claim(end_of(case), "2025-05-07T10:00"))
    assert why(case) == ""
    case.receive(accepted_claim(end_of(case), "2025-05-07T11:00"))
    assert why(case) == "told_after_end"


def test_an_end_told_after_a_card_takes_no_case_out_before_it_is_accepted() -> None:
    """It is dated between the acceptance and its receipt; told in time, no card would be there."""
    received = at(START) + timedelta(minutes=5)
    case = told(accepted(START, "5wd", source="hall", recorded=received))
    case.decide_case("2025-04-22T10:00")
    assert ("yellow", DUE) in case.issued()
    end = decided("2025-04-14T10:01", source="hall", recorded="2025-04-22T11:00")
    case.receive(end)
    assert case.contested() == [(end_of(case), "case.decided")]
    assert why(case) == ""
    case.receive(accepted_claim(end_of(case), "2025-04-23T10:00"))
    assert why(case) == "told_after_end"


def test_an_end_told_weeks_late_takes_no_case_out_that_was_heard_of_in_time() -> None:
    """It is dated before the news of the acceptance, and does no harm otherwise; so nobody asks."""
    received = at(START) + timedelta(minutes=5)
    first = accepted(START, "20wd", source="hall", recorded=received)
    late = decided("2025-04-14T10:04", source="hall", recorded="2025-05-06T10:00")
    case = told(first, late)
    assert case.contested() == []
    assert why(case) == ""
    soon = decided("2025-04-14T10:04", source="hall", recorded="2025-04-14T10:06")
    assert why(told(first, soon)) == "told_after_end"


def end_of(case: File) -> int:
    """The number of its decision."""
    return next(fact.n for fact in case.facts if fact.kind == "case.decided")


def test_a_warning_is_no_card() -> None:
    """Warnings do not wait for what else a source has to tell."""
    case = told(accepted(START, "5wd", source="hall", recorded="2025-04-18T10:00"))
    assert [level for level, _ in case.issued()] == ["warning"]
    case.receive(decided(END, source="hall", recorded="2025-04-18T10:05"))
    assert why(case) == "told_after_end"


def test_an_end_that_never_was_brings_the_case_back() -> None:
    """As it is judged."""
    end = decided(END, source="hall", recorded="2025-04-17T16:05")
    case = told(accepted(START, "9wd", source="hall", recorded="2025-04-17T16:02"), end)
    assert why(case) == "told_after_end"
    case.receive(corrected("2025-04-17T16:06", end, source="hall"))
    assert why(case) == ""
