"""Decide (裁断): what follows from a case's facts, under a profile and a calendar, at an instant.

Pure. The same facts, received at the same instants, give the same clocks, due instants and lamp in
any order of processing. An issued card stays issued; if it loses its ground, a re-check records it.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from chalicelib.cases.case_id import number_in
from chalicelib.cases.decision import Asked, Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.annotations import annotations
from chalicelib.findings.finding import Finding
from chalicelib.findings.issuing import confirmed, issued
from chalicelib.findings.recheck import (
    Grounds,
    cards_found,
    keys_borne_out,
    rechecked,
    without_card,
)
from chalicelib.intake.event_types import Reported
from chalicelib.permit.claims.contests import claims_of, contests, next_contest
from chalicelib.permit.claims.reading import next_stage_of
from chalicelib.permit.claims.weighing import TOO_MANY, Weighing, weigh
from chalicelib.permit.lamp_history import fell_due, lamp
from chalicelib.permit.ownership.state import waiting_transfers
from chalicelib.permit.refiling.state import ended_early, has_used_its_time, second_look
from chalicelib.permit.remedy import remedied
from chalicelib.permit.rules.data_quality import Sign, find_signs, flagged, flags
from chalicelib.permit.rules.report_signs import find_claim_signs, find_telling_signs
from chalicelib.permit.rules.time_limits import CheckedLimits, LimitsAt
from chalicelib.permit.state import Permit, fold


class Evaluation(Struct, frozen=True):
    """A case as its claims are weighed, now and for ever unless something further happens."""

    weighing: Weighing
    signs: tuple[Sign, ...] = ()  # of data that were reported badly, not flagged yet
    next_stage: datetime | None = None  # when the next rule begins to bind it, though it runs

    @property
    def permit(self) -> Permit:
        """The permit in the judged reading."""
        return self.weighing.judged.permit

    @property
    def rules(self) -> Rules:
        """The rules that bind the case in the judged reading."""
        return self.weighing.judged.rules

    @property
    def limits(self) -> CheckedLimits:
        """The limits in the judged reading."""
        return self.weighing.judged.limits


def decide(case: CaseHistory, rules: Rules, now: datetime) -> Decision:
    """Return what follows in *case* under *rules* at *now*, or later if it has later records."""
    now = max(now, case.latest)
    in_force = rules.as_of(now)
    evaluation = evaluate(case, in_force)
    permit, limits = evaluation.permit, evaluation.limits
    limits_now, dues = limits.at(now), limits.dues(now)
    history = derive(case, evaluation, limits_now, in_force, now)
    ended = ended_early(permit, evaluation.rules, now)
    if ended is not None and not has_used_its_time(limits.findings, ended):
        ended = None  # only what ended near its limit, or past it, is watched
    look = second_look(ended, now) if ended else None
    wakes = [wake_of(history, evaluation, limits_now, now), look]
    return Decision(
        append=tuple(history.facts[len(case.facts) :]),
        wake_at=min(filter(None, wakes), default=None),
        held_for=limits_now.held_for,
        lamp=lamp(permit, history),
        belongs_to={**permit.belongs_to, "department": permit.ownership.current},
        dues=dues,
        is_paused=permit.closing is None and limits.is_paused,
        unlisted=_unlisted(permit),
        unjudged_at=limits_now.unjudged_at,
        claims=claims_of(history, evaluation.weighing),
        asked=_asked(case, evaluation.weighing),
        ended=ended,
        fell_due=fell_due(case, evaluation.weighing, dues, rules),
        judged_by=evaluation.rules.name if rules.is_dated else "",
    )


def _unlisted(permit: Permit) -> int | None:
    """Return which fact has the terms of an open case whose item no catalogue has had yet."""
    is_listed = permit.terms is not None and permit.terms.catalogue
    source = None if is_listed or permit.closing is not None else permit.terms_source
    return source.n if source else None


def _asked(case: CaseHistory, weighing: Weighing) -> Asked | None:
    """Return who is asked to take the case over, as it is judged; of several the last."""
    if Reported.CASE_TRANSFERRED not in case.types:
        return None
    waiting = waiting_transfers(weighing.reported.told)
    last = max(waiting, key=attrgetter("n"), default=None)
    return Asked(last.n, last.text("department"), last.recorded_at) if last else None


def evaluate(case: CaseHistory, rules: Rules) -> Evaluation:
    """Weigh the claims in *case*, and find the new signs of badly reported data as it was told."""
    weighing, noted = weigh(case, rules), flagged(case)
    told, permit = weighing.claimed, fold(weighing.claimed)
    judged, late, beyond = weighing.judged, weighing.late, weighing.unweighed
    signs = (
        *find_signs(told, permit, judged.rules, noted),
        *find_claim_signs(told, permit, beyond, judged.rules),
        *find_telling_signs(late, judged.permit, judged.limits, judged.rules, noted),
    )
    return Evaluation(weighing, signs, next_stage_of(judged.permit, judged.case, rules))


def wake_of(
    case: CaseHistory, evaluation: Evaluation, limits_now: LimitsAt, now: datetime
) -> datetime | None:
    """Return when to look at *case* again after *now*: for a finding, or for a contested claim."""
    contest = next_contest(case, evaluation.weighing, now)
    return min(filter(None, (limits_now.wake_at, contest, evaluation.next_stage)), default=None)


def derive(
    case: CaseHistory, evaluation: Evaluation, limits_now: LimitsAt, rules: Rules, now: datetime
) -> CaseHistory:
    """Return *case* with the facts that its *evaluation* adds by *now*; *rules* are in force."""
    permit, limits, weighing = evaluation.permit, evaluation.limits, evaluation.weighing
    belongs_to = permit.belongs_to
    case = case.read_as(weighing.reported)
    # A card that is issued keeps its ground while an outage that is recorded later is settled.
    found = [finding for finding in limits.findings if finding.at < now]
    settled = settle(limits_now, found, case)
    new = [*_decide_cards(case, evaluation, settled, rules, now)]
    rules = evaluation.rules
    misfits = [*permit.set_aside, *limits.effects.set_aside]
    misfits += [(fact, TOO_MANY) for fact in weighing.unweighed]
    new += annotations(case, misfits, limits_now.held_for, belongs_to, now)
    new += contests(case, weighing, belongs_to, rules, now)
    new += flags(evaluation.signs, belongs_to, rules, now)
    history = case.joined_by(new)
    # A card that is only issued now may be remedied already.
    done = remedied(history, settled.crossed, limits.clock_states, rules, now)
    return history.joined_by(done)


class Settled(NamedTuple):
    """The findings judged (*crossed*), those with a ground (*found*), the keys that *gave_way*.

    *missing* is needed to judge the case at all.
    """

    crossed: Sequence[Finding]
    found: Sequence[Finding]
    gave_way: Collection[str]
    missing: str


def settle(limits_now: LimitsAt, found: Sequence[Finding], case: CaseHistory) -> Settled:
    """Return one of each proposal in doubt (期限存疑) and its certain card.

    A proposal gives way to the card that every reading makes, once that is judged or on record. If
    a person confirmed the proposal before, it is the card, and there is no second.
    """
    crossed, missing = limits_now.crossed, limits_now.missing
    if not any(finding.gives_way_to for finding in found):
        return Settled(crossed, found, (), missing)
    by_key = {finding.key: finding for finding in found}
    judged = {finding.key: finding for finding in crossed if not finding.is_held}
    over, gave_way = set[str](), set[str]()
    for finding in found:
        card = judged.get(finding.gives_way_to) or by_key.get(finding.gives_way_to)
        if card is None or not (card.key in judged or card.key in case.by_key):
            continue
        if _is_confirmed(finding, card, case):
            over.add(card.key)
        else:
            gave_way.add(finding.key)
    over |= gave_way
    crossed = [finding for finding in crossed if finding.key not in over]
    found = [finding for finding in found if finding.key not in over]
    return Settled(crossed, found, gave_way, missing)


def _is_confirmed(proposal: Finding, card: Finding, case: CaseHistory) -> bool:
    """Return whether a person confirmed *proposal* before *card* was certain."""
    if f"confirmed/{proposal.key}" in case.by_key:
        return True
    on_record, until = case.by_key.get(proposal.key), card.judged_from or card.at
    return on_record is not None and any(
        number_in(fact.data.get("card")) == on_record.n and fact.recorded_at <= until
        for fact in case.of_type(Reported.CARD_CONFIRMED)
    )


def _decide_cards(
    case: CaseHistory, evaluation: Evaluation, settled: Settled, in_force: Rules, now: datetime
) -> Iterator[Fact]:
    """Yield the cards that are issued, those that people confirmed, and the re-checks of others."""
    belongs_to, rules = evaluation.permit.belongs_to, evaluation.rules
    cards = cards_found(case, rules)
    crossed = without_card(cards, settled.crossed) if cards else settled.crossed
    yield from issued(crossed, belongs_to, case, rules, now)
    if not case.cards:
        return
    keys = keys_borne_out(cards, settled.found)
    yield from confirmed(case, keys, rules.profile, now)
    if settled.missing:  # on an unknown calendar nothing can be judged
        return

    def list_finding_keys(before: CaseHistory) -> set[str]:
        limits = weigh(before, in_force).judged.limits
        found = [finding for finding in limits.findings if finding.at < now]
        return keys_borne_out(cards, settle(limits.at(now), found, before).found)

    yield from rechecked(case, Grounds(keys, settled.gave_way), list_finding_keys, rules, now)
