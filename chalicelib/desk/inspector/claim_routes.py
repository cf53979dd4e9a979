"""Late news (迟报信息) at the desk: the list of what is contested, and each with both readings.

`GET /desk/claims`, `/desk/claims/{case}` and `/desk/claims/{case}/{n}`; `POST` to the last records
the decision through the door of `permit/claims`.
"""

import re
from collections.abc import Mapping
from typing import cast, get_args
from urllib.parse import quote

from chalice.app import Blueprint, Response

from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.view import show_history
from chalicelib.desk.addresses import case_address, record_address
from chalicelib.desk.answering import Desk, desk_page
from chalicelib.desk.inspector.claim_view import claim_row, show_readings
from chalicelib.desk.inspector.fact_view import fact_row
from chalicelib.desk.inspector.forms import (
    Typed,
    form_values,
    pressed,
    receipt_address,
    send,
    status_of,
)
from chalicelib.desk.inspector.reached import (
    FOLDER,
    reach,
    seen_case,
    shown_now,
    supervising,
    words_in,
)
from chalicelib.desk.inspector.work_view import claim_row as case_row
from chalicelib.desk.passkeys.signing import signed_in_form, signing_values
from chalicelib.desk.signed_in import FORM
from chalicelib.errors import Rejected
from chalicelib.intake.prose import read_reason_in
from chalicelib.people.caller import Caller
from chalicelib.permit.claims.claim import ClaimAct
from chalicelib.permit.claims.decision import ClaimDecision, no_such_fact, read_number
from chalicelib.permit.claims.routes import decide_claim
from chalicelib.permit.claims.store import ClaimDecisions, ClaimedCase
from chalicelib.permit.claims.view import PLACE, show_claims
from chalicelib.permit.reading.routes import kept_today, no_such_case
from chalicelib.permit.routes import rules_of
from chalicelib.plumbing.query import read_name

MOST = 50  # cases on a page
_PLACE = re.compile(PLACE, re.ASCII)

blueprint = Blueprint(__name__)


@blueprint.route("/desk/claims", methods=["GET"])
@desk_page
def claims(desk: Desk) -> Response:
    """List the cases whose late news waits for a decision: those with a card first."""
    supervising(desk)
    after = read_name(desk.query, "after")
    if after and not _PLACE.fullmatch(after):
        zh, en = "翻页的位置不对，请从第一页开始。", "this is no place in the list; begin anew"
        raise Rejected(422, zh=zh, en=en, field="after")
    snapshots, rest = desk.services.cases.contested(after, MOST)
    shown = shown_now(desk)
    values = {
        "rows": [case_row(each, shown) for each in snapshots if reach(desk, "see_case", each)],
        "first": "desk/claims" if after else "",
        "next": f"desk/claims?after={quote(rest, safe='')}" if rest else "",
    }
    return desk.page(FOLDER, "claims", desk.services.name_tokens.reveal(values))


@blueprint.route("/desk/claims/{case_id}", methods=["GET"])
@desk_page
def case_claims(desk: Desk, case_id: str) -> Response:
    """List the late news of one case."""
    _, snapshot, claimed = _claimed(desk, case_id)
    shown = shown_now(desk)
    rows = show_claims(claimed.claims.claims, snapshot.public_case, shown.now, shown.zone)
    values = {
        "case": case_row(snapshot, shown),
        "rows": [claim_row(row, shown) for row in rows],
        "address": f"desk/claims/{case_address(snapshot.case)}",
        "words_of": words_in(desk),
    }
    return desk.page(FOLDER, "case_claims", desk.services.name_tokens.reveal(values))


@blueprint.route("/desk/claims/{case_id}/{number}", methods=["GET"])
@desk_page
def claim(desk: Desk, case_id: str, number: str) -> Response:
    """Show late news with both readings."""
    return _show(desk, case_id, number)


@blueprint.route("/desk/claims/{case_id}/{number}", methods=["POST"], content_types=[FORM])
@desk_page
def decide(desk: Desk, case_id: str, number: str) -> Response:
    """Accept or refuse late news."""

    def take(form: Mapping[str, str], key: str) -> str:
        act = pressed(form, get_args(ClaimAct))
        reason = read_reason_in({"reason": form.get(f"text_{act}", "").strip()})
        _, snapshot = seen_case(desk, case_id)
        caller = kept_today(desk.services, snapshot).caller_for(desk.who.callers, "decide_claim")
        signed = signed_in_form(form)
        decision = ClaimDecision(
            cast("ClaimAct", act), read_number(number), reason, caller.id, signed
        )
        return receipt_address(decide_claim(desk.services, caller, case_id, decision, key)[2])

    return send(
        desk,
        blueprint.current_request,
        take,
        lambda typed: _show(desk, case_id, number, typed),
    )


def _claimed(desk: Desk, case_id: str) -> tuple[Caller, CaseSnapshot, ClaimedCase]:
    """Return the case, if he may see it, with its late news at this moment. Raises Rejected."""
    caller, snapshot = seen_case(desk, case_id)
    if snapshot.kind != "permit":
        raise no_such_case()
    services = desk.services
    decisions = ClaimDecisions(services.facts, services.inbox)
    return (
        caller,
        snapshot,
        decisions.read(snapshot.case, rules_of(services, snapshot), services.now()),
    )


def _show(desk: Desk, case_id: str, number: str, typed: Typed | None = None) -> Response:
    caller, snapshot, claimed = _claimed(desk, case_id)
    found = claimed.claims.of_fact(read_number(number))
    if found is None:
        raise no_such_fact()
    shown, words = shown_now(desk), words_in(desk)
    (row,) = show_claims([found], snapshot.public_case, shown.now, shown.zone)
    facts = show_history(claimed.records, shown.zone)
    told = next(each for each in facts if each["n"] == row["n"])
    kept = kept_today(desk.services, snapshot)
    is_judge = kept.is_within(caller, "decide_claim")
    is_own = kept.is_own(caller)
    acts = [act for act in row["possible"] if is_judge and not is_own]
    signature = rules_of(desk.services, snapshot).profile.signature
    about = {"case": snapshot.case, "claim": row["n"]}
    values = {
        **form_values(desk, typed),
        **signing_values(desk.request.headers.get("host", ""), signature, acts, about),
        "case": case_row(snapshot, shown),
        "claim": claim_row(row, shown),
        "fact": fact_row(told, words),
        "readings": show_readings(claimed.claims, found, facts, shown),
        "acts": acts,
        "is_own": is_judge and is_own,
        "may_judge": is_judge,
        "action": f"desk/claims/{case_address(snapshot.case)}/{row['n']}",
        "record": record_address(snapshot.case),
        "list": f"desk/claims/{case_address(snapshot.case)}",
    }
    shown_values = desk.services.name_tokens.reveal(values)
    return desk.page(FOLDER, "claim", shown_values, status_of(typed))
