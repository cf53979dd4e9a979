"""Plays the example of a rule through the real core, from the door to the deciders.

Events are checked as those of an intake system are, redacted, bound by the catalogue's row, and
judged from wake to wake. No expected value is made here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from msgspec.structs import replace

from chalicelib import instant
from chalicelib.calendar.shipped import load_calendar
from chalicelib.cases.case_id import CaseKind
from chalicelib.cases.fact import Fact
from chalicelib.cases.from_event import told_fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.recheck import stands
from chalicelib.intake.event_types import RECHECK_TYPES, STARTING_TYPES, Reported
from chalicelib.intake.payload import read_data
from chalicelib.item.state import listing_data, listing_fact
from chalicelib.permit.clocks.binding import Listed, bind
from chalicelib.policy.catalogue import read_table_of_items
from chalicelib.policy.dated_profile import read_dated_profile
from chalicelib.policy.limit import Limit
from chalicelib.policy.materials import count_materials
from chalicelib.policy.shipped import profile_text
from chalicelib.policy.timeline import Adoption, Timeline
from chalicelib.supervision.deciders import DECIDERS
from chalicelib.vault.redaction import redact
from infra.policy.rule_examples import Example, Found, FoundLevel

WHERE = {"item": "X-01", "department": "住建局", "region": "370102"}
_ROW = {"name": "事项", "kind": "承诺件", "basis": "行政许可法", "statutory": "20wd"}
_AMOUNTS = ("promise", "statutory", "limit", "approved", "by", "gap_limit")
_MATERIALS = ("materials", "gaps")

Event = Mapping[str, Any]


def play(example: Example) -> list[Found]:
    """Return what the rule of *example* finds in it by its end. Raises Rejected, BadInput."""
    text = profile_text(example.profile) + example.adds
    profile = read_dated_profile(text, str(example))
    timeline = Timeline((Adoption(None, profile),))
    rules = Rules(profile.first, load_calendar("CN"), timeline=timeline)
    zone = rules.profile.zone
    told = sorted(_told(example, rules), key=lambda fact: fact.recorded_at)
    until = instant.whole(example.judged_at.replace(tzinfo=zone))
    case = _lived(example.case, told, rules, until)
    return [
        Found(
            fact.at.astimezone(zone).replace(tzinfo=None),
            fact.text("ground") or fact.text("sign"),
            cast("FoundLevel", fact.text("level")),
        )
        for fact in case.facts
        if not fact.told and fact.text("rule") == example.rule
        if fact.kind not in RECHECK_TYPES and stands(fact, case)
    ]


def _lived(kind: CaseKind, told: Sequence[Fact], rules: Rules, until: datetime) -> CaseHistory:
    """Return the case as it stands at *until*, judged at each receipt and at each wake."""
    case, wake = CaseHistory(), None
    for moment, fact in [*((fact.recorded_at, fact) for fact in told), (until, None)]:
        while wake is not None and wake < moment:
            case, wake = _judged(kind, case, rules, wake)
        case = case.followed_by([fact.numbered(len(case))]) if fact else case
        case, wake = _judged(kind, case, rules, moment)
    return case


def _judged(
    kind: CaseKind, case: CaseHistory, rules: Rules, now: datetime
) -> tuple[CaseHistory, datetime | None]:
    decision = DECIDERS[kind].decide(case, rules, now)
    return case.followed_by(decision.append), decision.wake_at


def _told(example: Example, rules: Rules) -> Iterator[Fact]:
    make = {"permit": _reported, "item": _listing}.get(example.case, _notified)
    listed = _listed(example.item)
    for n, event in enumerate(example.events, 1):
        data = {name: _written(name, value, rules) for name, value in event.items()}
        yield make(data, n, listed, rules)


def _written(name: str, value: Any, rules: Rules) -> Any:
    """Return *value* as an event has it: a limit as an amount, a time as an instant."""
    if isinstance(value, datetime):
        return instant.text(instant.whole(value.replace(tzinfo=rules.profile.zone)))
    is_amount = name in _AMOUNTS and isinstance(value, str)
    return Limit.parse(value).written() if is_amount else value


def _reported(data: dict[str, Any], n: int, listed: Listed, rules: Rules) -> Fact:
    """Return the fact of an event of an intake system, as it is gathered."""
    at, kind = data.pop("at"), Reported(data.pop("type"))
    received = instant.parse(data.pop("received", at))
    checked = read_data(kind, {**(WHERE if kind in STARTING_TYPES else {}), **data})
    terms, details = None, dict[str, object]()
    if kind in STARTING_TYPES:
        row = listed.entry if listed.entry and listed.entry.item == checked["item"] else None
        start = instant.parse(at)
        bound = bind(checked, start, listed._replace(entry=row), rules.at(start))
        terms, details = bound.terms, dict(bound.details)
    asked = next((checked[name] for name in _MATERIALS if name in checked), ())
    if asked and kind != Reported.CASE_SUPPLEMENT_SUBMITTED:
        details |= count_materials(asked, listed.entry.guide if listed.entry else None)
    event = {"type": kind, "time": at, "source": "hall", "id": str(n), "subject": "hall:1"}
    event |= {"data": checked}
    return told_fact(event, {**redact(checked).open, **details}, received, terms, secret=b"secret")


def _listing(data: dict[str, Any], n: int, _: Listed, __: Rules) -> Fact:
    """Return the fact of an import that lists or removes the item; the data are its columns."""
    at, kind = instant.parse(data.pop("at")), data.pop("type")
    row = _listed(data).entry
    assert row is not None
    fields = listing_data(row, WHERE["region"]) if kind == Reported.ITEM_LISTED else WHERE
    return replace(listing_fact(kind, fields, at), key=f"duban/catalogue.{n}")


def _notified(data: dict[str, Any], n: int, _: Listed, __: Rules) -> Fact:
    """Return the fact that notifies a card or a department's year of what happened to a card."""
    at, kind = instant.parse(data.pop("at")), data.pop("type")
    return Fact(-1, kind, f"duban/{n}", at, at, told=True, data={**WHERE, **data}, origin="hall:1")


def _listed(row: Mapping[str, str] | None) -> Listed:
    """Return the catalogue of one item with the columns of *row*; empty if there is none."""
    if row is None:
        return Listed()
    cells = {"item": WHERE["item"], "department": WHERE["department"], **_ROW, **row}
    cells = {name: _text(value) for name, value in cells.items()}
    (entry,) = read_table_of_items([(1, [*cells]), (2, [*cells.values()])], "item").items
    return Listed(entry, "v1")


def _text(value: Any) -> str:
    return str(Limit.read_object(value)) if isinstance(value, Mapping) else str(value)
