"""The time limits of a permit case: its clocks, their crossings, and deemed acts.

DOMAIN §1.1 to §1.6 and §2.1 V-01 to V-14, in the numbers of the profile. Everything here assumes
that nothing further happens to the case: the caller takes what lies before now, and wakes for the
next.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from chalicelib.cases.rules import Rules
from chalicelib.clock.due import Due
from chalicelib.findings.finding import Finding
from chalicelib.instant import MILLISECOND
from chalicelib.intake.event_types import Derived
from chalicelib.permit.clocks.aftermath import Silence
from chalicelib.permit.clocks.clock import Clock, ClockState, run_clock
from chalicelib.permit.clocks.examination import Examined, Start
from chalicelib.permit.clocks.handling import side_clocks
from chalicelib.permit.effects import ClockEffects
from chalicelib.permit.refiling.state import clocks_from_first
from chalicelib.permit.rules.conduct import check_conduct
from chalicelib.permit.rules.crossings import crossings
from chalicelib.permit.rules.defective_acts import check_defective_acts
from chalicelib.permit.rules.doubt import by_rule_and_level, check_clock, in_every_reading
from chalicelib.permit.rules.endings import check_ending, check_refiled
from chalicelib.permit.rules.main_limits import MAIN, MainLimits
from chalicelib.permit.settlement import AT_ONCE, Settlement, settlement_of
from chalicelib.permit.state import Permit
from chalicelib.policy.profile import Profile

NO_EFFECTS = ClockEffects()
# No instant follows the last one, so no case is woken after it.
LAST_BUT_ONE = datetime.max.replace(tzinfo=UTC) - MILLISECOND


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
    effects: ClockEffects = NO_EFFECTS
    unknown: str = ""
    settlement: Settlement = AT_ONCE

    def judged_from(self, finding: Finding) -> datetime:
        """Return the instant after which *finding* is judged.

        A warning does not wait, nor does what an inspector entered: our own doors deliver at once.
        """
        if finding.level == "warning" or finding.is_entered:
            return finding.at
        return self.settlement.judged_from(finding.at)

    def of(self, *names: str) -> Due | None:
        """Return when the first clock of these *names* runs out."""
        states = (state for state in self.clock_states if state.clock.name in names)
        state = next(states, None)
        return state.due if state else None

    def at(self, now: datetime) -> LimitsAt:
        """Return the state of the limits at *now*."""
        crossed: list[Finding] = []
        coming: list[Finding] = []
        for finding in self.findings:
            judged_from = self.judged_from(finding) if finding.at < now else now
            if judged_from < now:
                crossed.append(finding._replace(judged_from=judged_from))
            else:
                coming.append(finding)
        held = next((finding for finding in crossed if finding.is_held), None)
        missing = "" if self._is_ahead_of(now) else self.unknown
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

    def _is_ahead_of(self, now: datetime) -> bool:
        """Return whether no main clock counts yet at *now*: only silence could start them."""
        return self.start is not None and self.start.since is not None and now <= self.start.since

    def is_to_come(self, clock: Clock, now: datetime) -> bool:
        """Return whether *clock* does not run *now*, as only further silence would start it."""
        if self.silence is not None and clock.name == "delivery":
            return now < self.silence.at
        return clock.since is not None and now <= clock.since

    def dues(self, now: datetime) -> dict[str, Due]:
        """Return when each clock runs out, by its key, as far as that is known *now*.

        Clocks that stand still, were stopped, or need further silence to start are left out. A main
        clock of a closed case stays: it says by when the decision was due.
        """
        running = (
            state
            for state in self.clock_states
            if (state.clock.stop is None or state.clock.name in MAIN)
            and not self.is_to_come(state.clock, now)
        )
        return {
            state.clock.key: Due(due.at, due.missing, in_doubt=state.in_doubt)
            for state in running
            if (due := state.due) is not None
        }

    @property
    def promise(self) -> Due | None:
        """When the promise runs out, or for a lower authority the first review."""
        return self.of("promise", "first_review")

    @property
    def is_paused(self) -> bool:
        """Whether a special procedure that pauses the main clocks is open."""
        pauses = self.clock_states[0].clock.interruptions.pauses if self.clock_states else ()
        return any(pause.end is None for pause in pauses)

    @property
    def statutory(self) -> Due | None:
        """When the statutory limit runs out."""
        return self.of("statutory")


def complete_limits(main: MainLimits, rules: Rules) -> CheckedLimits:
    """Return the limits whose *main* part is known, with all other findings. Raises Unknown."""
    permit, examined, effects = main.permit, main.examined, main.effects
    profile, approved, region = rules.profile, main.approved, permit.region
    over = permit.closing.at if permit.closing else None
    over = approved.at if approved is not None else over
    later = [*side_clocks(permit, effects, over, rules), *main.after]
    if permit.ownership.transfers:
        later = [_transferred(clock, permit) for clock in later]
    beside = [run_clock(clock, rules) for clock in later]
    others = (*examined.clocks, *(state for state in beside if state.is_within_reach))
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
    return CheckedLimits(
        findings=tuple(sorted(findings, key=attrgetter("at"))),
        clock_states=(*main.states, *others, *refiled),
        start=examined.start,
        silence=approved,
        effects=effects,
        unknown=main.unknown,
        settlement=_settlement(permit, rules),
    )


def _transferred(clock: Clock, permit: Permit) -> Clock:
    """Return *clock* with the department that had the case when it started (移送)."""
    if clock.department:
        return clock
    return clock._replace(department=permit.ownership.since(clock.start))


def _settlement(permit: Permit, rules: Rules) -> Settlement:
    """Return from when on the findings of *permit* are judged: by the source that opened it."""
    opening = permit.acceptance or next(iter(permit.openings), None)
    source = rules.sources.of(opening.source if opening else "")
    return settlement_of(opening, source, rules.counting)


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
