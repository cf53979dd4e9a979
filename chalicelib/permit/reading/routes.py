"""`GET /v1/cases?department=&lamp=&kind=`: the open cases, for inspectors and departments.

Those due first come first, and the transfers that the department has not answered are beside them.
To a department, another department's case does not exist, unless it had the case, where its cards
stay, or is asked to take it over (CLAIMS §3).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.stored_fact import ALIGHT, LAMPS
from chalicelib.cases.view import show_line, show_transfer
from chalicelib.errors import Rejected
from chalicelib.intake.event_types import Reported
from chalicelib.people.rights import Act, reaches
from chalicelib.permit.ownership.state import waiting_transfers
from chalicelib.permit.state import fold
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.query import check_names, decode_parameter, read_choice, read_name
from chalicelib.plumbing.services import Services, current_services

if TYPE_CHECKING:
    from chalicelib.people.caller import Caller
    from chalicelib.people.keepers import Kept

MOST = 500
KINDS = ("permit",)
_MOVING = frozenset({Reported.CASE_TRANSFERRED, Reported.CASE_REASSIGNED})
_FILTERS = frozenset({"department", "lamp", "kind"})

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cases", methods=["GET"])
def cases() -> Response:
    """List a department's cases."""
    services, request = current_services(), blueprint.current_request
    query: Mapping[str, str] = request.query_params or {}
    caller = services.keys.require(request.headers, "see_case")
    check_names(query, _FILTERS)
    lamp, department = read_choice(query, "lamp", LAMPS), read_name(query, "department")
    read_choice(query, "kind", KINDS)
    own = services.keepers.spellings(caller.department) if caller.department else ()
    if own and department not in ("", *own):
        zh, en = "此密钥只能查看本部门的办件。", "this key is for another department's cases"
        raise Rejected(403, zh=zh, en=en, field="department")
    mine = department or caller.department
    open_cases = list_cases(services, caller, mine, lamp)
    now, zone = services.now(), services.profile().zone
    rows = [show_line(snapshot, now, zone) for snapshot in islice(open_cases, MOST + 1)]
    # The cases that the department is asked to take over, closed ones too.
    spellings = services.keepers.spellings(mine) if mine else ()
    asked = chain.from_iterable(map(services.cases.asking, spellings))
    asking = islice((each for each in asked if _is_asked(services, caller, each, mine)), MOST)
    body = {
        "cases": rows[:MOST],
        "is_complete": len(rows) <= MOST,
        "transfers": [show_transfer(snapshot, zone) for snapshot in asking],
    }
    return private_json(services.name_tokens.reveal(body))


def _is_asked(
    services: Services, caller: "Caller", snapshot: CaseSnapshot, department: str | None
) -> bool:
    """Return whether *department* today, in the caller's region, is whom an open transfer names."""
    asked = snapshot.asked.department if snapshot.asked else ""
    kept = services.keepers.of(asked, snapshot.region, snapshot.item)
    is_its = kept.keeper == department
    return is_its and reaches(caller, "see_case", kept.keeper, kept.region)


def case_for(services: Services, caller: "Caller", case_id: str) -> CaseSnapshot:
    """Return the snapshot of a case in the path that *caller* may see. Raises Rejected (404)."""
    name = decode_parameter(case_id)
    snapshot = services.cases.get(name) if name else None
    if snapshot is None or not may_read(services, caller, snapshot):
        raise no_such_case(is_denial=snapshot is not None)
    return snapshot


def case_to_judge(services: Services, caller: "Caller", act: Act, case_id: str) -> CaseSnapshot:
    """Return the snapshot of a case about which *caller* may do *act*. Raises Rejected.

    404: none that he may see; 403: his right does not reach it, or he holds a post there.
    """
    snapshot = case_for(services, caller, case_id)
    kept = kept_today(services, snapshot)
    if not kept.is_within(caller, act):
        raise no_such_case(is_denial=True)
    kept.must_not_be_own(caller, act)
    return snapshot


def case_of_person(
    services: Services, callers: "Sequence[Caller]", act: Act, case_id: str
) -> "tuple[CaseSnapshot, Caller]":
    """Return a permit, and the one of a person's *callers* who may do *act* about it.

    Raises Rejected: 404 where none of them may see it, 403 where none may do it.
    """
    name = decode_parameter(case_id)
    snapshot = services.cases.get(name) if name else None
    if snapshot is None or snapshot.kind != "permit":
        raise no_such_case()
    if not any(may_read(services, caller, snapshot) for caller in callers):
        raise no_such_case(is_denial=True)
    return snapshot, kept_today(services, snapshot).caller_for(callers, act)


def may_read(services: Services, caller: "Caller", snapshot: CaseSnapshot) -> bool:
    """Return whether *caller* may read the case; its facts are read for another department only."""
    if kept_today(services, snapshot).is_within(caller, "see_case"):
        return True
    if snapshot.kind != "permit" or caller.department is None:
        return False
    records = services.facts.of_case(snapshot.case)
    readers = _past_and_asked(CaseHistory(record.fact for record in records))
    kept = (services.keepers.of(name, snapshot.region) for name in readers)
    return any(reaches(caller, "see_case", each.keeper, each.region) for each in kept)


def kept_today(services: Services, snapshot: CaseSnapshot) -> "Kept":
    """Return whose case it is on record, and who keeps it today."""
    return services.keepers.of(snapshot.department, snapshot.region, snapshot.item)


def _past_and_asked(case: CaseHistory) -> set[str]:
    """Return who had *case* before, or is asked to take it over; nobody where it never moved."""
    if _MOVING.isdisjoint(case.types):
        return set()
    permit = fold(case)
    reassigned = [fact for fact in case.of_type(Reported.CASE_REASSIGNED) if fact.origin]
    return {
        str(permit.origin.get("department", "")),
        *(name for _, name in permit.ownership.transfers),
        *(fact.text("department") for fact in (*reassigned, *waiting_transfers(case.told))),
    } - {""}


def no_such_case(*, is_denial: bool = False) -> Rejected:
    """Return the refusal of a case that there is not, or (a denial) not for the caller."""
    zh, en = "没有这个办件。", "there is no such case"
    return Rejected(404, zh=zh, en=en, is_denial=is_denial)


def list_cases(
    services: Services, caller: "Caller", department: str | None, lamp: str | None
) -> Iterator[CaseSnapshot]:
    """Yield the open cases that *caller* may see; of a *department*, of a *lamp*, or of all."""
    for snapshot in _open_cases(services, department, lamp):
        kept = kept_today(services, snapshot)
        is_its = department in (None, "", kept.addressed, kept.keeper)
        if lamp in (None, snapshot.lamp) and is_its and kept.is_within(caller, "see_case"):
            yield snapshot


def _open_cases(
    services: Services, department: str | None, lamp: str | None
) -> Iterator[CaseSnapshot]:
    """Yield the open cases of a *department*, of all by default; of those alight only with *lamp*.

    These are few, and have an index of their own.
    """
    names = services.keepers.spellings(department) if department else None
    if lamp in ALIGHT:
        alight = services.cases.of_lamp(lamp)
        yield from (each for each in alight if names is None or each.department in names)
        return
    for name in services.board.department_names() if names is None else names:
        yield from services.cases.of_department("permit", name)
