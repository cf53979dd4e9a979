"""The made-up week could be a real one, and what people do in it is about cards that there are."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cases.fact import Fact
from chalicelib.cases.from_event import told_fact
from chalicelib.clock.counting import Counting
from chalicelib.instant import parse
from chalicelib.intake.event import normalise
from chalicelib.permit.clocks.binding import Listed, bind_terms
from chalicelib.permit.simulate import Simulation
from chalicelib.policy import catalogue
from chalicelib.policy.shipped import load_profile
from chalicelib.vault.redaction import redact
from infra.demo.acts import acts, card_of, claim_of, decisions
from infra.demo.cases import MadeUpEvent, closings, week, week_days
from infra.demo.week import STEP, chunks
from tests.unit.told import RULES

ROOT = Path(__file__).parents[2]
POLICY, CALENDAR = load_profile("statutory"), load_calendar("CN")
COUNTING = Counting(POLICY, CALENDAR)
# A Friday evening; a Sunday night; a Wednesday noon; the week of a make-up day and a holiday.
PRESENTS = [
    "2026-11-20T18:00+08:00",
    "2026-11-22T02:00+08:00",
    "2026-11-18T12:00+08:00",
    "2026-10-10T18:00+08:00",
]


def entries() -> tuple[catalogue.CatalogueItem, ...]:
    """Give the items of the made-up county."""
    path = ROOT / "infra" / "demo" / "catalogue.csv"
    return catalogue.read_catalogue(path.read_bytes(), path.name)


def events(present: datetime) -> list[MadeUpEvent]:
    """Give the week's events up to *present*."""
    return week(entries(), "demo", present, COUNTING)


def found(present: datetime) -> list[tuple[str, Fact]]:
    """Give what supervision finds in the week, by the case's number."""
    by_item = {item.item: item for item in entries()}
    told: dict[str, list[Fact]] = {}
    for one in events(present):
        event = normalise(one.event)
        data = event["data"]
        terms = None
        if event["type"] == "case.accepted":
            listed = Listed(by_item[data["item"]], "made-up")
            terms = bind_terms(data, parse(event["time"]), listed, RULES)
        fact = told_fact(event, redact(data).open, one.at, terms, secret=b"")
        told.setdefault(event["subject"], []).append(fact)
    simulation = Simulation(RULES)
    return [
        (case, fact)
        for case, facts in told.items()
        for fact in simulation.run(facts, present)
        if not fact.told
    ]


@pytest.mark.parametrize("said", PRESENTS)
def test_every_event_is_one_that_is_taken_and_has_an_id_of_its_own(said: str) -> None:
    """In order of time, none from the future."""
    present = datetime.fromisoformat(said).astimezone(UTC)
    told = events(present)
    ids = [normalise(event.event)["id"] for event in told]
    assert len(set(ids)) == len(ids)
    assert [one.at for one in told] == sorted(one.at for one in told)
    assert all(one.at <= present for one in told)


@pytest.mark.parametrize("said", PRESENTS)
def test_what_people_do_is_about_a_card_that_is_there_by_then(said: str) -> None:
    """It was found before, on that case, by that rule and at that level."""
    present = datetime.fromisoformat(said).astimezone(UTC)
    alerts: list[dict[str, Any]] = [
        {
            "type": fact.kind,
            "data": {
                **fact.data,
                "case": f"demo:{case}",
                "card": f"{case}.{fact.n}",
                "at": fact.at,
            },
        }
        for case, fact in found(present)
    ]
    done = acts(week_days(present, COUNTING), present, COUNTING)
    assert done == sorted(done, key=lambda act: act.at)
    for act in done:
        before = [alert for alert in alerts if alert["data"]["at"] < act.at]
        card, department = card_of(act, before)
        assert card.startswith(act.subject), act
        assert department, act


def test_an_inspector_decides_about_late_news_that_is_contested_by_then() -> None:
    """One is accepted and one refused; one is left, and an honest one counts by itself."""
    present = datetime.fromisoformat(PRESENTS[0]).astimezone(UTC)
    alerts: list[dict[str, Any]] = [
        {"type": fact.kind, "data": {**fact.data, "case": f"demo:{case}", "at": fact.at}}
        for case, fact in found(present)
        if fact.kind == "claim.contested"
    ]
    made = decisions(week_days(present, COUNTING), present, COUNTING)
    for decision in made:
        before = [alert for alert in alerts if alert["data"]["at"] < decision.at]
        case, n = claim_of(decision, before)
        assert (case, n > 0) == (f"demo:{decision.subject}", True)
    assert [decision.name for decision in made] == ["accept", "refuse"]
    assert len(alerts) == 3
    late = {one.event["subject"] for one in events(present) if one.at > happened(one)}
    harmless = late - {alert["data"]["case"].removeprefix("demo:") for alert in alerts}
    assert harmless == {"20261116-070"}


@pytest.mark.parametrize("said", PRESENTS)
def test_no_run_of_events_goes_on_past_what_somebody_does(said: str) -> None:
    """It is posted as a whole; whoever decides about late news has been told of it."""
    present = datetime.fromisoformat(said).astimezone(UTC)
    days = week_days(present, COUNTING)
    borders = [act.at for act in acts(days, present, COUNTING)]
    borders = sorted([*borders, *(each.at for each in decisions(days, present, COUNTING))])
    runs = chunks(events(present), borders)
    assert [event for run in runs for event in run] == events(present)
    for run in runs:
        assert run[-1].at - run[0].at <= STEP
        assert not [border for border in borders if run[0].at <= border < run[-1].at]


def happened(made_up: MadeUpEvent) -> datetime:
    """Give the time that its source gives it."""
    return datetime.fromisoformat(made_up.event["time"])


def test_a_whole_week_has_every_kind_of_act() -> None:
    """By a department and by an inspector."""
    present = datetime.fromisoformat(PRESENTS[0]).astimezone(UTC)
    days = week_days(present, COUNTING)
    done = acts(days, present, COUNTING)
    assert {act.name for act in done} == {"acknowledge", "respond", "appeal", "decide", "confirm"}
    assert {act.role for act in done} == {"department", "inspector"}
    assert [f"{days[n]:%m-%d}" for n in (-5, -1, 0, 4)] == ["11-09", "11-13", "11-16", "11-20"]
    assert len(closings(days, present, COUNTING)) == 10
