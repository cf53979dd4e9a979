"""The main limits of a permit case: the clocks from acceptance to decision, and their crossings.

They are checked first, as whatever betters them needs no other clock to be seen. Of several lawful
readings (DOMAIN DFT-01, `effects.py`) a warning follows the widest. A card is automatic where the
clock is over in each. Where it is over sooner in one, a proposal waits for a person.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from chalicelib.cases.rules import Rules
from chalicelib.errors import Unknown
from chalicelib.findings.clock import Clock, ClockState, run_clock
from chalicelib.findings.crossings import crossings
from chalicelib.findings.finding import Finding, FindingKey, first_of_each
from chalicelib.instant import LATEST
from chalicelib.intake.event_types import Derived
from chalicelib.permit.clocks.aftermath import Silence, aftermath
from chalicelib.permit.clocks.examination import Examined, as_deemed, examine
from chalicelib.permit.clocks.handling import main_clocks
from chalicelib.permit.effects import ClockEffects, clock_effects
from chalicelib.permit.state import Permit
from chalicelib.policy.profile import Profile

MAIN = ("promise", "first_review", "renewal", "statutory")


class MainLimits(NamedTuple):
    """The main clocks of *permit*, as *examined*, under the *effects* of pauses and extensions.

    *unknown* is the calendar without which there are none. *surely_over* is the reading that ends
    last, *approved* the approval by its silence, *after* the clocks that an approval starts.
    """

    permit: Permit
    examined: Examined
    effects: ClockEffects
    states: tuple[ClockState, ...]
    unknown: str
    surely_over: tuple[ClockState, ...]
    approved: Silence | None
    after: Sequence[Clock]
    findings: Sequence[Finding]


def check_main_limits(permit: Permit, rules: Rules) -> MainLimits:
    """Return the main clocks of *permit* and every finding about them. Raises Unknown."""
    profile, examined = rules.profile, examine(permit, rules)
    if examined.start is not None and examined.start.since is not None:
        permit = as_deemed(permit, examined.start.at, rules)
    effects = clock_effects(permit, examined.start, rules)
    states, unknown = _run_main_clocks(permit, examined, effects, rules)
    # Silence approves, and reasons are owed, only where every reading of the limit is over.
    surely_over = tuple(state.extremes[1] for state in states)
    approved, after = aftermath(permit, surely_over, profile)
    findings = [*_main_crossings(states, approved, permit, profile)]
    return MainLimits(
        permit, examined, effects, states, unknown, surely_over, approved, after, findings
    )


def _run_main_clocks(
    permit: Permit, examined: Examined, effects: ClockEffects, rules: Rules
) -> tuple[tuple[ClockState, ...], str]:
    """Return the main clocks; or none, and the calendar that is missing for them."""
    if examined.start is None:
        return (), ""
    try:
        clocks = list(main_clocks(permit, examined.start, effects, rules))
    except Unknown as error:
        return (), error.missing
    return tuple(run_clock(clock, rules) for clock in clocks), ""


def _main_crossings(
    main: Sequence[ClockState], approved: Silence | None, permit: Permit, profile: Profile
) -> Iterator[Finding]:
    """Yield the first crossing of each rule and level; one automatic red of all rules together."""
    crossed = [check_clock(state, profile, permit.region) for state in main]
    until = approved.at if approved else LATEST  # after a deemed approval nothing is overdue
    sure = [finding for each in crossed for finding in each.sure if finding.at < until]
    early = [finding for each in crossed for finding in each.early if finding.at < until]
    yield from (finding for finding in sure if _is_ahead(finding))
    overdue = [finding for finding in sure if not _is_ahead(finding)]
    cards = [*first_of_each(overdue, _main_key).values()]
    sooner = [*first_of_each(early, _main_key).values()]
    yield from in_every_reading(cards, sooner, _main_key) if sooner else cards


def _is_ahead(finding: Finding) -> bool:
    return finding.ground == "near" or finding.level == "warning"


def _main_key(finding: Finding) -> tuple[str, str]:
    is_automatic = finding.kind == Derived.CARD_ISSUED or finding.in_doubt
    is_one = finding.level == "red" and is_automatic
    return "" if is_one else finding.rule, finding.level


class Crossed(NamedTuple):
    """The crossings of a clock: *sure* in every reading, or *early*, in one that is in doubt."""

    sure: Sequence[Finding]
    early: Sequence[Finding] = ()


def check_clock(state: ClockState, profile: Profile, region: str) -> Crossed:
    """Return the crossings of *state* in every reading, in a case of *region*."""
    least, most = state.extremes
    if least is most is state:
        return Crossed(crossings(state, profile, region))
    early = [
        finding._replace(kind=Derived.CARD_PROPOSED, in_doubt=True)
        for finding in crossings(least, profile, region, warnings=False)
        # What is over; not what is near, nor what is unfinished after that.
        if finding.ground == finding.clock
    ]
    widest = crossings(state, profile, region)
    latest = widest if most is state else crossings(most, profile, region, warnings=False)
    warnings = [each for each in widest if each.level == "warning"]
    return Crossed([*warnings, *(each for each in latest if each.level != "warning")], early)


def by_rule_and_level(finding: Finding) -> Hashable:
    """Return the rule and level of *finding*: one clock has one card of each."""
    return finding.rule, finding.level


def in_every_reading(
    sure: Sequence[Finding], early: Sequence[Finding], key: FindingKey
) -> Iterator[Finding]:
    """Yield *sure* and those of *early* that are not sure at once.

    A proposal gives way to the card that is sure later, and takes the place of a later proposal.
    """
    late = first_of_each((each for each in sure if each.ground != "near"), key)
    sooner = (each for each in early if key(each) not in late or each.at < late[key(each)].at)
    proposals = {key(each): each for each in sooner}
    for name, proposal in proposals.items():
        card = late.get(name)
        yield proposal._replace(gives_way_to=card.key if card else "")
    for finding in sure:
        if not (finding.kind == Derived.CARD_PROPOSED and key(finding) in proposals):
            yield finding
