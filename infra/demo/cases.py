"""A made-up working week of a county: some seventy cases of all kinds in eight departments.

Pure and always the same, but for when the week is: five working days that end at the given present.
A few cases are left over from the week before. `acts.py` has the acts of people on the cards
of these cases.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.cases.from_event import told_fact
from chalicelib.clock.counting import Counting
from chalicelib.instant import MILLISECOND, local, parse, text
from chalicelib.intake.event import normalise
from chalicelib.intake.event_types import Reported
from chalicelib.permit.clocks.binding import Listed, bind_terms
from chalicelib.permit.simulate import Simulation
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.vault.redaction import redact

CLOSING = time(17, 30)
WORKDAYS = 5  # and as many before them
REGION = "370102"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙"

# item number in the catalogue, day and hour of acceptance, then what happens: (day, hour, event) …
# "d" decided, "w" withdrawn, "s" suspended, "r" resumed, "x" extended, "n" nothing yet, "k" keyed
# in only then, all of it at once and with the time of the acceptance (先办后录), "u" is asked for
# what is missing (nothing was accepted yet), "v" brought it, "f" charged too much. "@" is followed
# by when it was told, where that was later. Days of the week before have a minus: -1 is its Friday.
_COURSES = """
1 0 9 d0.15 | 1 0 10 d1.9 | 1 1 9 d1.16 | 1 2 9 d2.14 | 1 3 9 d3.11 | 1 4 9 n | 0 0 9 d3.10
0 0 11 d4.9 | 0 1 14 n | 0 2 9 n | 0 3 15 n | 2 0 9 d3.15 | 2 0 10 n | 2 1 15 d4.10
2 2 9 s2.15,r4.9 | 2 3 10 n | 3 0 9 n | 3 0 14 d3.16 | 3 1 9 d2.10 | 3 2 10 d4.10 | 3 3 9 n
4 0 9 s1.10 | 4 0 15 n | 4 1 9 w2.9 | 4 2 14 n | 4 3 9 n | 5 0 9 d2.10 | 5 0 10 d3.9 | 5 1 9 n
5 1 15 d4.9 | 5 2 9 x3.10 | 5 3 10 n | 6 0 9 n | 6 0 11 s0.15,r3.10 | 6 1 9 d4.9 | 6 2 10 n
7 0 9 d1.15 | 7 0 10 n | 7 1 9 d4.10 | 7 2 9 d4.9 | 7 3 9 n | 8 0 9 n | 8 1 10 w1.16 | 8 2 9 n
9 0 9 d1.10 | 9 0 10 d4.10 | 9 1 9 n | 9 1 11 x2.10 | 9 2 9 d3.10 | 9 3 15 n | 10 0 9 d4.10
10 0 15 n | 10 1 9 d3.9 | 10 2 9 n | 11 0 9 d2.9 | 11 0 10 n | 11 1 14 d4.9 | 11 3 9 n
12 0 9 n | 12 0 10 d0.16 | 12 1 9 d3.9 | 12 2 9 d3.10 | 12 4 9 n | 9 0 14 k4.9 | 9 0 15 k4.9
4 1 10 u1.15,v2.9,u2.15 | 8 1 14 f2.9 | 11 -3 9 n | 12 -5 9 n | 4 2 11 d3.9@3.14
9 1 15 d3.10@4.9
"""
_SUSPENDED = {"procedure": "testing", "basis": "行政许可法第四十五条", "approver": "分管领导"}
_EXTENDED = {"approved_by": "head_of_authority", "reason": "案情复杂"}
_KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "d": (Reported.CASE_DECIDED, {"outcome": "granted"}),
    "w": (Reported.CASE_WITHDRAWN, {"reason": "申请人撤回申请"}),
    "s": (Reported.CASE_SUSPENDED, _SUSPENDED | {"approved": {"amount": 5, "unit": "wd"}}),
    "r": (Reported.CASE_RESUMED, {"procedure": "testing"}),
    "x": (Reported.CASE_EXTENDED, {"by": {"amount": 2, "unit": "wd"}} | _EXTENDED),
    "u": (Reported.CASE_SUPPLEMENT_NOTIFIED, {"materials": ["法定代表人身份证明"]}),
    "v": (Reported.CASE_SUPPLEMENT_SUBMITTED, {"materials": ["法定代表人身份证明"]}),
    "f": (Reported.FEE_CHARGED, {"amount": 30000, "standard": 20000, "basis": "收费公示表第三项"}),
}


class MadeUpEvent(Struct, frozen=True):
    """One event of the week, ready to be posted once its *at* has come."""

    at: datetime
    event: dict[str, Any]


def week(
    entries: tuple[CatalogueItem, ...], source: str, present: datetime, counting: Counting
) -> list[MadeUpEvent]:
    """Return all events of the week up to *present*, in order of time."""
    days = week_days(present, counting)
    events: list[MadeUpEvent] = []
    for number, (item, day, hour, happens) in enumerate(table_rows(_COURSES), 1):
        case = _Case(week_subject(number, days), entries[int(item)], source, counting)
        accepted = counting.at(days[int(day)], time(int(hour), number % 30))
        opening = list(_opening(case, accepted, number))
        # What is keyed in later is not reported at first; of what lacks something, the receipt is.
        events.extend({"k": [], "u": opening[:1]}.get(happens[0], opening))
        for step in [] if happens == "n" else happens.split(","):
            happened, _, told = step[1:].partition("@")
            minute = 31 + number % 28
            at = moment(happened, minute, days, counting)
            told_at = moment(told, minute, days, counting) if told else None
            if step[0] == "k":
                events.extend(_key_in(case, opening, accepted, at))
                continue
            kind, data = _KINDS[step[0]]
            if kind in (Reported.CASE_SUSPENDED, Reported.CASE_EXTENDED):
                data = data | {"notified_at": text(at)}  # at once, as the law demands
            events.append(case.event(kind, at, data, told_at))
    return sorted((event for event in events if event.at <= present), key=lambda event: event.at)


def table_rows(table: str) -> list[list[str]]:
    """Return the words of each row of *table*; rows are lines, or stand between bars."""
    return [row.split() for row in re.split(r"[|\n]", table) if row.strip()]


def moment(written: str, minute: int, days: Mapping[int, date], counting: Counting) -> datetime:
    """Return the instant of a day and an hour of the week, `3.14`, at *minute*."""
    day, _, hour = written.partition(".")
    return counting.at(days[int(day)], time(int(hour), minute))


def week_days(present: datetime, counting: Counting) -> dict[int, date]:
    """Return five working days that have ended by *present*, 0 to 4, and five before, -5 to -1.

    A day that has only begun is none of them, or a demonstration in the morning would lack its end.
    """
    day = counting.day_of(present)
    if present < counting.at(day, CLOSING):
        day -= timedelta(days=1)
    days: dict[int, date] = {}
    for number in range(WORKDAYS - 1, -WORKDAYS - 1, -1):
        while not counting.calendar.is_workday(day):
            day -= timedelta(days=1)
        days[number] = day
        day -= timedelta(days=1)
    return days


def week_subject(number: int, days: Mapping[int, date]) -> str:
    """Return the number of the week's case *number* in its intake system."""
    return f"{days[0]:%Y%m%d}-{number:03d}"


