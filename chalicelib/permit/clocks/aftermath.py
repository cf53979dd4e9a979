"""After the limits: delivery and publication (送达、公示), and the deemed approval (视为同意).

行政许可法 44: a licence is delivered within ten days of the decision. 行政许可法 50: a renewal not
decided before the licence expires counts as granted. Silence past a promise counts as approval only
where the catalogue records on what basis (DOMAIN §1.6); everywhere else it is a breach.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.clock.due import Due
from chalicelib.findings.clock import Clock, ClockState
from chalicelib.instant import MILLISECOND
from chalicelib.permit.state import Permit
from chalicelib.policy.allowance import UNBOUND
from chalicelib.policy.basis import Basis, listed_basis
from chalicelib.policy.profile import Profile

GRANTED = "granted"


class Silence(Struct, frozen=True):
    """A deemed approval (视为同意): the limit ran out at *until* and no decision had been made."""

    until: datetime
    due: Due
    basis: Basis
    rests_on: tuple[int, ...]

    @property
    def at(self) -> datetime:
        """The instant from which it counts as approved: strictly after the limit."""
        return self.until + MILLISECOND


def aftermath(
    permit: Permit, main: Sequence[ClockState], profile: Profile
) -> tuple[Silence | None, list[Clock]]:
    """Return the deemed approval, if there is one, and the clocks that an approval starts."""
    approved = _silence(permit, main, profile) if main else None
    return approved, list(_after_approval(permit, approved, profile))


def _silence(permit: Permit, states: Sequence[ClockState], profile: Profile) -> Silence | None:
    """Return the deemed approval, if the clocks run out and no decision was made."""
    bases = {"renewal": profile.clocks.get("renewal", UNBOUND).basis}
    if permit.terms is not None and permit.terms.deemed:
        is_own = permit.terms.is_promised or permit.terms.kind == "forwarded"
        bases["promise" if is_own else "statutory"] = listed_basis(permit.terms.deemed)
    deemed: list[Silence] = []
    for state in states:
        clock, due = state.clock, state.due
        until = state.over_at if clock.name in bases else None
        if due is not None and until is not None:
            # What was accepted by silence only cannot have been approved by it before.
            until = max(until, clock.since or until)
            deemed.append(Silence(until, due, bases[clock.name], clock.rests_on))
    return min(deemed, key=lambda silence: silence.until, default=None)


def _after_approval(permit: Permit, approved: Silence | None, profile: Profile) -> Iterator[Clock]:
    """Yield the clocks that a granting decision starts, reported or deemed."""
    if approved is not None:
        allowance = profile.clocks.get("deemed_document")
        if allowance is not None and "delivery" in profile.clocks:
            yield Clock(
                name="delivery",
                start=approved.until,
                stop=_first_since(approved.until, [*permit.delivered, permit.closing]),
                limit=allowance.limit,
                rests_on=approved.rests_on,
                missing=approved.due.missing,
            )
        return
    decision = permit.decision
    if decision is None or decision.text("outcome") != GRANTED:
        return
    for name, facts in (("delivery", permit.delivered), ("publication", permit.published)):
        if name in profile.clocks:
            stop, limit = _first_since(decision.at, facts), profile.clocks[name].limit
            yield Clock(name, decision.at, stop, limit, rests_on=(decision.n,))


def _first_since(instant: datetime, facts: Iterable[Fact | None]) -> datetime | None:
    """Return when the first of *facts* happened that did not happen before *instant*."""
    return min((fact.at for fact in facts if fact and fact.at >= instant), default=None)
