"""The record of a case (全过程留痕), and a finding (人工发现) that an inspector enters by hand.

`GET /desk/cases/{case}/record` has every fact, the first to the last, with its place in the log.
`GET` and `POST /desk/findings/new?case=` go through the door of the permit.
"""

import json
from collections.abc import Mapping
from typing import Any, get_args

from chalice.app import Blueprint, Response

from chalicelib.cases.case_id import acts_in, parts_of
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.view import show_case, with_words
from chalicelib.desk.addresses import case_address, record_address
from chalicelib.desk.answering import Desk, desk_page
from chalicelib.desk.fields.links import field_links
from chalicelib.desk.inspector.forms import Typed, form_values, receipt_address, send, status_of
from chalicelib.desk.inspector.reached import (
    FOLDER,
    MASKED,
    seen_case,
    shown_now,
    words_in,
)
from chalicelib.desk.inspector.record_view import (
    number_versions,
    page_of,
    record_rows,
)
from chalicelib.desk.inspector.work_view import ShownWith
from chalicelib.desk.passkeys.signing import signed_in_form, signing_values
from chalicelib.desk.signed_in import FORM
from chalicelib.errors import Rejected
from chalicelib.intake.payload import IrregularRule
from chalicelib.people.caller import Caller
from chalicelib.permit.finding import ROLE
from chalicelib.permit.reading.routes import kept_today
from chalicelib.permit.routes import enter_finding
from chalicelib.plumbing.query import LONGEST_ID, read_index, read_name

blueprint = Blueprint(__name__)


@blueprint.route("/desk/cases/{case_id}/record", methods=["GET"])
@desk_page
def record(desk: Desk, case_id: str) -> Response:
    """Show all that is on record of a case."""
    caller, snapshot = seen_case(desk, case_id)
    services, shown = desk.services, shown_now(desk)
    first = read_index(desk.query, "from", zh="from 是事实的序号。", en="from is a fact's number")
    records = services.facts.of_case(snapshot.case)
    body = show_case(snapshot, records, shown.now, shown.zone)
    facts = with_words(body["facts"], _kept(desk, caller, snapshot))
    begin, end, following = page_of(facts, first or 0)
    runs = services.board.runs_of(snapshot.public_case)
    known = {name: body[name] for name in ("department", "region", "item")}
    rows = record_rows(facts[begin:end], runs, words_in(desk), known)
    address = record_address(snapshot.case)
    values = {
        "case": {**body, **_case_words(snapshot, shown)},
        "rows": rows,
        "opens": field_links(desk, snapshot, facts[begin:end]),
        "versions": number_versions(rows),
        "number": len(facts),
        "first": address if begin else "",
        "next": f"{address}?from={following}" if following else "",
        "may_find": caller.role == ROLE and snapshot.kind == "permit" and bool(snapshot.department),
        "is_masked": caller.role == MASKED,
    }
    return desk.page(FOLDER, "record", services.name_tokens.reveal(values))


def _kept(desk: Desk, caller: Caller, snapshot: CaseSnapshot) -> Mapping[str, Mapping[str, object]]:
    """Return what people wrote at our own doors about the case; to those who may decide by it."""
    if caller.role != ROLE or snapshot.kind not in ("permit", "card"):
        return {}
    case = acts_in(snapshot.case) if snapshot.kind == "permit" else snapshot.case
    return desk.services.vault.private_fields(case)


def _case_words(snapshot: CaseSnapshot, shown: ShownWith) -> dict[str, Any]:
    card = parts_of(snapshot.case)[0] if snapshot.kind == "card" else ""
    name = snapshot.about.get("item_words") or shown.item_names.get(snapshot.item, "")
    return {
        "item_name": name,
        "card": card,
        "address": case_address(snapshot.case),
        "is_contested": snapshot.claims.since is not None,
    }


@blueprint.route("/desk/findings/new", methods=["GET"])
@desk_page
def new_finding(desk: Desk) -> Response:
    """Show the form for a finding about a case."""
    case = read_name(desk.query, "case", LONGEST_ID)
    return _form(desk, case)


@blueprint.route("/desk/findings/new", methods=["POST"], content_types=[FORM])
@desk_page
def add_finding(desk: Desk) -> Response:
    """Enter a finding, once for each form."""

    def take(form: Mapping[str, str], key: str) -> str:
        case_id = case_address(form.get("case", ""))
        snapshot = _to_judge(desk, form.get("case", ""))
        caller = kept_today(desk.services, snapshot).caller_for(desk.who.callers, "enter_finding")
        if not form.get("rule"):
            zh, en = "请选择规则。", "choose a rule"
            raise Rejected(422, zh=zh, en=en, field="rule")
        payload: dict[str, Any] = {
            "rule": form["rule"],
            "text": form.get("text", "").strip(),
            "found_by": ROLE,
        }
        if signed_in_form(form):
            payload["signature"] = json.loads(form["signature"])
        body = json.dumps(payload).encode()
        return receipt_address(enter_finding(desk.services, caller, case_id, body, key)[1])

    def again(typed: Typed) -> Response:
        return _form(desk, typed.form.get("case", ""), typed)

    return send(desk, blueprint.current_request, take, again)


def _to_judge(desk: Desk, case: str) -> CaseSnapshot:
    """Return the case that a finding is about. Raises Rejected."""
    if not case:
        zh, en = "请写明办件编号。", "name the case"
        raise Rejected(422, zh=zh, en=en, field="case")
    return seen_case(desk, case_address(case))[1]


def _form(desk: Desk, case: str, typed: Typed | None = None) -> Response:
    """Show the form; without a case it asks for one first."""
    desk.who.with_right("enter_finding")
    shown = shown_now(desk)
    about: dict[str, Any] = {}
    if case:
        caller, snapshot = seen_case(desk, case_address(case))
        kept = kept_today(desk.services, snapshot)
        about = {
            "id": snapshot.case,
            "kind": snapshot.kind,
            "department": snapshot.department,
            "region": snapshot.region,
            "is_own": kept.is_own(caller),
            **_case_words(snapshot, shown),
        }
    profile = desk.services.profile(about.get("region", ""))
    conduct = profile.conduct if case else {}
    host = desk.request.headers.get("host", "")
    values = {
        **form_values(desk, typed),
        **signing_values(host, profile.signature, ("find",) if conduct else (), {}),
        "about": about,
        "rules": [
            (r, f"{r} {shown.rule_title(r)}") for r in get_args(IrregularRule) if r in conduct
        ],
        "levels": {rule: row.level for rule, row in conduct.items()},
    }
    shown_values = desk.services.name_tokens.reveal(values)
    return desk.page(FOLDER, "finding", shown_values, status_of(typed))
