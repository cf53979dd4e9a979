"""What is left to do (送达、公示), and the approval that silence makes where the law says so.

行政许可法 44: a licence is delivered within ten days of the decision. 行政许可法 50: a renewal not
decided before the licence expires counts as granted. Silence past a promise counts as approval only
where the catalogue records on what basis (DOMAIN §1.6); everywhere else it is a breach.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.cases.clocks import Clock, Standing
from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import DECIDED, Permit
from chalicelib.clock.due import Due
from chalicelib.instant import MILLISECOND
from chalicelib.policy.profile import Profile

GRANTED = "granted"


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody decided by *due*: that is an approval (视为同意), on a *basis*."""

    due: Due
    basis: str
    rests_on: tuple[int, ...]

    @property
    def at(self) -> datetime:
        """The instant from which it counts as approved: late is strictly after."""
        return self.due.at + MILLISECOND


def silence(permit: Permit, standings: Sequence[Standing], profile: Profile) -> Silence | None:
    """The deemed approval of the case, if its clocks run out on nobody's decision."""
    deemed = permit.terms.deemed if permit.terms else ""
    bases = {"renewal": profile.clocks["renewal"].basis if "renewal" in profile.clocks else ""}
    if deemed:
        bases["promise"] = deemed
    found = [
        Silence(standing.due, bases[standing.clock.name], standing.clock.rests_on)
        for standing in standings
        if standing.clock.name in bases and standing.due and standing.over_at is not None
    ]
    return min(found, key=lambda one: one.due.at, default=None)


def aftermath(permit: Permit, approved: Silence | None, profile: Profile) -> Iterator[Clock]:
    """The clocks that a granting decision starts, told or deemed."""
    decided = permit.closing
    if approved is not None:
        limit = profile.clocks.get("deemed_document")
        if limit is not None and "delivery" in profile.clocks:
            paper = _first_after(permit.delivered, approved.due.at)
            yield Clock(
                name="delivery",
                start=approved.due.at,
                stop=paper.at if paper else decided.at if decided else None,
                limit=limit.limit,
                rests_on=approved.rests_on,
                missing=approved.due.missing,
            )
    elif decided is not None and decided.kind == DECIDED and decided.text("outcome") == GRANTED:
        ends = {"delivery": permit.delivered, "publication": permit.published}
        for name, done in ends.items():
            if name in profile.clocks:
                yield Clock(
                    name=name,
                    start=decided.at,
                    stop=done.at if done and done.at >= decided.at else None,
                    limit=profile.clocks[name].limit,
                    rests_on=tuple(fact.n for fact in (decided, done) if fact),
                )


def _first_after(fact: Fact | None, instant: datetime) -> Fact | None:
    return fact if fact is not None and fact.at >= instant else None
