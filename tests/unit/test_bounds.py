"""What an event may claim at the door: both sides of every bound."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from msgspec.structs import FieldInfo, fields

from chalicelib.errors import Rejected
from chalicelib.instant import parse, text
from chalicelib.intake.bounds import REFUSALS, check_bounds, reason_of
from chalicelib.intake.event import normalise
from chalicelib.intake.event_types import SOURCE_TYPES
from chalicelib.intake.payload import MODELS
from chalicelib.plumbing.doorkeeper import REASONS
from chalicelib.policy.sources import Registration
from chalicelib.schema import Defect, read_record
from tests.support.posted import posted
from tests.unit.told import MS

CHINA = timezone(timedelta(hours=8))
NOW = parse("2026-11-20T09:00:00+08:00")
OPENING = {"item": "X-01", "department": "住房局", "region": "370102"}
ANYBODY = Registration(history_from=datetime(1990, 1, 1, tzinfo=UTC))


def problem(
    source: Registration = ANYBODY,
    *,
    kind: str = "case.accepted",
    at: str = "2026-11-20T08:00:00+08:00",
    now: datetime = NOW,
    data: dict[str, Any] | None = None,
    **attributes: Any,
) -> tuple[int, str | None] | None:
    """Return status and field of the refusal of an event; None where it is within bounds."""
    event = normalise(posted(kind, at, OPENING if data is None else data, **attributes))
    try:
        check_bounds(event, source, now, lambda: CHINA)
    except Rejected as refusal:
        return refusal.status, refusal.field
    return None


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("ahead", "refused"),
    [(-MS, None), (timedelta(), None), (HOUR, None), (HOUR + MS, (422, "time"))],
)
def test_an_event_is_at_most_an_hour_ahead(
    ahead: timedelta, refused: tuple[int, str] | None
) -> None:
    """Clocks differ; what is planned is no event."""
    assert problem(at=text(NOW + ahead)) == refused
    right = {"event": "e-9", "time": text(NOW + ahead)}
    of_correction = refused and (422, "data.time")
    assert problem(kind="case.corrected", data=right) == of_correction


@pytest.mark.parametrize("year", [2027, 2030, 2199])
def test_no_act_of_the_years_to_come_is_taken(year: int) -> None:
    """A decision or a resumption that has not happened closes nothing and pauses nothing."""
    then = f"{year}-01-02T10:00:00+08:00"
    assert problem(kind="case.decided", at=then, data={"outcome": "granted"}) == (422, "time")
    assert problem(kind="case.resumed", at=then, data={}) == (422, "time")


def test_nothing_is_older_than_the_history_of_its_source() -> None:
    """From the very first instant of that day on; a correction leads no further back."""
    source = Registration(history_from=parse("2025-01-01T00:00:00+08:00"))
    first = "2025-01-01T00:00:00+08:00"
    before = "2024-12-31T23:59:59.999+08:00"
    assert problem(source, at=first) is None
    assert problem(source, at=before) == (422, "time")
    moved: dict[str, Any] = {"kind": "case.corrected", "data": {"event": "e-9", "time": first}}
    assert problem(source, **moved) is None
    moved["data"] = {"event": "e-9", "time": before}
    assert problem(source, **moved) == (422, "data.time")


@pytest.mark.parametrize(
    ("kind", "name", "more"),
    [
        ("case.accepted", "time", OPENING),
        ("case.accepted", "recordedtime", OPENING),
        ("case.submitted", "expires_at", OPENING),
        ("case.accepted", "due_at", OPENING),
        ("case.suspended", "notified_at", {"procedure": "hearing"}),
        ("case.extended", "notified_at", {"by": {"amount": 1, "unit": "wd"}}),
        ("case.corrected", "time", {"event": "e-9"}),
    ],
)
@pytest.mark.parametrize("said", ["1970-01-02T00:00:00Z", "1989-12-31T23:59:59Z"])
def test_no_time_is_before_1990(kind: str, name: str, more: dict[str, Any], said: str) -> None:
    """In the event and in its data; it is refused where it is read."""
    is_attribute = name == "recordedtime" or (kind == "case.accepted" and name == "time")
    data = more if is_attribute else {**more, name: said}
    attributes: dict[str, Any] = {name: said} if name == "recordedtime" else {}
    at = said if is_attribute and name == "time" else "2026-11-20T08:00:00+08:00"
    with pytest.raises(Rejected) as caught:
        problem(kind=kind, at=at, data=data, **attributes)
    assert (caught.value.status, caught.value.field) == (
        422,
        name if is_attribute else f"data.{name}",
    )


def test_a_date_to_come_is_at_most_sixty_years_ahead() -> None:
    """By the day: when a licence expires."""
    last, after = "2086-11-20", "2086-11-21"
    assert problem(data={**OPENING, "expires_at": last}) is None
    assert problem(data={**OPENING, "expires_at": after}) == (422, "data.expires_at")


TEN_DAYS = {"amount": 10, "unit": "wd"}


@pytest.mark.parametrize(
    ("ahead", "is_taken"),
    [(-MS, True), (HOUR, True), (HOUR + MS, False), (timedelta(days=12_300), False)],
)
def test_a_notice_was_given_and_an_event_written_down_before_they_are_sent(
    ahead: timedelta,
    is_taken: bool,  # noqa: FBT001
) -> None:
    """A notice of the year 2060 is none, nor is one of tomorrow; clocks differ by an hour."""
    then = text(NOW + ahead)
    notice = None if is_taken else (422, "data.notified_at")
    for kind, data in (
        ("case.suspended", {"procedure": "hearing", "notified_at": then}),
        ("case.extended", {"by": TEN_DAYS, "notified_at": then}),
    ):
        assert problem(kind=kind, data=data) == notice
    assert problem(recordedtime=then) == (None if is_taken else (422, "recordedtime"))


def is_instant(field: FieldInfo) -> bool:
    """Return whether *field* is read as an instant, and put into UTC."""
    try:
        read = read_record(field.type, "2026-11-20T08:00:00+08:00")
    except Defect:
        return False
    return bool(read == "2026-11-20T00:00:00.000Z")


def test_every_instant_of_an_event_is_past_or_planned() -> None:
    """Whoever adds one decides which it is, in `bounds.py` and in docs/events.md."""
    found = [field for kind in SOURCE_TYPES for field in fields(MODELS[kind])]
    past, planned = {"time", "notified_at"}, {"due_at", "expires_at"}
    assert {field.name for field in found if is_instant(field)} == past | planned


@pytest.mark.parametrize(
    ("due_at", "is_taken"),
    [
        ("2026-11-20T08:00:00.001+08:00", True),
        ("2026-11-20T08:00:00+08:00", False),
        ("2026-11-20", True),
        ("2026-11-19", False),
        ("2036-11-20", True),
        ("2036-11-21", False),
        ("2036-11-20T23:59:59+08:00", True),
        ("2036-11-21T00:00:00+08:00", False),
        ("2199-12-31", False),
    ],
)
def test_a_due_date_follows_the_acceptance_within_ten_years(due_at: str, is_taken: bool) -> None:  # noqa: FBT001
    """Counted from the acceptance and in the time of the place, not from now."""
    assert problem(data={**OPENING, "due_at": due_at}) == (
        None if is_taken else (422, "data.due_at")
    )


def test_a_due_date_of_long_ago_goes_by_its_acceptance() -> None:
    """History may have been due long before it is reported."""
    data = {**OPENING, "due_at": "2005-03-01"}
    assert problem(at="2005-02-01T09:00:00+08:00", data=data) is None
    assert problem(at="2005-03-01T23:30:00+08:00", data=data) is None
    assert problem(at="2005-03-02T00:30:00+08:00", data=data) == (422, "data.due_at")


def test_the_last_of_february_and_the_end_of_time_are_no_error() -> None:
    """Sixty years from a leap day; a local clock may show any year."""
    leap = parse("2040-02-29T09:00:00Z")
    data = {**OPENING, "due_at": "2050-02-28"}
    assert problem(at=text(leap), now=leap, data=data) is None
    assert problem(at=text(leap), now=leap, data={**OPENING, "due_at": "2050-03-01"}) == (
        422,
        "data.due_at",
    )
    assert problem(now=datetime(9999, 12, 31, tzinfo=UTC)) is None


HALL = Registration(departments=frozenset({"住房局", "水务局"}), regions=frozenset({"3701"}))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (OPENING, None),
        ({**OPENING, "department": "市场监督管理局"}, "data.department"),
        ({**OPENING, "department": "card:住房局"}, "data.department"),
        ({**OPENING, "region": "370181"}, None),
        ({**OPENING, "region": "370202"}, "data.region"),
        ({**OPENING, "region": "37"}, "data.region"),
        ({**OPENING, "parts": [{"department": "水务局"}]}, None),
        (
            {**OPENING, "parts": [{"department": "水务局"}, {"department": "公安局"}]},
            "data.parts.1.department",
        ),
    ],
)
def test_a_source_speaks_for_what_it_is_registered_for(
    data: dict[str, Any], field: str | None
) -> None:
    """For no other department, nor for another region; a part of a joint case is one too."""
    assert problem(HALL, data=data) == (field and (403, field))


def test_a_stage_is_only_of_departments_that_it_speaks_for() -> None:
    """Entered or left; without a department it is the case's own."""
    for kind in ("stage.entered", "stage.left"):
        assert problem(HALL, kind=kind, data={"stage": "审查"}) is None
        other = {"stage": "审查", "department": "公安局"}
        assert problem(HALL, kind=kind, data=other) == (403, "data.department")


def test_a_trimmed_name_is_the_registered_one() -> None:
    """What looks the same is the same."""
    assert problem(HALL, data={**OPENING, "department": " 住房局\u3000"}) is None


def test_every_reason_for_a_refusal_can_be_counted() -> None:
    """Each has its column; a field that somebody else named is no reason of its own."""
    assert set(REFUSALS) == REASONS
    assert reason_of(Rejected(422, zh="", en="", field="data.due_at")) == "time"
    assert reason_of(Rejected(422, zh="", en="", field="data.colour")) == "field"
    assert reason_of(Rejected(403, zh="", en="", field="data.region")) == "not_registered"
    assert reason_of(Rejected(418, zh="", en="")) == "field"
