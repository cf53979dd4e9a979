"""One case: how it stands, and why it is due that day.

`GET /v1/cases/{id}` and `/v1/cases/{id}/explain` are for inspectors and the case's own department;
to others it does not exist. The id is `source:subject`, percent-encoded in the path.
"""

from collections.abc import Mapping

from chalice.app import Blueprint, Response

from chalicelib.cards.decide import evaluate
from chalicelib.cases.head import CaseSnapshot
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.routes import case_for
from chalicelib.cases.rules import Rules
from chalicelib.errors import Rejected
from chalicelib.instant import local
from chalicelib.permit.view import show_explanation, show_own_case, show_permit
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.path import decode_readings
from chalicelib.plumbing.services import Services, current_services

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cases/{case_id}", methods=["GET"])
def case(case_id: str) -> Response:
    """Show one case."""
    return _case(current_services(), blueprint.current_request.headers, decode_readings(case_id))


@blueprint.route("/v1/cases/{case_id}/explain", methods=["GET"])
def explain(case_id: str) -> Response:
    """Tell why that day."""
    return _explain(current_services(), blueprint.current_request.headers, decode_readings(case_id))


def _case(services: Services, headers: Mapping[str, str], names: list[str]) -> Response:
    snapshot, now = case_for(services, headers, names), services.now()
    records = services.facts.of_case(snapshot.case)
    if snapshot.kind != "permit":
        return private_json(show_own_case(snapshot, records, now, services.profile().zone))
    return private_json(show_permit(snapshot, records, rules_of(services, snapshot), now))


def _explain(services: Services, headers: Mapping[str, str], names: list[str]) -> Response:
    snapshot = case_for(services, headers, names)
    if snapshot.kind != "permit":
        raise Rejected(404, "only the clocks of a permit are explained day by day")
    rules, now = rules_of(services, snapshot), services.now()
    case = CaseHistory(record.fact for record in services.facts.of_case(snapshot.case))
    about = {
        "id": snapshot.case,
        "public_id": snapshot.public_case,
        "as_of": local(now, rules.profile.zone),
    }
    clocks = show_explanation(snapshot, case, evaluate(case, rules), rules, now)
    return private_json({**about, **rules.versions, **clocks})


def rules_of(services: Services, snapshot: CaseSnapshot) -> Rules:
    """Return the rules in force; read anew where the case was judged under others than those."""
    rules = services.rules(snapshot.region)
    if snapshot.rules not in ("", rules.name):
        services.calendars.current(fresh=True)
        rules = services.rules(snapshot.region)
    return rules
