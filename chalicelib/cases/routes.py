"""`GET /v1/cases?department=&lamp=&kind=`: the open cases, for inspectors and departments.

Those due first come first. To a department, another department's case does not exist.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from chalice.app import Blueprint, Response

from chalicelib.cases.head import CaseSnapshot
from chalicelib.cases.view import LAMPS, show_line
from chalicelib.errors import Rejected
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.services import Services, current_services

MOST = 500
KINDS = ("permit",)
_FILTERS = frozenset({"department", "lamp", "kind"})

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cases", methods=["GET"])
def cases() -> Response:
    """List a department's cases."""
    request = blueprint.current_request
    return _cases(current_services(), request.headers, request.query_params or {})


def case_for(services: Services, headers: Mapping[str, str], names: list[str]) -> CaseSnapshot:
    """Return the snapshot of the case that has one of *names*, if the caller may see it."""
    caller = services.keys.require(headers, "inspector", "department")
    snapshot = next(filter(None, map(services.cases.get, names)), None)
    if snapshot is None or caller.department not in (None, snapshot.department):
        raise Rejected(404, "there is no such case")
    return snapshot


def _cases(services: Services, headers: Mapping[str, str], query: Mapping[str, str]) -> Response:
    caller = services.keys.require(headers, "inspector", "department")
    for name in query:
        if name not in _FILTERS:
            raise Rejected(422, "this filter is not known", field=name[:100])
    lamp, kind = query.get("lamp"), query.get("kind")
    if lamp and lamp not in LAMPS:
        raise Rejected(422, f"lamp is one of {', '.join(LAMPS)}", field="lamp")
    if kind and kind not in KINDS:
        raise Rejected(422, f"kind is one of {', '.join(KINDS)}", field="kind")
    department = query.get("department")
    if caller.department is not None and department not in (None, "", caller.department):
        raise Rejected(403, "this key is for another department's cases")
    open_cases = _open_cases(services, department or caller.department)
    snapshots = islice((each for each in open_cases if lamp in (None, "", each.lamp)), MOST + 1)
    now, zone = services.now(), services.profile().zone
    rows = [show_line(snapshot, now, zone) for snapshot in snapshots]
    return private_json({"cases": rows[:MOST], "is_complete": len(rows) <= MOST})


def _open_cases(services: Services, department: str | None) -> Iterator[CaseSnapshot]:
    names = [department] if department else services.board.department_names()
    for name in names:
        yield from services.cases.of_department(name)
