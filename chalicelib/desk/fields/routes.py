"""A private field of a case: a person writes why, that goes on record, and he sees the value once.

`/desk/fields/{case}/{n}/{field}` records the reason. `/desk/opened/{case}?act=` asks the function
`open` for the value, when the opening is a fact; it alone can read it (ADR 0088). The value is in
that one answer: in no address, no table and no log.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from chalice.app import Blueprint, Response

from chalicelib.cases.fact import Fact
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.desk.addresses import case_address
from chalicelib.desk.answering import Desk, desk_page, page_and_form
from chalicelib.desk.inspector.forms import Typed, form_values, send, status_of
from chalicelib.desk.signed_in import read_form
from chalicelib.errors import Rejected
from chalicelib.intake.event import OURS
from chalicelib.intake.idempotency import name_request, refuse_other_use
from chalicelib.intake.inbox_id import own_id
from chalicelib.intake.prose import read_reason_in
from chalicelib.people.caller import Caller
from chalicelib.people.tries import FREE_OPENINGS
from chalicelib.permit.claims.decision import read_number
from chalicelib.permit.field_opening import FieldOpening, must_be_kept
from chalicelib.permit.reading.routes import case_of_person
from chalicelib.plumbing.query import decode_parameter, read_name

FOLDER = Path(__file__).parent

blueprint = Blueprint(__name__)


@page_and_form(blueprint, "/desk/fields/{case_id}/{number}/{field}")
@desk_page
def open_field(desk: Desk, case_id: str, number: str, field: str) -> Response:
    """Show the form for a reason; sent, record the opening once for each form."""
    snapshot, caller = _reached(desk, case_id)
    n, name = read_number(number), decode_parameter(field) or ""
    must_be_kept(_facts(desk, snapshot), n, name)

    def show(typed: Typed | None = None) -> Response:
        about = {"case": _about(snapshot), "n": n, "field": name}
        values = {**about, **form_values(desk, typed), "to": f"{_base(snapshot, 'fields')}/{n}"}
        return desk.page(FOLDER, "field", values, status_of(typed))

    def take(form: Mapping[str, str], key: str) -> str:
        reason = read_reason_in({"reason": form.get("reason", "").strip()})
        _must_not_flood(desk, caller)
        opening = FieldOpening(n, name, reason, caller.role, caller.id)
        event = opening.event(snapshot.case, name_request(key, caller.id), desk.services.now())
        with refuse_other_use("case"):
            done = desk.services.inbox.put_act(event)
        return f"{_base(snapshot, 'opened')}?act={quote(done.event['id'], safe='')}"

    if desk.request.method == "GET":
        return show()
    return send(desk, blueprint.current_request, take, show)


@page_and_form(blueprint, "/desk/opened/{case_id}")
@desk_page
def opened(desk: Desk, case_id: str) -> Response:
    """Show that the reason is recorded; pressed, the value once."""
    snapshot, caller = _reached(desk, case_id)
    is_asked = desk.request.method == "POST"
    form = read_form(desk.services, desk.request, desk.who) if is_asked else {}
    act = form.get("act", "") if is_asked else read_name(desk.query, "act")
    if not act or desk.services.inbox.get(snapshot.case, own_id(act)) is None:
        raise Rejected(404, zh="没有登记过这次查看。", en="no such opening was recorded")
    key = f"{OURS}/{act}"
    n = next((fact.n for fact in _facts(desk, snapshot) if fact.key == key), None)
    answer: Mapping[str, Any] = {}
    if is_asked and n is not None:
        by = {"person": caller.id, "role": caller.role}
        answer = desk.services.opener({"case": snapshot.case, "n": n, **by})
    values = {
        "case": _about(snapshot),
        "act": act,
        "state": answer.get("refused") or ("shown" if answer else "waiting"),
        "is_early": is_asked and n is None,
        "value": _parts(answer.get("value")),
        "to": _base(snapshot, "opened"),
        "receipt": f"desk/receipts?case={case_address(snapshot.case)}&act={quote(act, safe='')}",
    }
    return desk.page(FOLDER, "opened", values, 409 if "refused" in answer else 200)


def _reached(desk: Desk, case_id: str) -> tuple[CaseSnapshot, Caller]:
    return case_of_person(desk.services, desk.who.callers, "see_private", case_id)


def _must_not_flood(desk: Desk, caller: Caller) -> None:
    """Let a person who opens field after field wait: a case is judged once its reports are taken.

    Raises Rejected (429).
    """
    services = desk.services
    of_person = f"opening/{caller.id}"
    if wait := services.wrong_tries.begin(of_person, services.wall(), FREE_OPENINGS):
        seconds = int(wait.total_seconds()) + 1
        zh = f"查看得太频繁，请过 {seconds} 秒再提交。"
        raise Rejected(429, zh=zh, en=f"too many fields at once: wait {seconds} seconds")


def _facts(desk: Desk, snapshot: CaseSnapshot) -> list[Fact]:
    return [record.fact for record in desk.services.facts.of_case(snapshot.case)]


def _about(snapshot: CaseSnapshot) -> dict[str, str]:
    return {"id": snapshot.case, "address": case_address(snapshot.case)}


def _base(snapshot: CaseSnapshot, part: str) -> str:
    return f"desk/{part}/{case_address(snapshot.case)}"


def _parts(value: object) -> list[tuple[str, str]]:
    """Return a value in its parts, each with its name; of a plain one there is one, without."""
    parts = value if isinstance(value, Mapping) else {"": value}
    return [(name, _text(part)) for name, part in parts.items()]


def _text(part: object) -> str:
    """Write a text, or a list of them such as materials; anything else as JSON."""
    if isinstance(part, list) and all(isinstance(each, str) for each in part):
        return "、".join(part)
    return part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)
