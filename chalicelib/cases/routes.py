"""`GET /v1/cases/{id}` and `/v1/cases?department=&lamp=&kind=`: for inspectors and departments.

The id is `source:subject`, percent-encoded in the path. The list has the open cases, those due
first first. To a department, another department's case does not exist.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from chalice.app import Blueprint, Response

from chalicelib.cases.head import Head
from chalicelib.cases.view import LAMPS, full, summary
from chalicelib.errors import Rejected
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.path import readings
from chalicelib.plumbing.services import Services, services

MOST = 500
KINDS = ("permit",)
_FILTERS = frozenset({"department", "lamp", "kind"})

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cases/{case_id}", methods=["GET"])
def case(case_id: str) -> Response:
    """Show one case."""
    return _case(services(), blueprint.current_request.headers, readings(case_id))


@blueprint.route("/v1/cases", methods=["GET"])
def cases() -> Response:
    """List a department's cases."""
    request = blueprint.current_request
    return _cases(services(), request.headers, request.query_params or {})


def case_for(served: Services, headers: Mapping[str, str], names: list[str]) -> Head:
    """Give the head of the case that one of *names* is, to those who may see it."""
    caller = served.keys.require(headers, "inspector", "department")
    head = next(filter(None, map(served.cases.get, names)), None)
    if head is None or caller.department not in (None, head.department):
        raise Rejected(404, "there is no such case")
    return head


def _case(served: Services, headers: Mapping[str, str], names: list[str]) -> Response:
    head = case_for(served, headers, names)
    zone = served.policy().zone
    return private_json(full(head, served.facts.of_case(head.case), zone))


def _cases(served: Services, headers: Mapping[str, str], query: Mapping[str, str]) -> Response:
    caller = served.keys.require(headers, "inspector", "department")
    for name in query:
        if name not in _FILTERS:
            raise Rejected(422, "this filter is not known", field=name[:100])
    lamp, kind = query.get("lamp"), query.get("kind")
    if lamp and lamp not in LAMPS:
        raise Rejected(422, f"lamp is one of {', '.join(LAMPS)}", field="lamp")
    if kind and kind not in KINDS:
        raise Rejected(422, f"kind is one of {', '.join(KINDS)}", field="kind")
    asked = query.get("department")
    if caller.department is not None and asked not in (None, "", caller.department):
        raise Rejected(403, "this key is for another department's cases")
    found = _open_cases(served, asked or caller.department)
    chosen = islice((head for head in found if lamp in (None, "", head.lamp)), MOST + 1)
    zone = served.policy().zone
    rows = [summary(head, zone) for head in chosen]
    return private_json({"cases": rows[:MOST], "is_complete": len(rows) <= MOST})


def _open_cases(served: Services, department: str | None) -> Iterator[Head]:
    names = [department] if department else served.board.department_names()
    for name in names:
        yield from served.cases.of_department(name)
