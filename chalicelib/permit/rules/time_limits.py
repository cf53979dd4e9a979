"""The time limits of a permit case: its clocks, their crossings, and deemed acts.

DOMAIN §1.1 to §1.6 and §2.1 V-01 to V-14, in the numbers of the profile. Everything assumes that
nothing further happens: the caller takes what lies before now, and wakes for the next.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cases.rules import Rules
from chalicelib.clock.due import Due
from chalicelib.findings.clock import Clock, ClockState, run_clock
from chalicelib.findings.crossings import crossings
from chalicelib.findings.finding import Finding
from chalicelib.findings.settlement import AT_ONCE, Settlement, settlement_of
from chalicelib.instant import LATEST, MILLISECOND
from chalicelib.intake.event_types import Derived
from chalicelib.permit.clocks.aftermath import Silence
from chalicelib.permit.clocks.examination import Examined, Start
from chalicelib.permit.clocks.handling import side_clocks
from chalicelib.permit.effects import ClockEffects
from chalicelib.permit.refiling.state import check_ending, check_refiled, clocks_from_first
from chalicelib.permit.rules.conduct import check_conduct
from chalicelib.permit.rules.defective_acts import check_defective_acts
from chalicelib.permit.rules.main_limits import (
    MAIN,
    MainLimits,
    by_rule_and_level,
    check_clock,
    in_every_reading,
)
from chalicelib.policy.profile import Profile

# No instant follows the last one, so no case is woken after it.
LAST_BUT_ONE = LATEST - MILLISECOND


class LimitsAt(NamedTuple):
    """The state of the time limits at an instant: *crossed* are the findings judged by then.

    *missing* is needed to judge at all, *held_for* to issue the findings: "calendar:2100".
    *wake_at* is when anything can change next. *unjudged_at* is the legal instant of the next card:
    until it is judged the case is unsettled (待核).
    """

    crossed: Sequence[Finding]
    missing: str
    held_for: str
    wake_at: datetime | None
    unjudged_at: datetime | None = None


class CheckedLimits(Struct, frozen=True):
    """The limits if nothing further happens; *unknown* is the calendar that main clocks lack."""

    findings: tuple[Finding, ...] = ()
    clock_states: tuple[ClockState, ...] = ()
    start: Start | None = None
    silence: Silence | None = None
    effects: ClockEffects = ClockEffects()
    unknown: str = ""
    settlement: Settlement = AT_ONCE

    def judged_from(self, finding: Finding) -> datetime:
        """Return after which instant *finding* is judged; a warning, or an entered one, at once."""
        if finding.level == "warning" or finding.is_entered:
            return finding.at
        return self.settlement.judged_from(finding.at)

    def at(self, now: datetime) -> LimitsAt:
        """Return the state of the limits at *now*."""
        judged = [(f, self.judged_from(f) if f.at < now else now) for f in self.findings]
        crossed = [f._replace(judged_from=since) for f, since in judged if since < now]
        coming = [finding for finding, since in judged if since >= now]
        held = next((finding for finding in crossed if finding.is_held), None)
        # While only silence could start the main clocks, no calendar is missing for them.
        since = self.start.since if self.start else None
        missing = "" if since is not None and now <= since else self.unknown
        # What waits for a calendar needs no waking: its publication will bring the case back.
        awaited = (self.judged_from(f) for f in coming if not (held and f.is_held))
        wakes = [at + MILLISECOND for at in awaited if at <= LAST_BUT_ONE]
        return LimitsAt(
            crossed,
            missing,
            held_for=f"calendar:{held.missing}" if held else missing,
            wake_at=min(wakes, default=None),
            unjudged_at=next((f.at for f in coming if f.level != "warning"), None),
        )

    def is_to_come(self, clock: Clock, now: datetime) -> bool:
        """Return whether *clock* does not run *now*, as only further silence would start it."""
        if self.silence is not None and clock.name == "delivery":
            return now < self.silence.at
        return clock.since is not None and now <= clock.since

    def dues(self, now: datetime) -> dict[str, Due]:
        """Return when each clock runs out, by its key, as far as that is known *now*.

        Clocks that stand still, were stopped or need further silence are left out. A main clock of
        a closed case stays: it says by when the decision was due.
        """
        dues: dict[str, Due] = {}
        for state in self.clock_states:
            clock = state.clock
            is_shown = clock.stop is None or clock.name in MAIN
            if is_shown and not self.is_to_come(clock, now) and (due := state.due) is not None:
                dues[clock.key] = Due(due.at, due.missing, in_doubt=state.in_doubt)
        return dues

    @property
    def is_paused(self) -> bool:
        """Whether a special procedure that pauses the main clocks is open."""
        pauses = self.clock_states[0].clock.interruptions.pauses if self.clock_states else ()
        return any(pause.end is None for pause in pauses)


def complete_limits(main: MainLimits, rules: Rules) -> CheckedLimits:
    """Return the limits whose *main* part is known, with all other findings. Raises Unknown."""
    permit, examined, effects = main.permit, main.examined, main.effects
    profile, approved, region = rules.profile, main.approved, permit.region
    end = approved or permit.closing
    later = [*side_clocks(permit, effects, end.at if end else None, rules), *main.after]
    if permit.ownership.transfers:  # who had the case when a clock started answers for it (移送)
        had = permit.ownership.since
        later = [replace(each, department=each.department or had(each.start)) for each in later]
    started = [run_clock(clock, rules) for clock in later]
    others = (*examined.clocks, *(state for state in started if state.is_within_reach))
    refiled = [run_clock(clock, rules) for clock in clocks_from_first(permit, rules)]
    findings = list(main.findings)
    for state in others:
        if state.clock.doubt is None:
            findings += crossings(state, profile, region)
        else:
            crossed = check_clock(state, profile, region)
            findings += in_every_reading(*crossed, by_rule_and_level)
    findings += [
        *_find_deemed_acts(examined, approved, profile),
        *check_defective_acts(effects, examined.start, main.states, permit, profile),
        *check_conduct(permit, main.surely_over if approved is None else (), rules),
        *check_ending(permit, (*main.states, *refiled), profile),
        *(finding for state in refiled for finding in check_refiled(state, permit, profile)),
    ]
    opening = permit.terms_source
    source = rules.sources.of(opening.source if opening else "")
    return CheckedLimits(
        findings=tuple(sorted(findings, key=attrgetter("at"))),
        clock_states=(*main.states, *others, *refiled),
        start=examined.start,
        silence=approved,
        effects=effects,
        unknown=main.unknown,
        settlement=settlement_of(opening, source, rules.counting),
    )


def _find_deemed_acts(
    examined: Examined, approved: Silence | None, profile: Profile
) -> Iterator[Finding]:
    """Yield the deemed acts: an acceptance (行政许可法 32), an approval (DOMAIN §1.6)."""
    start = examined.start
    if start is not None and start.since is not None:
        yield Finding(
            rule="V-14",
            level="",
            at=start.since,
            due_at=start.since,
            ground="deemed_accepted",
            missing=start.missing,
            basis=profile.clocks["acceptance"].basis,
            rests_on=(start.fact.n,),
            kind=Derived.CASE_DEEMED_ACCEPTED,
        )
    if approved is not None:
        yield Finding(
            rule="V-02",
            level="",
            at=approved.until,
            due_at=approved.due.at,
            ground="deemed_approved",
            missing=approved.due.missing,
            basis=approved.basis,
            rests_on=approved.rests_on,
            kind=Derived.CASE_DEEMED_APPROVED,
        )
