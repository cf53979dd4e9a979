"""What properties are tried with: days, limits, pauses, histories of cases, orders of arrival."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.clock.pause import Pause
from chalicelib.instant import text
from chalicelib.policy.limit import MAX_AMOUNT, UNITS, Limit
from chalicelib.policy.sources import Outage
from tests.unit import oracle
from tests.unit.told import (
    MS,
    RULES,
    accepted,
    at,
    corrected,
    delivering,
    extended,
    reported,
    resumed,
    suspended,
)

FIRST = datetime(1990, 1, 1, tzinfo=UTC)

DAYS_WITHIN = st.dates(date(2004, 1, 1), date(2028, 12, 31))
_MOST = {"wd": 40, "d": 60, "mo": 3, "h": 120, "wh": 60}


@cache
def amounts(units: tuple[str, ...], most: int = 100) -> st.SearchStrategy[oracle.Amount]:
    """An amount of a unit that a person could have meant."""
    return st.one_of(
        [st.tuples(st.integers(1, min(most, _MOST[unit])), st.just(unit)) for unit in units]
    )


def limit_of(amount: oracle.Amount) -> Limit:
    """An amount of the oracle's as the core has it."""
    return Limit.parse(f"{amount[0]}{amount[1]}")


_START_DAYS = st.one_of(
    st.dates(date(2004, 3, 1), date(2026, 6, 30)),
    st.dates(date(2025, 9, 15), date(2025, 10, 15)),
    st.dates(date(2026, 1, 20), date(2026, 2, 28)),
)


@st.composite
def starts(draw: st.DrawFn) -> datetime:
    """A quarter of an hour of some day that has a calendar, before long holidays quite often."""
    day = draw(_START_DAYS)
    return at(day.isoformat()).astimezone(oracle.CHINA) + draw(st.integers(0, 95)) * oracle.QUARTER


_LENGTHS = st.integers(0, 96) | st.integers(0, 96 * 20)
_CAPPED = st.none() | amounts(UNITS, 15)


@st.composite
def stops(draw: st.DrawFn, start: datetime, *, open_ones: bool = True) -> list[oracle.Stop]:
    """Up to four pauses from about *start* on: long and short, capped and not, ended and not."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start + draw(st.integers(-96, 96 * 40)) * oracle.QUARTER
        length = draw(_LENGTHS)
        approved = draw(_CAPPED)
        is_open = draw(st.integers(0, 5)) == 0 and (open_ones or approved is not None)
        end = None if is_open else begin + length * oracle.QUARTER
        found.append(oracle.Stop(begin, end, approved))
    return found


def pause_of(stop: oracle.Stop) -> Pause:
    """A pause of the oracle's as the core has it."""
    approved = limit_of(stop.approved) if stop.approved else None
    end = stop.end.astimezone(UTC) if stop.end else None
    return Pause(stop.begin.astimezone(UTC), end, approved)


class History(Struct, frozen=True, dict=True):
    """The told facts of one case, in order of time, each arriving as it happened."""

    told: tuple[Fact, ...]

    @property
    def end(self) -> datetime:
        """Long after everything."""
        return max(fact.recorded_at for fact in self.told) + timedelta(days=400)


def _acceptances(draw: st.DrawFn, start: datetime) -> tuple[Fact, datetime]:
    """An acceptance, and when it is due if nothing comes between."""
    statutory = draw(_STATUTORY)
    more: dict[str, Any] = {"statutory": f"{statutory[0]}{statutory[1]}"} if statutory else {}
    if draw(st.integers(0, 4)) == 0:
        said = start + draw(st.integers(-96, 96 * 30)) * oracle.QUARTER
        return accepted(start, due_at=said.isoformat(), key="hall/0", **more), said
    promise = draw(amounts(UNITS, 25))
    due = oracle.due(start, [promise], [])
    assert due is not None
    return accepted(start, f"{promise[0]}{promise[1]}", key="hall/0", **more), due


_KINDS = st.sampled_from(["stop", "stop", "go", "go", "more", "end", "again", "other", "other"])
_PROCEDURES = st.sampled_from(["testing", "hearing"])
_STATUTORY = st.none() | amounts(("wd", "d", "h"), 45)
_APPROVED = st.none() | amounts(UNITS, 10)


def _events(draw: st.DrawFn, key: str, when: datetime) -> Fact:
    """Something that happens to an accepted case *when*."""
    procedure = draw(_PROCEDURES)
    match draw(_KINDS):
        case "stop":
            cap = draw(_APPROVED)
            more: dict[str, Any] = {"approved": f"{cap[0]}{cap[1]}"} if cap else {}
            return suspended(when, procedure, key=key, **more)
        case "go":
            return resumed(when, draw(st.sampled_from([procedure, ""])), key=key)
        case "more":
            amount = draw(amounts(("wd", "d", "h"), 15))
            # Nobody reports that the applicant will be told; 2020 may be years ahead here.
            notified_at = text(when)
            return extended(when, f"{amount[0]}{amount[1]}", key=key, notified_at=notified_at)
        case "end":
            kind = draw(st.sampled_from(["decided", "withdrawn"]))
            return reported(kind, when, key=key)
        case "again":
            return accepted(when, "10wd", key=key)
        case _:
            return _others(draw, key, when, procedure)


_OTHERS = st.sampled_from(["entered", "entered", "charged", "found", "asked", "attended"])


