"""Why a case is due that day: the clocks of a permit, explained day by day.

`GET /v1/cases/{id}/explain` is for inspectors and the case's own department; to others it does not
exist.
"""

from collections.abc import Mapping

from chalice.app import Blueprint, Response

from chalicelib.cards.decide import evaluate
from chalicelib.cards.explanation import explain as explain_clocks
from chalicelib.cases.head import CaseSnapshot
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.routes import case_for
from chalicelib.cases.rules import Rules
from chalicelib.errors import Rejected
from chalicelib.instant import local
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.services import Services, current_services

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cases/{case_id}/explain", methods=["GET"])
def explain(case_id: str) -> Response:
    """Tell why that day."""
    return _explain(current_services(), blueprint.current_request.headers, case_id)


def _explain(services: Services, headers: Mapping[str, str], case_id: str) -> Response:
    snapshot = case_for(services, headers, case_id)
    if snapshot.kind != "permit":
        raise Rejected(
            404,
            zh="只有办件的时限才逐日说明。",
            en="only the clocks of a permit are explained day by day",
        )
    rules, now = _rules(services, snapshot), services.now()
    case = CaseHistory(record.fact for record in services.facts.of_case(snapshot.case))
    about = {
        "id": snapshot.case,
        "public_id": snapshot.public_case,
        "as_of": local(now, rules.profile.zone),
    }
    clocks = explain_clocks(evaluate(case, rules), rules.profile, now)
    return private_json({**about, **rules.versions, **clocks})


def _rules(services: Services, snapshot: CaseSnapshot) -> Rules:
    """Return the rules in force; read anew where the case was judged under others than those."""
    rules = services.rules(snapshot.region)
    if snapshot.rules not in ("", rules.name):
        services.calendars.current(fresh=True)
        rules = services.rules(snapshot.region)
    return rules
