"""Claims (迟报) of a case: where each piece of late news stands, and what accepting it changes.

Pure, and worked out anew from all that is on record: the fact of a contest only says since when a
claim is listed. CLAIMS §4.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.finding import Finding
from chalicelib.findings.issuing import is_confirmed
from chalicelib.findings.recheck import cards_found, keys_borne_out
from chalicelib.instant import parse
from chalicelib.intake.event_types import Reported
from chalicelib.permit.claims.better import keyed
from chalicelib.permit.claims.contests import contests_on_record
from chalicelib.permit.claims.reading import CaseReading, read
from chalicelib.permit.claims.readings import Readings, decisions_in
from chalicelib.permit.claims.weighing import Contested, Weighing, weigh

ClaimAct = Literal["accept", "refuse"]  # 采信、不采信
ClaimState = Literal["pending", "contested", "harmless", "set_aside", "accepted", "refused"]
LISTED: tuple[ClaimState, ...] = ("contested",)  # the states that can be listed
UNDECIDED: frozenset[ClaimState] = frozenset({"pending", "contested", "set_aside"})
_POSSIBLE: Mapping[ClaimState, tuple[ClaimAct, ...]] = {
    "pending": ("accept", "refuse"),
    "contested": ("accept", "refuse"),
    "set_aside": ("accept", "refuse"),
    "harmless": ("accept",),  # refused, it would act later than it does, and better something
    "accepted": ("refuse",),
    "refused": ("accept",),
}


class ClaimDifference(NamedTuple):
    """A *finding* of one reading alone, lost or added by the claim; judged now, or yet to come."""

    finding: Finding
    is_lost: bool
    is_judged: bool


class ConcernedCard(NamedTuple):
    """A warning or *card* on record whose ground accepting the claim takes away, or gives back."""

    card: Fact
    is_lost: bool


class LateClaim(Struct, frozen=True):
    """Late news: the *fact*, with its own time, and its *state*.

    pending: it would better something, and the readings have not parted yet. contested (待认定):
    they have. harmless: it counts by itself. set_aside: one too many of the case to be weighed.
    accepted (采信), refused (不采信): by *decision*. *contest* is the fact by which it is listed.
    """

    fact: Fact
    state: ClaimState
    contest: Fact | None = None
    decision: Fact | None = None
    differences: tuple[ClaimDifference, ...] = ()
    cards: tuple[ConcernedCard, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """By when an inspector is to decide; None where it does not wait for one."""
        contest = self.contest if self.state == "contested" else None
        return parse(contest.text("due_at")) if contest else None

    @property
    def possible(self) -> tuple[ClaimAct, ...]:
        """What an inspector may decide. An acceptance that counts is not to be decided about."""
        if self.state == "harmless" and self.fact.kind == Reported.CASE_ACCEPTED:
            return ()
        return _POSSIBLE[self.state]


class CaseClaims(Struct, frozen=True):
    """The late *claims* of a case in order of receipt; *as_claimed* grants all undecided ones."""

    weighing: Weighing
    claims: tuple[LateClaim, ...] = ()
    as_claimed: CaseReading | None = None

    @property
    def contested(self) -> tuple[LateClaim, ...]:
        """The claims that wait for an inspector."""
        return tuple(claim for claim in self.claims if claim.state == "contested")

    def of_fact(self, n: int) -> LateClaim | None:
        """Return the claim of fact *n*; None where that is no late news."""
        return next((claim for claim in self.claims if claim.fact.n == n), None)


def claims_in(
    case: CaseHistory, rules: Rules, now: datetime, weighing: Weighing | None = None
) -> CaseClaims:
    """Return the late claims of *case* at *now*; *weighing* is that of the case, if it is known."""
    weighing, readings = weighing or weigh(case, rules), Readings(case, rules)
    if not readings.late:
        return CaseClaims(weighing)
    scene = _Scene(case, weighing, readings, now)
    claims = tuple(scene.claim(fact) for fact in readings.late)
    undecided = any(claim.state in UNDECIDED for claim in claims)
    granted = {fact.n for fact in readings.late if readings.decided.get(fact.n, True)}
    as_claimed = read(readings.grant(granted), rules) if undecided else None
    return CaseClaims(weighing, claims, as_claimed)


class _Scene:
    """One case at one instant, from which each of its claims is seen."""

    def __init__(
        self, case: CaseHistory, weighing: Weighing, readings: Readings, now: datetime
    ) -> None:
        self._case, self._weighing, self._now = case, weighing, now
        self._decided = readings.decided
        self._contested = {each.fact.n: each for each in weighing.contested}
        self._unweighed = {fact.n for fact in weighing.unweighed}
        self._contests, self._decisions = contests_on_record(case), decisions_in(case)

    def claim(self, fact: Fact) -> LateClaim:
        """Return the claim of the late *fact*."""
        contest, decision = self._contests.get(fact.n), self._decisions.get(fact.n)
        if fact.n in self._decided:
            state: ClaimState = "accepted" if self._decided[fact.n] else "refused"
            return LateClaim(fact, state, contest, decision)
        contested = self._contested.get(fact.n)
        if contested is None:
            state = "set_aside" if fact.n in self._unweighed else "harmless"
            return LateClaim(fact, state, contest)
        differences = tuple(self._differences(contested))
        is_listed = contest is not None or any(each.is_judged for each in differences)
        state = "contested" if is_listed else "pending"
        return LateClaim(fact, state, contest, None, differences, tuple(self._cards(contested)))

    def _differences(self, contested: Contested) -> Sequence[ClaimDifference]:
        """Return what differs between the two readings, cards first, in order of time."""
        without, granted = self._weighing.from_receipt, contested.granted
        judged = [keyed(each.limits.at(self._now).crossed, each) for each in (without, granted)]
        ever = [keyed(each.limits.findings, each) for each in (without, granted)]
        differences: list[ClaimDifference] = []
        for one, other, is_lost in ((0, 1, True), (1, 0, False)):
            apart = {key: True for key in judged[one] if key not in judged[other]}
            apart |= {key: key in judged[one] for key in ever[one] if key not in ever[other]}
            differences += [
                ClaimDifference(ever[one][key], is_lost, is_judged)
                for key, is_judged in apart.items()
            ]
        return sorted(differences, key=_gravest_first)

    def _cards(self, contested: Contested) -> Iterator[ConcernedCard]:
        """Yield the cards on record whose ground is in one of the two readings alone."""
        borne_out: list[set[str]] = []
        for reading in (self._weighing.from_receipt, contested.granted):
            past = [finding for finding in reading.limits.findings if finding.at < self._now]
            borne_out.append(keys_borne_out(cards_found(self._case, reading.rules), past))
        for card in self._case.cards.values():
            if card.text("level") and not is_confirmed(card):
                before, after = (card.key in keys for keys in borne_out)
                if before != after:
                    yield ConcernedCard(card, is_lost=before)


def _gravest_first(difference: ClaimDifference) -> tuple[object, ...]:
    finding = difference.finding
    return finding.level == "warning", finding.at, finding.rule, not difference.is_lost
