"""One case: how it stands, why it is due that day, and what an inspector finds in it.

`GET /v1/cases/{id}` and `/explain` are for inspectors, who also read what was written with an act,
and for the case's own department; to others it does not exist. `POST /v1/cases/{id}/findings` is
for inspectors, in their own name. The id is `source:subject`, percent-encoded in the path.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response
from msgspec.structs import replace

from chalicelib.cases.case_id import acts_in
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.view import show_case, with_words
from chalicelib.errors import Rejected
from chalicelib.instant import local
from chalicelib.intake import idempotency
from chalicelib.people.act_signing import (
    act_to_sign,
    caller_who_signed,
    must_be_this_act,
    request_key,
)
from chalicelib.people.signed_act import read_signature
from chalicelib.permit.decide import evaluate
from chalicelib.permit.finding import ROLE, EnteredFinding, read_finding
from chalicelib.permit.procedure import is_given
from chalicelib.permit.reading.routes import case_for, case_of_person, case_to_judge, kept_today
from chalicelib.permit.view import show_explanation, show_permit, with_keeper
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.services import Services, current_services

if TYPE_CHECKING:  # the stores are heavy
    from chalicelib.intake.taken import ReceivedEvent
    from chalicelib.people.caller import Caller

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cases/{case_id}", methods=["GET"])
def case(case_id: str) -> Response:
    """Show one case."""
    services, now = current_services(), current_services().now()
    caller = services.keys.require(blueprint.current_request.headers, "see_case")
    return _private(services, show_whole_case(services, caller, case_id, now))


def show_whole_case(
    services: Services, caller: "Caller", case_id: str, now: datetime
) -> dict[str, Any]:
    """Return a case with its facts and readings, as *caller* may see it. Raises Rejected (404)."""
    snapshot = case_for(services, caller, case_id)
    records = services.facts.of_case(snapshot.case)
    if snapshot.kind != "permit":
        shown = show_case(snapshot, records, now, services.profile().zone)
        return {**shown, "claims": [], "as_claimed": None}
    body = show_permit(snapshot, records, rules_of(services, snapshot), now)
    has_words = any(each.fact.origin and is_given(each.fact, "text") for each in records)
    if caller.role == ROLE and has_words:  # what people wrote at our own doors, by fact
        words = services.vault.private_fields(acts_in(snapshot.case))
        body["facts"] = with_words(body["facts"], words)
    return body


@blueprint.route("/v1/cases/{case_id}/explain", methods=["GET"])
def explain(case_id: str) -> Response:
    """Tell why that day."""
    services = current_services()
    caller = services.keys.require(blueprint.current_request.headers, "see_case")
    return _private(services, explain_case(services, caller, case_id))


def explain_case(services: Services, caller: "Caller", case_id: str) -> dict[str, Any]:
    """Return why the clocks of a case run out when they do. Raises Rejected."""
    snapshot = case_for(services, caller, case_id)
    if snapshot.kind != "permit":
        en = "only the clocks of a permit are explained day by day"
        raise Rejected(404, zh="只有办件的时限才逐日说明。", en=en)
    rules, now = rules_of(services, snapshot), services.now()
    case = CaseHistory(record.fact for record in services.facts.of_case(snapshot.case))
    about = {
        "id": snapshot.case,
        "public_id": snapshot.public_case,
        "as_of": local(now, rules.profile.zone),
    }
    clocks = show_explanation(snapshot, case, evaluate(case, rules), rules, now)
    kept = kept_today(services, snapshot)
    return with_keeper({**about, **rules.versions, **clocks}, kept.addressed, kept.keeper)


def _private(services: Services, body: Mapping[str, Any]) -> Response:
    """Return the answer with the names whose tokens are in the log."""
    return private_json(services.name_tokens.reveal(body))


@blueprint.route("/v1/cases/{case_id}/findings", methods=["POST"])
def findings(case_id: str) -> Response:
    """Record an inspector's finding once for each Idempotency-Key, or else for each content."""
    services = current_services()
    request: Any = blueprint.current_request
    caller = services.keys.require(request.headers, "enter_finding")
    key = idempotency.read_idempotency_key(request.headers.get(idempotency.HEADER))
    receipts = services.receipts  # before anything is recorded: it needs its key
    case, entered = enter_finding(services, caller, case_id, request.raw_body, key)
    # Crash here: no receipt is given; the same finding, sent again, gets the same one.
    body = {"case": case, "status": "recorded" if key else entered.outcome}
    return private_json({**body, **receipts.of_act(entered)}, 202)


def enter_finding(
    services: Services, caller: "Caller", case_id: str, payload: bytes, key: str
) -> "tuple[str, ReceivedEvent]":
    """Record a finding in the name of *caller*, once for each *key*. Raises Rejected."""
    snapshot = case_to_judge(services, caller, "enter_finding", case_id)
    if snapshot.kind != "permit" or not snapshot.department:
        raise Rejected(
            409,
            zh="只能对业务系统报送的、已写明归属的办件提出发现。",
            en="a finding is about a case of an intake system that says where it belongs",
        )
    profile, signed = services.rules(snapshot.region).profile, read_signature(payload)
    finding = EnteredFinding(read_finding(payload, profile.conduct.keys()), caller.id, signed)
    profile.signature.check("find", is_signed=signed is not None)
    kept = kept_today(services, snapshot)
    signer = caller_who_signed(services, caller, signed, "enter_finding", kept)
    finding, key = replace(finding, actor=signer.id), request_key(signed, key)
    name = idempotency.name_request(key, signer.id) if key else finding.name
    now = services.now()
    event = finding.event(snapshot.case, name, now)
    with idempotency.refuse_other_use("case"):
        if signed and (earlier := services.inbox.find_act(event)):
            return snapshot.case, earlier
    if signed:
        last = services.facts.of_case(snapshot.case)[-1].fact.key
        asked = finding.to_sign(snapshot.public_case)
        must_be_this_act(services, signed, asked, last, now)
    with idempotency.refuse_other_use("case"):
        entered = services.inbox.put_act(event, signed=finding.stored_signature)
    return snapshot.case, entered


def finding_to_sign(
    services: Services, callers: "Sequence[Caller]", case_id: str, rule: str, text: str
) -> dict[str, Any]:
    """Return what one of a person's *callers* is to sign to enter a finding.

    Raises Rejected (404, 403; 409 where he has no passkey; 422 where it is not signed).
    """
    snapshot, caller = case_of_person(services, callers, "enter_finding", case_id)
    profile = services.rules(snapshot.region).profile
    profile.signature.check("find", is_signed=True)
    if rule not in profile.conduct:
        en = "rule: the profile in force here does not judge it"
        raise Rejected(422, zh="rule：现行监察规则不裁断这条规则。", en=en, field="rule")
    last = services.facts.of_case(snapshot.case)[-1].fact.key
    about = {"act": "find", "case": snapshot.public_case, "outcome": rule, "after": last}
    return act_to_sign(services, caller, about, text)


def rules_of(services: Services, snapshot: CaseSnapshot) -> Rules:
    """Return the rules in force; read anew where the case was judged under others than those."""
    rules = services.rules(snapshot.region)
    if snapshot.rules and snapshot.rules not in rules.names:
        return services.fresh_rules(snapshot.region)
    return rules