class _Case(Struct, frozen=True):
    number: str
    item: CatalogueItem
    source: str
    counting: Counting

    def event(
        self, kind: str, at: datetime, data: dict[str, Any], keyed_in: datetime | None = None
    ) -> MadeUpEvent:
        known_at, zone = keyed_in or at, self.counting.zone
        of_case = {"source": self.source, "subject": self.number, "type": kind}
        times = {"time": local(at, zone), "recordedtime": local(known_at, zone)}
        event_id = f"{self.number}/{kind}/{at:%m%d%H%M}"
        event = {"specversion": "1.0", "id": event_id, **of_case, **times, "data": data}
        return MadeUpEvent(known_at, event)


def _opening(case: _Case, accepted: datetime, number: int) -> Iterator[MadeUpEvent]:
    """Yield the receipt a little earlier, the acceptance, and the entry of the first stage."""
    item = case.item
    surname = _SURNAMES[number % len(_SURNAMES)]
    opened = {"item": item.item, "department": item.department, "region": REGION}
    applicant = {"kind": "person", "name": f"{surname}某", "contact": f"1380000{number:04d}"}
    received = accepted - timedelta(minutes=20)
    yield case.event(Reported.CASE_RECEIVED, received, {**opened, "applicant": applicant})
    yield case.event(Reported.CASE_ACCEPTED, accepted, {**opened, "kind": item.kind})
    stage = {"stage": "审查", "post": "经办岗"}
    yield case.event(Reported.STAGE_ENTERED, accepted + timedelta(minutes=5), stage)


def _key_in(
    case: _Case, opening: list[MadeUpEvent], accepted: datetime, at: datetime
) -> Iterator[MadeUpEvent]:
    """Yield all events as reported together *at* a late instant, with the time *accepted*."""
    for event in opening:
        yield case.event(event.event["type"], accepted, event.event["data"], at)
    yield case.event(Reported.CASE_DECIDED, accepted, {"outcome": "granted"}, at)


def find_crossings(
    events: list[MadeUpEvent],
    entries: tuple[CatalogueItem, ...],
    simulation: Simulation,
    present: datetime,
) -> list[datetime]:
    """Return when limits of the week are crossed, by the same rules as in the stage."""
    by_item = {item.item: item for item in entries}
    cases: dict[str, list[Fact]] = {}
    for made_up in events:
        event = normalise(made_up.event)
        data = event["data"]
        open_data, terms = redact(data).open, None
        if event["type"] == Reported.CASE_ACCEPTED:
            listed = Listed(by_item[data["item"]], "made-up")
            accepted_at = parse(event["time"])
            rules = simulation.rules.at(accepted_at)
            terms = bind_terms(data, accepted_at, listed, rules)
        fact = told_fact(event, open_data, made_up.at, terms, secret=b"")  # nobody else sees it
        cases.setdefault(event["subject"], []).append(fact)
    facts = [fact for case in cases.values() for fact in simulation.run(case, present)]
    return [fact.at for fact in facts if not fact.told]


def closings(days: Mapping[int, date], present: datetime, counting: Counting) -> list[datetime]:
    """Return when the offices close: then limits of cards run out."""
    ends = (counting.at(day, CLOSING) + MILLISECOND for day in days.values())
    return sorted(end for end in ends if end <= present)
