"""`GET /v1/scores?department=&month=`: a department's score of a month, for inspectors and itself.

Worked out anew from the facts of the department's year whenever somebody asks, so nothing is stored
that could differ from them. A bonus rests on the catalogue: on the version in force, or on the one
that is named (`catalogue`), so that what was answered once can be derived again.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.cards.ledger import Row, ledger
from chalicelib.cards.scores import view
from chalicelib.cards.scores.bonus import Bonus, bonus
from chalicelib.cards.scores.score import by, of_month, score
from chalicelib.cases.kind import department_case
from chalicelib.errors import Rejected
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.services import Services, services
from chalicelib.policy.profile import Profile

if TYPE_CHECKING:  # it brings the keys' store with it, which is heavy
    from chalicelib.plumbing.access import Caller

FILTERS = frozenset({"department", "month", "region", "catalogue"})
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_VERSION = re.compile(r"[0-9a-f]{16}", re.ASCII)

blueprint = Blueprint(__name__)


@blueprint.route("/v1/scores", methods=["GET"])
def scores() -> Response:
    """Score a month."""
    request = blueprint.current_request
    return _scores(services(), request.headers, request.query_params or {})


def _scores(served: Services, headers: Mapping[str, str], query: Mapping[str, str]) -> Response:
    caller = served.keys.require(headers, "inspector", "department")
    for name in query:
        if name not in FILTERS:
            raise Rejected(422, "this filter is not known", field=name[:100])
    department, (year, month) = _department(caller, query), _month(query)
    records = served.facts.of_case(department_case(department, year))
    if not records and department not in served.board.department_names():
        raise Rejected(404, "there is no such department")
    region = query.get("region") or ""
    rows = [row for row in ledger([record.fact for record in records]) if _is_in(row, region)]
    policy = served.policy(region or next((row.region for row in rows), ""))
    if not policy.scoring.sections:
        raise Rejected(404, "nothing is scored under this profile")
    _begun(year, month, served.now(), policy)
    earned, version = _bonus(served, department, query, policy)
    public_case = records[0].public_case if records else ""
    where = {"department": department, "region": region, "month": f"{year:04}-{month:02}"}
    found = of_month(rows, year, month, policy.zone)
    return private_json({**where, **_shown(found, public_case, policy, earned, version)})


def _shown(
    rows: list[Row], public_case: str, policy: Profile, earned: Bonus | None, version: str
) -> view.Shown:
    scheme, zone = policy.scoring, policy.zone
    found = score(rows, scheme)
    return {
        "policy": policy.reference,
        "basis": scheme.basis,
        "points": found.left + (earned.points if earned else 0),
        "of": found.full,
        "sections": view.sections(found, scheme),
        "deductions": view.taken(found, public_case, zone),
        "bonuses": view.earned(earned, version),
        "items": view.parts("item", by(lambda row: row.item, rows, scheme)),
        "posts": view.parts("post", by(lambda row: row.stage, rows, scheme)),
        "not_counted": view.cards(
            (row for row in rows if row.state != "counts"), public_case, zone
        ),
    }


def _department(caller: "Caller", query: Mapping[str, str]) -> str:
    asked = query.get("department") or caller.department
    if not asked:
        raise Rejected(422, "which department", field="department")
    if caller.department not in (None, asked):
        raise Rejected(403, "this key is for another department's score")
    return asked


def _month(query: Mapping[str, str]) -> tuple[int, int]:
    found = _MONTH.fullmatch(query.get("month") or "")
    if found is None:
        raise Rejected(422, "a month is written like 2026-11", field="month")
    return int(found.group(1)), int(found.group(2))


def _begun(year: int, month: int, now: datetime, policy: Profile) -> None:
    today = now.astimezone(policy.zone)
    if (year, month) > (today.year, today.month):
        raise Rejected(422, "this month has not begun", field="month")


def _is_in(row: Row, region: str) -> bool:
    return region in ("", row.region)


def _bonus(
    served: Services, department: str, query: Mapping[str, str], policy: Profile
) -> tuple[Bonus | None, str]:
    """The bonus, and the version of the catalogue that was looked at."""
    named = query.get("catalogue") or ""
    if named and not _VERSION.fullmatch(named):
        raise Rejected(422, "not a version of the catalogue", field="catalogue")
    version = named or served.catalogues.current()
    if policy.scoring.promise_cut is None or not version:
        return None, version
    entries = [one for one in served.catalogues.entries(version) if one.department == department]
    return bonus(entries, policy.scoring.promise_cut), version
