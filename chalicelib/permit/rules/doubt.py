"""The crossings of a clock under every lawful reading of what interrupts it (DOMAIN DFT-01).

A warning follows the widest lawful reading. A card is automatic where the clock is over with all
that was told. Where it is over sooner with what is beyond doubt, a proposal waits for a person.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from chalicelib.findings.clock import ClockState
from chalicelib.findings.crossings import crossings
from chalicelib.findings.finding import Finding, FindingKey, first_of_each
from chalicelib.intake.event_types import Derived
from chalicelib.policy.profile import Profile


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