def _others(draw: st.DrawFn, key: str, when: datetime, procedure: str) -> Fact:
    """Something that hardly moves a clock, and breaks a rule of conduct quite often."""
    number = draw(st.integers(0, 2))
    match draw(_OTHERS):
        case "entered":
            return reported("stage.entered", when, stage="review", key=key)
        case "charged":
            given = {"given": ["basis"]} if draw(st.booleans()) else {}
            return reported("fee.charged", when, amount=number, standard=1, key=key, **given)
        case "found":
            return reported("irregularity.found", when, rule=f"V-3{number + 1}", key=key)
        case "asked":
            return reported("supplement_notified", when, unlisted=number, catch_all=1, key=key)
        case _:
            return resumed(when, procedure, officers=number + 1, key=key)


_LATER = st.integers(-8, 96 * 45).map(lambda quarters: quarters * oracle.QUARTER)
_NEAR = st.integers(0, 4)
_WHENS = st.sampled_from(["near", "later", "later"])


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A case: accepted, then up to eight things, many of them within a millisecond of its due."""
    start = draw(starts())
    first, due = _acceptances(draw, start)
    told = [first]
    for n in range(1, 1 + draw(st.integers(0, 8))):
        near = [due - MS, due, due + MS, start, start + MS]
        when = near[draw(_NEAR)] if draw(_WHENS) == "near" else start + draw(_LATER)
        told.append(_events(draw, f"hall/{n}", when))
    with_order = draw(st.booleans())
    if with_order:
        told = [replace(fact, sequence=f"{n:04d}") for n, fact in enumerate(told)]
    return History(tuple(sorted(told, key=lambda fact: fact.at)))


_DELAYS = st.sampled_from([0, 1, 1000, 3_600_000]) | st.integers(0, 60 * 86_400_000)


@st.composite
def arrivals(draw: st.DrawFn, history: History) -> list[Fact]:
    """The same history, arriving in another order: each fact late by as much as it likes.

    But acceptances keep their order, and so do corrections: their order of record means something.
    """
    kept = {"case.accepted": history.told[0].recorded_at, "case.corrected": FIRST}
    late = []
    for fact in history.told:
        recorded = fact.at + draw(_DELAYS) * MS
        if fact.kind in kept:
            kept[fact.kind] = recorded = max(recorded, kept[fact.kind])
        late.append(replace(fact, recorded_at=recorded))
    return sorted(late, key=lambda fact: fact.recorded_at)


def in_an_outage(told: Iterable[Fact]) -> list[Fact]:
    """The same facts, told by "hall"; under `outage_until` all of them come in time."""
    return [replace(fact, source="hall") for fact in told]


def outage_until(end: datetime) -> Rules:
    """The rules where "hall" could report nothing up to *end*: until then everything is in time.

    A finding of that time is judged once the outage is over.
    """
    return replace(RULES, sources=delivering("10m", outages=(Outage(FIRST, end),)))


def _around(draw: st.DrawFn, start: datetime) -> Fact:
    """Something before or after the main clock: the application, stages, the document."""
    when = start + draw(st.integers(-96 * 20, 96 * 60)) * oracle.QUARTER
    where = {"item": "X-01", "department": "Roads", "region": "370102"}
    match draw(
        st.sampled_from(["submitted", "received", "asked", "brought", "in", "out", "after"])
    ):
        case "submitted" | "received" as kind:
            return reported(kind, when, **where)
        case "asked":
            return reported("supplement_notified", when)
        case "brought":
            return reported("supplement_submitted", when)
        case "in":
            stage = draw(st.sampled_from(["review", "approval"]))
            return reported("stage.entered", when, stage=stage, limit={"amount": 3, "unit": "wd"})
        case "out":
            return reported("stage.left", when, stage=draw(st.sampled_from(["review", "approval"])))
        case _:
            kind = draw(st.sampled_from(["document.delivered", "result.published"]))
            return reported(kind, when)


_MOVED = st.none() | st.integers(-96 * 10, 96 * 45)


def _corrections(draw: st.DrawFn, most: int, start: datetime) -> Fact:
    """A correction of one of *most* events, of one that never comes, or of a correction."""
    made = start + draw(st.integers(-96, 96 * 60)) * oracle.QUARTER
    about = f"hall/{draw(st.integers(0, most))}"
    moved = draw(_MOVED)
    return corrected(made, about, "" if moved is None else start + moved * oracle.QUARTER)


@st.composite
def corrected_histories(draw: st.DrawFn) -> History:
    """A case of which much is told, some of it wrongly, and corrected, and the correction too."""
    told = list(draw(histories()).told)
    start = min(fact.at for fact in told)
    told += [_around(draw, start) for _ in range(draw(st.integers(0, 3)))]
    several = draw(st.integers(0, 4))
    told += [_corrections(draw, len(told) + several, start) for _ in range(several)]
    told = [replace(fact, key=f"hall/{n}", sequence=f"{n:04d}") for n, fact in enumerate(told)]
    return History(tuple(sorted(told, key=lambda fact: fact.at)))


EXTREME_INSTANTS = st.datetimes(timezones=st.just(UTC)).map(
    lambda found: found.replace(microsecond=found.microsecond // 1000 * 1000)
) | st.sampled_from(
    [
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(microsecond=999000, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2199, 12, 31, 23, 59, 59, 999000, UTC),
        datetime(1990, 1, 1, tzinfo=UTC),
        datetime(2026, 4, 14, tzinfo=UTC),
    ]
)
EXTREME_LIMITS = st.builds(
    Limit,
    st.sampled_from([0, 1, 2, 3, MAX_AMOUNT - 1, MAX_AMOUNT]) | st.integers(0, MAX_AMOUNT),
    st.sampled_from(UNITS),
)
