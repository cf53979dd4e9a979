"""`GET /v1/scores?department=&month=`: a department's score of a month, for inspectors and itself.

Each request computes the score anew from the facts of the department's year, so no stored score can
differ from them. A bonus rests on the catalogue: on the version in force, or on the version that
the request names (`catalogue`), so that an earlier answer can be derived again.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.cases.case_id import department_case
from chalicelib.cases.history import CaseHistory
from chalicelib.department.ledger import LedgerEntry, ledger
from chalicelib.department.scores import view
from chalicelib.department.scores.bonus import Bonus, bonus
from chalicelib.department.scores.score import by, left_out, measured, of_month, score, taking
from chalicelib.errors import Rejected
from chalicelib.intake.json_text import JsonObject
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.query import check_names, read_name
from chalicelib.plumbing.services import Services, current_services
from chalicelib.policy.profile import Profile
from chalicelib.policy.scoring import Scoring

if TYPE_CHECKING:  # it brings the keys' store with it, which is heavy
    from chalicelib.people.caller import Caller

FILTERS = frozenset({"department", "month", "region", "catalogue"})
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_VERSION = re.compile(r"[0-9a-f]{16}", re.ASCII)

blueprint = Blueprint(__name__)


@blueprint.route("/v1/scores", methods=["GET"])
def scores() -> Response:
    """Score a month."""
    services, request = current_services(), blueprint.current_request
    query: Mapping[str, str] = request.query_params or {}
    caller = services.keys.require(request.headers, "see_scores")
    check_names(query, FILTERS)
    department, (year, month) = _department(services, caller, query), _month(query)
    spellings = services.name_tokens.spellings(department)
    in_year = (services.facts.of_case(department_case(name, year)) for name in spellings)
    records = next(filter(None, in_year), ())
    if not records and not {*spellings} & {*services.board.department_names()}:
        raise Rejected(404, zh="没有这个部门。", en="there is no such department")
    region = read_name(query, "region")
    case = CaseHistory(record.fact for record in records)
    entries = [entry for entry in ledger(case) if region in ("", entry.region)]
    place = services.region_of(region or next((entry.region for entry in entries), ""))
    rules = services.rules(place)
    # By the profile in force when the month began (DOMAIN EFF-06).
    profile = rules.at(datetime(year, month, 1, tzinfo=rules.profile.zone)).profile
    if not profile.scoring.sections:
        raise Rejected(404, zh="现行规则没有计分办法。", en="nothing is scored under this profile")
    today = services.now().astimezone(profile.zone)
    if (year, month) > (today.year, today.month):
        raise Rejected(422, zh="该月尚未开始。", en="this month has not begun", field="month")
    earned, version = _bonus(services, department, query, profile)
    public_case = records[0].public_case if records else ""
    where = {"department": department, "region": region, "month": f"{year:04}-{month:02}"}
    also = _also(services, department, year)
    scheme = measured(profile, place, entries)
    month_entries = of_month(entries, year, month, profile.zone)
    scored = _show_score(month_entries, public_case, profile, scheme)
    body = {**where, "also": also, **scored, "bonuses": view.earned(earned, version)}
    body["points"] += earned.points if earned else 0
    return private_json(services.name_tokens.reveal(body))


def _also(services: Services, department: str, year: int) -> list[str]:
    """Return the other names of which *department* keeps the cards of a *year*, in its order.

    The score of each is its own: after a reorganisation both are shown, and not added (ORG-04).
    """
    keepers, facts = services.keepers, services.facts
    own = services.name_tokens.spellings(department)
    others = (name for name in keepers.spellings(department) if name not in own)
    kept = (name for name in others if keepers.of(name).keeper == department)
    return [name for name in kept if facts.of_case(department_case(name, year))]


def _show_score(
    entries: list[LedgerEntry], public_case: str, profile: Profile, scheme: Scoring
) -> JsonObject:
    """Return the score of *entries* by the measured sections of *scheme*, without the bonus."""
    counting, zone = taking(entries, profile), profile.zone
    month_score = score(counting, scheme)
    return {
        "policy": profile.reference,
        "basis": str(scheme.basis),
        "points": month_score.left,
        "of": month_score.full,
        "sections": view.sections(month_score, profile.scoring, scheme),
        "deductions": view.write_deductions(month_score, public_case, zone),
        "items": view.parts("item", by(lambda entry: entry.item, counting, scheme)),
        "posts": view.parts("post", by(lambda entry: entry.stage, counting, scheme)),
        "not_counted": view.cards(left_out(entries, profile), public_case, zone),
    }


def _department(services: Services, caller: "Caller", query: Mapping[str, str]) -> str:
    department = read_name(query, "department") or caller.department
    if not department:
        raise Rejected(422, zh="请写明部门。", en="which department", field="department")
    own = caller.department
    if own not in (None, department) and own != services.keepers.of(department).keeper:
        zh, en = "此密钥只能查看本部门的计分。", "this key is for another department's score"
        raise Rejected(403, zh=zh, en=en, field="department")
    return department


def _month(query: Mapping[str, str]) -> tuple[int, int]:
    match = _MONTH.fullmatch(query.get("month") or "")
    if match is None:
        zh, en = "month 写作 2026-11。", "a month is written like 2026-11"
        raise Rejected(422, zh=zh, en=en, field="month")
    return int(match[1]), int(match[2])


def _bonus(
    services: Services, department: str, query: Mapping[str, str], profile: Profile
) -> tuple[Bonus | None, str]:
    """Return the bonus, and the version of the catalogue that it rests on."""
    named = query.get("catalogue") or ""
    if named and not _VERSION.fullmatch(named):
        zh, en = "catalogue 不是事项清单的版本。", "not a version of the catalogue"
        raise Rejected(422, zh=zh, en=en, field="catalogue")
    version = named or services.catalogues.current()
    if profile.scoring.promise_cut is None or not version:
        return None, version
    entries = services.catalogues.entries(version)
    own = [item for item in entries if department in item.departments]
    return bonus(own, profile.scoring.promise_cut), version
