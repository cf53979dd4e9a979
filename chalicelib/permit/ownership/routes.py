"""Whose a case is: answers to a transfer (移送), and an inspector's mend (改派).

`POST /v1/cases/{id}/transfers/{n}/agree` and `/decline` are for the department that transfer *n*
names, and for inspectors. `POST /v1/cases/{id}/reassign` is for inspectors. To a department that
may not read the case, it does not exist.
"""

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.errors import Rejected
from chalicelib.intake.idempotency import HEADER, read_idempotency_key
from chalicelib.people.rights import reaches
from chalicelib.permit.claims.decision import read_number
from chalicelib.permit.ownership.acts import (
    TYPE_OF_ANSWER,
    AnswerRole,
    Reassignment,
    TransferAct,
    TransferAnswer,
    must_be_known,
    read_answer,
    read_reassignment,
    transfer_in,
)
from chalicelib.permit.ownership.store import OwnershipActs
from chalicelib.permit.reading.routes import case_to_judge, may_read, no_such_case
from chalicelib.permit.routes import rules_of
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.query import decode_parameter
from chalicelib.plumbing.services import Services, current_services

if TYPE_CHECKING:
    from chalicelib.people.caller import Caller

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cases/{case_id}/transfers/{number}/agree", methods=["POST"])
def agree(case_id: str, number: str) -> Response:
    """Agree to a transfer."""
    return _answer(current_services(), blueprint.current_request, (case_id, number), "agree")


@blueprint.route("/v1/cases/{case_id}/transfers/{number}/decline", methods=["POST"])
def decline(case_id: str, number: str) -> Response:
    """Decline a transfer."""
    return _answer(current_services(), blueprint.current_request, (case_id, number), "decline")


@blueprint.route("/v1/cases/{case_id}/reassign", methods=["POST"])
def reassign(case_id: str) -> Response:
    """Mend whose a case is."""
    services = current_services()
    request: Any = blueprint.current_request
    caller = services.keys.require(request.headers, "reassign")
    department, reason = read_reassignment(request.raw_body)
    key = read_idempotency_key(request.headers.get(HEADER))
    snapshot = case_to_judge(services, caller, "reassign", case_id)
    if snapshot.kind != "permit":
        zh = "只能更正业务系统报送的办件的归属。"
        raise Rejected(409, zh=zh, en="only a case of an intake system is reassigned")
    if department not in services.organisation.units().department_names:
        listed = services.item_names.departments()
        must_be_known(department, listed, services.registrations.read())
    acts = OwnershipActs(services.facts, services.inbox)
    owned = acts.read(snapshot.case, rules_of(services, snapshot), services.now())
    receipts = services.receipts  # before anything is recorded: it needs its key
    done = acts.record(Reassignment(department, reason, caller.id), owned, key)
    # Crash here: no receipt is given; under the same Idempotency-Key it is given again.
    body = {"case": snapshot.case, "department": department, "status": "recorded"}
    return private_json({**body, **receipts.of_act(done)}, 202)


def _answer(services: Services, request: Any, where: tuple[str, str], act: TransferAct) -> Response:
    caller = services.keys.require(request.headers, "answer_transfer")
    reason = read_answer(request.raw_body, act)
    key = read_idempotency_key(request.headers.get(HEADER))
    name = decode_parameter(where[0])
    snapshot = services.cases.get(name) if name else None
    if snapshot is None:
        raise no_such_case()
    acts = OwnershipActs(services.facts, services.inbox)
    owned = acts.read(snapshot.case, rules_of(services, snapshot), services.now())
    n = _transfer_for(services, caller, snapshot, owned.case, where[1])
    role: AnswerRole = "inspector" if caller.role == "inspector" else "department"
    receipts = services.receipts  # before anything is recorded: it needs its key
    done = acts.record(TransferAnswer(act, n, reason, role, caller.id), owned, key)
    # Crash here: no receipt is given; under the same Idempotency-Key it is given again.
    body = {"case": snapshot.case, "n": n, "answer": TYPE_OF_ANSWER[act], "status": "recorded"}
    return private_json({**body, **receipts.of_act(done)}, 202)


def _transfer_for(
    services: Services, caller: "Caller", snapshot: CaseSnapshot, case: CaseHistory, number: str
) -> int:
    """Return the number of a transfer that *caller* may answer. Raises Rejected.

    404: there is none, or no such case for the caller; 403: another department is asked.
    """
    try:
        n = read_number(number)
        asked = transfer_in(case, n).text("department")
        kept = services.keepers.of(asked, snapshot.region, snapshot.item)
    except Rejected:
        if not may_read(services, caller, snapshot):
            raise no_such_case(is_denial=True) from None
        raise
    if not reaches(caller, "answer_transfer", kept.keeper, kept.region):
        if not may_read(services, caller, snapshot):
            raise no_such_case(is_denial=True)
        zh = "只有移送所指明的部门或者监察人员可以答复。"
        en = "the department that the transfer names answers it, or an inspector"
        raise Rejected(403, zh=zh, en=en)
    return n
