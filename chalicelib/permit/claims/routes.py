"""Late claims: the list of those contested, and an inspector's decisions about them.

`GET /v1/claims?state=contested` lists cases, those on which a card hangs first. `POST
/v1/cases/{id}/claims/{n}/accept` and `/refuse` decide about one claim, `POST /v1/claims/refuse`
refuses up to 100 at once. Nobody accepts in bulk. All of it is for inspectors.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from chalice.app import Blueprint, Response
from msgspec.structs import replace

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.errors import Rejected
from chalicelib.intake.idempotency import HEADER, read_idempotency_key
from chalicelib.people.act_signing import (
    act_to_sign,
    caller_who_signed,
    must_be_this_act,
    request_key,
)
from chalicelib.people.signed_act import read_signature
from chalicelib.permit.claims.claim import LISTED, ClaimAct, claims_in
from chalicelib.permit.claims.decision import (
    TYPE_OF_DECISION,
    ClaimDecision,
    no_such_fact,
    read_number,
    read_reason,
    read_refusals,
)
from chalicelib.permit.claims.store import ClaimDecisions, ClaimedCase
from chalicelib.permit.claims.view import PLACE, show_contested, show_decision
from chalicelib.permit.decide import decide
from chalicelib.permit.reading.routes import (
    case_of_person,
    case_to_judge,
    kept_today,
    no_such_case,
)
from chalicelib.permit.routes import rules_of
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.problems import preferred_language, problem_document
from chalicelib.plumbing.query import check_names, read_choice
from chalicelib.plumbing.services import Services, current_services

if TYPE_CHECKING:  # the stores are heavy
    from chalicelib.intake.taken import ReceivedEvent
    from chalicelib.people.caller import Caller

MOST = 50  # cases on a page of the list
_PARAMETERS = ("state", "after")
_PLACE = re.compile(PLACE, re.ASCII)

blueprint = Blueprint(__name__)


@blueprint.route("/v1/claims", methods=["GET"])
def claims() -> Response:
    """List the cases with contested claims."""
    services, request = current_services(), blueprint.current_request
    query: Mapping[str, str] = request.query_params or {}
    caller = services.keys.require(request.headers, "decide_claim")
    check_names(query, _PARAMETERS)
    if read_choice(query, "state", LISTED) is None:
        zh = f"请写明 state；可用的是 {'、'.join(LISTED)}。"
        en = f"state is needed: one of {', '.join(LISTED)}"
        raise Rejected(422, zh=zh, en=en, field="state")
    snapshots, rest = services.cases.contested(_read_place(query.get("after")), MOST)
    body = {
        "cases": list(show_claims(services, caller, snapshots, services.now())),
        "is_complete": not rest,
        "next": f"claims?state=contested&after={quote(rest, safe='')}" if rest else None,
    }
    return private_json(services.name_tokens.reveal(body))


@blueprint.route("/v1/cases/{case_id}/claims/{number}/accept", methods=["POST"])
def accept(case_id: str, number: str) -> Response:
    """Accept a claim."""
    return _decide(current_services(), blueprint.current_request, (case_id, number), "accept")


@blueprint.route("/v1/cases/{case_id}/claims/{number}/refuse", methods=["POST"])
def refuse(case_id: str, number: str) -> Response:
    """Refuse a claim."""
    return _decide(current_services(), blueprint.current_request, (case_id, number), "refuse")


def show_claims(
    services: Services, caller: "Caller", snapshots: list[CaseSnapshot], now: datetime
) -> Iterator[dict[str, Any]]:
    """Yield the cases that *caller* may judge and that have contested claims by their facts.

    The index that *snapshots* come from may be behind.
    """
    rules_in, names = cache(services.rules), services.item_names.current()
    for snapshot in snapshots:
        kept = kept_today(services, snapshot)
        if not kept.is_within(caller, "decide_claim"):
            continue
        rules = rules_in(snapshot.region)
        case = CaseHistory(record.fact for record in services.facts.of_case(snapshot.case))
        found = claims_in(case, rules, now)
        if found.contested:
            yield show_contested(snapshot, found, names, now, rules.profile.zone)


def _decide(services: Services, request: Any, where: tuple[str, str], act: ClaimAct) -> Response:
    caller = services.keys.require(request.headers, "decide_claim")
    reason = read_reason(request.raw_body)
    key = read_idempotency_key(request.headers.get(HEADER))
    signed = read_signature(request.raw_body)
    decision = ClaimDecision(act, read_number(where[1]), reason, caller.id, signed)
    receipts = services.receipts  # before anything is recorded: it needs its key
    snapshot, claimed, done = decide_claim(services, caller, where[0], decision, key)
    # Crash here: no receipt is given; under the same Idempotency-Key it is given again.
    body = {**_decided(snapshot, decision, claimed), **receipts.of_act(done)}
    return private_json(body, 202)


def decide_claim(
    services: Services, caller: "Caller", case_id: str, decision: ClaimDecision, key: str
) -> "tuple[CaseSnapshot, ClaimedCase, ReceivedEvent]":
    """Record the *decision* of *caller* about late news, once for each *key*. Raises Rejected."""
    snapshot = case_to_judge(services, caller, "decide_claim", case_id)
    if snapshot.kind != "permit":
        raise no_such_fact()
    signed = decision.signed
    rules, now = rules_of(services, snapshot), services.now()
    rules.profile.signature.check(decision.act, is_signed=signed is not None)
    kept = kept_today(services, snapshot)
    signer = caller_who_signed(services, caller, signed, "decide_claim", kept)
    decision = replace(decision, actor=signer.id)

    def must_hold(claimed: ClaimedCase) -> None:
        if signed:
            asked, last = decision.to_sign(snapshot.public_case), claimed.case.facts[-1].key
            must_be_this_act(services, signed, asked, last, now)

    decisions = ClaimDecisions(services.facts, services.inbox)
    claimed, key = decisions.read(snapshot.case, rules, now), request_key(signed, key)
    claimed, done = decisions.record(decision, claimed, key, must_hold=must_hold)
    return snapshot, claimed, done


def claim_to_sign(
    services: Services,
    callers: "Sequence[Caller]",
    case_id: str,
    decided: tuple[ClaimAct, int],
    reason: str,
) -> dict[str, Any]:
    """Return what one of a person's *callers* is to sign to accept or refuse a claim.

    Raises Rejected (404, 403; 409 where he has no passkey; 422 where it is not signed).
    """
    snapshot, caller = case_of_person(services, callers, "decide_claim", case_id)
    rules, (act, n) = rules_of(services, snapshot), decided
    rules.profile.signature.check(act, is_signed=True)
    decisions = ClaimDecisions(services.facts, services.inbox)
    last = decisions.read(snapshot.case, rules, services.now()).case.facts[-1].key
    about = {"act": act, "case": snapshot.public_case, "claim": n, "after": last}
    return act_to_sign(services, caller, about, reason)


def _decided(
    snapshot: CaseSnapshot, decision: ClaimDecision, claimed: ClaimedCase
) -> dict[str, Any]:
    """Return what was recorded, and how the case will stand once it is judged."""
    zone = claimed.rules.profile.zone
    then = decide(claimed.case, claimed.rules, claimed.received_at)
    return {
        "case": snapshot.case,
        "n": decision.n,
        "decision": TYPE_OF_DECISION[decision.act],
        "status": "recorded",
        "then": show_decision(snapshot.case, snapshot.public_case, then, zone),
    }


@blueprint.route("/v1/claims/refuse", methods=["POST"])
def refuse_many() -> Response:
    """Refuse claims one after another; one that does not fit stops none of the others."""
    services = current_services()
    request: Any = blueprint.current_request
    caller = services.keys.require(request.headers, "decide_claim")
    rows, reason = read_refusals(request.raw_body)
    key = read_idempotency_key(request.headers.get(HEADER))
    language = preferred_language(request.headers.get("accept-language"))
    decisions, cases = ClaimDecisions(services.facts, services.inbox), dict[str, ClaimedCase]()
    receipts = services.receipts  # before anything is recorded: it needs its key
    results: list[dict[str, Any]] = []
    for name, n in rows:
        decision = ClaimDecision("refuse", n, reason, caller.id)
        try:
            claimed = cases.get(name) or _read_claimed(services, caller, decisions, name)
            cases[name] = claimed
            _must_do_unsigned(claimed)
            cases[name], done = decisions.record(decision, claimed, key, is_one_of_many=True)
        except Rejected as refusal:
            problem = problem_document(refusal, language)
            results.append({"case": name, "n": n, "status": "failed", "problem": problem})
            continue
        results.append({"case": name, "n": n, "status": "recorded", **receipts.of_act(done)})
    return private_json({"results": results}, 202)


def _read_claimed(
    services: Services, caller: "Caller", decisions: ClaimDecisions, name: str
) -> ClaimedCase:
    snapshot = case_to_judge(services, caller, "decide_claim", quote(name, safe=""))
    if snapshot.kind != "permit":
        raise no_such_case()
    return decisions.read(name, rules_of(services, snapshot), services.now())


def _must_do_unsigned(claimed: ClaimedCase) -> None:
    """Refuse (422) where a refusal has to be signed: nobody signs a hundred at once unread."""
    if claimed.rules.profile.signature.of("refuse") == "required":
        zh = "signature：按本地监察规则，不采信须由本人签名，不能批量办理，请逐项签名。"
        en = "signature: the profile here asks that each refusal is signed: sign them one by one"
        raise Rejected(422, zh=zh, en=en, field="signature")


def _read_place(text: str | None) -> str:
    """Return the place in the list at which a page ended. Raises Rejected."""
    if text and not _PLACE.fullmatch(text):
        zh, en = "after 应为本列表上一页的结尾。", "after is where a page of this list ended"
        raise Rejected(422, zh=zh, en=en, field="after")
    return text or ""
