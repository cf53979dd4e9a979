"""Refiled: find the case in which one that ended near its limit is handed in again, and tell it.

The applicant is private, so two cases are compared here, by what the vault has. Only cases that
ended near or past their limit look, a few times, each time twice as late. So an ordinary case costs
nothing.
"""

from collections.abc import Iterator

from chalicelib.cases.fact import Fact
from chalicelib.cases.head import CaseSnapshot
from chalicelib.cases.permit import Permit
from chalicelib.cases.refiling import refiled_event, same_applicant
from chalicelib.intake.event_types import STARTING_TYPES, Reported
from chalicelib.plumbing.services import Services

_MOST = 50  # candidates of one look


def link_refiled(services: Services, snapshot: CaseSnapshot, permit: Permit) -> None:
    """Tell the open cases that follow *permit*, which *snapshot* is of, that they do.

    A crash between two of them leaves the later ones untold; the next look tells them. A case that
    was told before gets the same event, which is there.
    """
    application = _application(services, snapshot.case, _facts_of(services, snapshot.case))
    now = services.now()
    event = refiled_event(snapshot.case, snapshot.public_case, permit, now)
    for case, facts in _candidates(services, snapshot, permit):
        if same_applicant(application, _application(services, case, facts)):
            services.inbox.notify(case, event, now)


def _candidates(
    services: Services, snapshot: CaseSnapshot, permit: Permit
) -> Iterator[tuple[str, list[Fact]]]:
    """Yield the open cases of the same item and department that were accepted after *permit*.

    Each with its facts.
    """
    accepted, looked_at = permit.acceptance, 0
    for other in services.cases.of_department("permit", permit.belongs_to["department"]):
        if other.kind != "permit" or other.case == snapshot.case or other.item != snapshot.item:
            continue
        facts = _facts_of(services, other.case)
        opened = next((fact for fact in facts if fact.kind == Reported.CASE_ACCEPTED), None)
        if accepted is not None and opened is not None and opened.at > accepted.at:
            yield other.case, facts
        looked_at += 1
        if looked_at == _MOST:
            return


def _facts_of(services: Services, case: str) -> list[Fact]:
    return [record.fact for record in services.facts.of_case(case)]


def _application(services: Services, case: str, facts: list[Fact]) -> dict[str, object]:
    """Return the private fields of what opened *case*, which has these *facts*."""
    kept = services.vault.private_fields(case)
    opening = (kept.get(fact.key, {}) for fact in facts if fact.kind in STARTING_TYPES)
    application: dict[str, object] = {}
    for fields in opening:
        application = {**fields, **application}
    return application
