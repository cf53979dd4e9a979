"""Bounds of the claims of an event (报送边界): past times, possible limits, own departments.

Pure. A source signs its events, but it is the supervised side (CLAIMS §2). An event is past tense,
and so is a notice that was given: such a time may be up to an hour ahead of the receipt, for clocks
differ; then it is taken as the receipt (`cases/from_event.py`). Only what is planned lies ahead.
Amounts and names are bounded where they are read (`fields.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import MAXYEAR, UTC, date, datetime, timedelta, tzinfo
from typing import Any, Protocol

from chalicelib.errors import Rejected
from chalicelib.instant import is_date, local_time, parse
from chalicelib.intake.event import Event
from chalicelib.intake.event_types import Reported
from chalicelib.intake.json_text import bad_field

AHEAD = timedelta(hours=1)
MOST_AHEAD = 60  # years, for a date that is still to come
MOST_DUE = 10  # years from the acceptance to an explicit due date

_PLANNED = ("due_at", "expires_at")
_DATES = (*_PLANNED, "notified_at")
_REASONS = {
    400: "unreadable",
    401: "wrong_source",
    403: "not_registered",
    409: "conflict",
    429: "rate",
}
_TIMES = frozenset({"time", "recordedtime", *(f"data.{name}" for name in ("time", *_DATES))})
REFUSALS = (*_REASONS.values(), "time", "field")
"""Why an event is refused, as counted."""


class RegisteredSource(Protocol):
    """The registration of a source, as far as the door asks."""

    @property
    def history_from(self) -> datetime | None:
        """Before it nothing is taken; None: no bound of its own."""

    def speaks_for(self, department: str) -> bool:
        """Return whether it may report on *department*."""

    def serves(self, region: str) -> bool:
        """Return whether it may report on *region*."""


def check_bounds(
    event: Event, source: RegisteredSource, now: datetime, zone: Callable[[], tzinfo]
) -> None:
    """Refuse *event* where *source* may not say that *now*; a due day is one of the *zone*.

    Raises Rejected: 422 for a time, 403 for a department or region, with the field.
    """
    data = event["data"]
    for field, written in _past_times(event):
        if parse(written) - now > AHEAD:
            zh = "超前一小时以上；事情发生之后才能报送"
            en = "more than an hour ahead; it has happened when it is sent"
            raise bad_field(field, zh, en)
        has_occurred = field in ("time", _of_data("time"))  # it, or the event that it corrects
        begins = source.history_from if has_occurred else None
        if begins is not None and parse(written) < begins:
            zh = f"早于 {begins.isoformat()}；此报送单位自该时刻起才可报送"
            en = f"earlier than {begins.isoformat()}, from which on this source may report"
            raise bad_field(field, zh, en)
    latest = _years_after(now, MOST_AHEAD).date()
    for name in _PLANNED:
        if name in data and _day(data[name], UTC) > latest:
            text = f"超过今后 {MOST_AHEAD} 年", f"more than {MOST_AHEAD} years ahead"
            raise bad_field(_of_data(name), *text)
    if "due_at" in data:
        _check_due(data["due_at"], parse(event["time"]), zone())
    if event["type"] != Reported.CASE_TRANSFERRED:  # it only names whose consent it needs
        _check_registered(data, source)


def reason_of(refusal: Rejected) -> str:
    """Return the reason for which a *refusal* is counted: one of REFUSALS."""
    if refusal.field in _TIMES:
        return "time"
    return _REASONS.get(refusal.status, "field")


def _past_times(event: Event) -> Iterator[tuple[str, str]]:
    """Yield each past time in *event*: of it, of what it corrects, of a notice, of its writing."""
    yield "time", event["time"]
    for name in ("time", "notified_at"):
        if name in event["data"]:
            yield _of_data(name), event["data"][name]
    if "recordedtime" in event:
        yield "recordedtime", event["recordedtime"]


def _check_due(due_at: str, accepted: datetime, zone: tzinfo) -> None:
    is_day, day = is_date(due_at), _day(due_at, zone)
    is_after = day >= local_time(accepted, zone).date() if is_day else parse(due_at) > accepted
    if not is_after:
        raise bad_field(_of_data("due_at"), "不在受理之后", "not after the acceptance")
    if day > local_time(_years_after(accepted, MOST_DUE), zone).date():
        text = f"超过受理之后 {MOST_DUE} 年", f"more than {MOST_DUE} years after the acceptance"
        raise bad_field(_of_data("due_at"), *text)


def _check_registered(data: Mapping[str, Any], source: RegisteredSource) -> None:
    named = _departments(data)
    refused = [field for field, department in named if not source.speaks_for(department)]
    if "region" in data and not source.serves(data["region"]):
        refused.append(_of_data("region"))
    if refused:
        text = "此报送单位没有登记报送它", "this source is not registered for it"
        raise bad_field(refused[0], *text, status=403)


def _departments(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "department" in data:
        yield _of_data("department"), data["department"]
    for number, part in enumerate(data.get("parts", ())):
        yield _of_data(f"parts.{number}.department"), part["department"]


def _of_data(name: str) -> str:
    return f"data.{name}"


def _day(written: str, zone: tzinfo) -> date:
    if is_date(written):
        return date.fromisoformat(written)
    return local_time(parse(written), zone).date()


def _years_after(instant: datetime, years: int) -> datetime:
    """Return the same day so many *years* later; 28 February for 29; at most the year 9999."""
    year = min(instant.year + years, MAXYEAR)
    try:
        return instant.replace(year=year)
    except ValueError:
        return instant.replace(year=year, day=28)
