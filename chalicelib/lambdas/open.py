"""Open: the one function that gives a private field of an applicant to a desk (ADR 0088).

Only `api` calls it, with a case, the number of a `field.opened` and who asks; it names no field. It
gives the field that this fact names, once, while the fact is fresh, to the person who did it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.cases.case_id import acts_in, is_ours
from chalicelib.cases.fact import Fact
from chalicelib.permit.field_opening import OPEN_FOR, Unopened, is_shredded, opened_at
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services, current_services


def run(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return `{"value": …}`, or `{"refused": …}` with the reason. No value is ever logged."""
    given = open_field(current_services(), event)
    if "refused" in given:
        telemetry.logger.warning("not opened", why=given["refused"])
    return given


def open_field(services: Services, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Mark the opening as used, then give its value: so a second caller has nothing.

    A crash between the two leaves a mark without an answer: nobody has seen the value, and whoever
    needs it opens the field anew, which is another fact.
    """
    case, person = asked.get("case"), asked.get("person")
    if not isinstance(case, str) or not isinstance(person, str) or is_ours(case):
        return _refused("unknown")
    facts = [record.fact for record in services.facts.of_case(case)]
    opened = opened_at(facts, asked.get("n"), asked.get("role"))
    why = _why_not(services, case, facts, opened, person)
    if opened is None or why:
        return _refused(why or "unknown")
    field, of = str(opened.data["opened_field"]), _opened_fact(facts, opened)
    kept = services.vault.private_fields(case).get(of.key, {})
    if field not in kept:
        return _refused("shredded")
    if not services.openings.use(case, opened.n, services.wall()):
        return _refused("again")
    return {"value": kept[field]}


def _why_not(
    services: Services, case: str, facts: Sequence[Fact], opened: Fact | None, person: str
) -> Unopened | None:
    """Return why *person* may not have what was *opened*; None: he may."""
    if opened is None:
        return "unknown"
    if is_shredded(facts, _opened_fact(facts, opened).n):
        return "shredded"
    done = services.vault.private_fields(acts_in(case)).get(opened.key, {})
    if done.get("actor") != person:
        return "unknown"
    return "late" if abs(services.now() - opened.recorded_at) > OPEN_FOR else None


def _opened_fact(facts: Sequence[Fact], opened: Fact) -> Fact:
    return next(fact for fact in facts if fact.n == opened.data["opened_in"])


def _refused(why: Unopened) -> dict[str, Any]:
    return {"refused": why}
