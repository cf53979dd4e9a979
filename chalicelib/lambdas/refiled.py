"""Refiled: link a case that is handed in again (撤回重报) to the one that ended near its limit.

A case that ends so is kept under its item. A case that is accepted looks there, once: one read,
which finds nothing for an ordinary case. What was accepted before the other one ended is looked for
from there, at once and ten minutes later. The applicant is private, so two cases are compared here,
by what the vault has. Whether a case ended near its limit is judged from its facts each time.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.intake.event_types import Reported
from chalicelib.permit.claims.reading import CaseReading
from chalicelib.permit.claims.weighing import weigh
from chalicelib.permit.decide import decide
from chalicelib.permit.refiling import state as refiling
from chalicelib.permit.state import Permit, first_acceptance, fold
from chalicelib.plumbing.services import Services

if TYPE_CHECKING:  # the store is heavy; `current_services` imports it when it is needed
    from chalicelib.permit.refiling.store import EndedCase

_MOST = 500  # open cases of the item that one look compares, of each department


class _Case(Struct, frozen=True, dict=True):
    """A case by its name and its *public* name; it is judged by *rules*, *now*."""

    name: str
    public: str
    history: CaseHistory
    rules: Rules
    now: datetime

    @cached_property
    def judged(self) -> CaseReading:
        return weigh(self.history, self.rules).judged

    @property
    def permit(self) -> Permit:
        return self.judged.permit

    @property
    def accepted_at(self) -> datetime | None:
        """When it was accepted; None where that does not count."""
        return self.permit.acceptance.at if self.permit.acceptance else None

    @property
    def is_shredded(self) -> bool:
        """Whether its applicant is not to be known any more."""
        return Reported.CASE_SHREDDED in self.history.types

    @property
    def has_ended(self) -> bool:
        """Whether it ended near its limit, and may be handed in again."""
        return decide(self.history, self.rules, self.now).ended is not None

    def follows(self, earlier: "_Case") -> bool:
        """Return whether it was accepted after *earlier*."""
        mine, first = self.accepted_at, earlier.accepted_at
        return mine is not None and first is not None and first < mine

    def may_follow(self, earlier: "_Case") -> bool:
        """Return whether end, source and region allow that it is *earlier* again, in doubt."""
        mine, its = (
            (case.name.partition(":")[0], case.permit.belongs_to["region"])
            for case in (self, earlier)
        )
        ending, accepted_at = earlier.permit.closing, self.accepted_at
        if ending is None or accepted_at is None or accepted_at < ending.at:
            return False
        return mine == its and not self.is_shredded


def link_to_ended(services: Services, name: str, case: CaseHistory, rules: Rules) -> None:
    """Link the *case* of this *name*, which was just accepted, to those that it follows.

    A crash leaves a snapshot that does not count the acceptance: the next try looks again.
    """
    acceptance = first_acceptance(case)
    item = services.name_tokens.name_of(acceptance.text("item")) if acceptance else ""
    kept = services.ended_cases.of_item(item)
    if not kept:
        return
    later = _Case(name, "", case, rules, services.now())
    marks = _marks_of(services, name)
    for ended in kept:
        if ended.until < later.now:
            services.ended_cases.forget(item, ended.case)
            continue
        is_same = refiling.same_applicant(ended.digests, refiling.digest_marks(marks, ended.key))
        earlier = _read(services, ended.case) if is_same is not False else None
        if earlier is None or earlier.is_shredded or not later.follows(earlier):
            continue
        if (is_same or later.may_follow(earlier)) and earlier.has_ended:
            _link(services, earlier, ended, name, in_doubt=not is_same)


def watch_ended(
    services: Services, snapshot: CaseSnapshot, case: CaseHistory, rules: Rules
) -> None:
    """Keep the *case* of *snapshot*, which ended near its limit; link the open ones that follow it.

    A crash leaves some of them unlinked, and a snapshot that does not count the ending: the next
    try links them. What is linked gets the same event, which is there.
    """
    earlier = _Case(snapshot.case, snapshot.public_case, case, rules, services.now())
    until = refiling.watched_until(earlier.permit, earlier.judged.rules)
    if until is None or earlier.is_shredded:
        return
    item = services.name_tokens.name_of(snapshot.item)
    marks = _marks_of(services, earlier.name)
    ended = services.ended_cases.keep(item, earlier.name, until, marks)
    departments = [snapshot.department, *services.board.department_names()]
    following = _open_cases(services, item, departments, earlier, marks)
    for _, other, is_same in sorted(following):
        ended = _link(services, earlier, ended, other, in_doubt=not is_same)


def _open_cases(
    services: Services, item: str, departments: Sequence[str], earlier: _Case, marks: refiling.Marks
) -> Iterator[tuple[datetime, str, bool]]:
    """Yield the open cases that follow *earlier*: when accepted, which, and whether surely."""
    spellings = services.name_tokens.spellings(item)
    for department in dict.fromkeys(departments):
        for other in services.cases.latest_of_item(department, spellings, _MOST):
            is_same = refiling.same_applicant(marks, _marks_of(services, other.case))
            later = _read(services, other.case) if is_same is not False else None
            if later is None or later.accepted_at is None or not later.follows(earlier):
                continue
            if is_same or later.may_follow(earlier):
                yield later.accepted_at, other.case, bool(is_same)


def _link(
    services: Services, earlier: _Case, ended: "EndedCase", later: str, *, in_doubt: bool
) -> "EndedCase":
    """Notify *later* that it follows *earlier*, in doubt if there is a place; return *ended*."""
    taken = services.ended_cases.take_place(ended, later) if in_doubt else ended
    if taken is None:
        return ended
    now = max(services.now(), earlier.history.latest)
    event = refiling.refiled_event(
        earlier.name, earlier.public, earlier.permit, now, in_doubt=in_doubt
    )
    services.inbox.notify(later, event, now)
    return taken


def _read(services: Services, name: str) -> _Case | None:
    records = services.facts.of_case(name)
    if not records:
        return None
    case = CaseHistory(record.fact for record in records)
    rules = services.rules(fold(case).belongs_to["region"])
    return _Case(name, records[0].public_case, case, rules, services.now())


def _marks_of(services: Services, name: str) -> refiling.Marks:
    return refiling.read_marks(services.vault.private_fields(name).values())
