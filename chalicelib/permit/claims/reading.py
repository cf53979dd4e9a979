"""A reading of a case: what its facts fold into as they act in it, by which rules, in what time.

Pure. The main limits come first, as most that differs between two readings is seen in them.

A case keeps the rules (适用规则) that were in force when it was accepted (DOMAIN §1.8). Before the
acceptance, and where silence accepts it, the day of receipt stands for that of the acceptance. The
day is that of the reading: a time that was told late, and would choose milder rules, is weighed as
any other late news (CLAIMS §4).
"""

from datetime import datetime
from typing import NamedTuple

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Binding, Rules
from chalicelib.clock.delivery import in_time_until
from chalicelib.errors import Unknown
from chalicelib.permit.clocks.examination import examine
from chalicelib.permit.effects import known_effects
from chalicelib.permit.rules.main_limits import MainLimits, check_main_limits
from chalicelib.permit.rules.running import join_limits, join_main
from chalicelib.permit.rules.scope import within_scope
from chalicelib.permit.rules.time_limits import CheckedLimits, complete_limits
from chalicelib.permit.state import Permit, fold


class CaseReading(NamedTuple):
    """The *permit* and its *limits* in one reading of the *case*, under the *rules* of its day."""

    case: CaseHistory
    permit: Permit
    limits: CheckedLimits
    rules: Rules


class MainReading(NamedTuple):
    """A reading with its main limits by stages of the binding rules; None: a calendar lacks."""

    case: CaseHistory
    permit: Permit
    binding: tuple[Binding, ...]
    stages: tuple[MainLimits, ...] | None

    @property
    def limits(self) -> MainLimits | None:
        """The main limits, over all stages."""
        if self.stages is None:
            return None
        return join_main(self.binding, self.stages)


def read(case: CaseHistory, rules: Rules) -> CaseReading:
    """Fold one reading and check its time limits; a missing calendar is named, never guessed."""
    return complete(read_main(case, rules))


def read_main(case: CaseHistory, rules: Rules) -> MainReading:
    """Fold one reading and check its main limits; the rest is left to `complete`."""
    permit = fold(case)
    binding = rules_of(permit, case, rules)
    try:
        stages = tuple(check_main_limits(permit, each.rules) for each in binding)
        return MainReading(case, permit, binding, stages)
    except Unknown:
        return MainReading(case, permit, binding, None)


def complete(main: MainReading) -> CaseReading:
    """Return the reading that was begun as *main*, with all its limits."""
    case, permit, rules = main.case, main.permit, main.binding[-1].rules
    try:
        checked = main.stages or [check_main_limits(permit, each.rules) for each in main.binding]
        stages = zip(main.binding, checked, strict=True)
        completed = [complete_limits(each, binding.rules) for binding, each in stages]
        limits = within_scope(join_limits(main.binding, completed), permit, case, rules)
    except Unknown as error:
        limits = CheckedLimits(effects=known_effects(permit, rules), unknown=error.missing)
    return CaseReading(case, permit, limits, rules)


def rules_of(permit: Permit, case: CaseHistory, rules: Rules) -> tuple[Binding, ...]:
    """Return which of *rules* bind a *permit*, which *case* folds into: the first stage first."""
    if not (rules.is_dated and case.facts):
        return rules.whole
    received, accepted = days_of(permit, case, rules)
    return rules.binding(received, accepted)


def rules_when_opened(opened: datetime, received: datetime, source: str, rules: Rules) -> Rules:
    """Return the rules whose limits bind what was *opened*, and *received* from *source*.

    They are those of its own day, or of the day of receipt if it came late and is no history.
    """
    if not rules.is_dated:
        return rules
    live_from, registered = rules.sources.live_from, rules.sources.of(source)
    try:
        until = in_time_until(opened, registered, rules.at(received).counting)
    except Unknown:
        return rules.at(received)
    is_history = live_from is not None and opened < live_from
    return rules.at(opened if is_history or received <= until else received)


def next_stage_of(permit: Permit, case: CaseHistory, rules: Rules) -> datetime | None:
    """Return when a rule next begins to bind a *permit* although it was accepted before."""
    if not (rules.is_dated and case.facts) or permit.closing is not None:
        return None
    return rules.next_stage(days_of(permit, case, rules)[1])


def days_of(permit: Permit, case: CaseHistory, rules: Rules) -> tuple[datetime, datetime]:
    """Return the instants of receipt and of acceptance that choose the rules of *permit*."""
    opened = [fact.at for fact in permit.opened]
    received = min(opened, default=None) or min(fact.recorded_at for fact in case.facts)
    accepted = permit.acceptance.at if permit.acceptance else received
    try:
        start = examine(permit, rules.binding(received, received)[-1].rules).start
    except Unknown:
        return received, accepted
    return received, start.at if start else accepted
