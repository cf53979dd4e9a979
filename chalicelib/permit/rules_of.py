"""The rules of a case (适用规则): those that were in force when it was accepted (DOMAIN §1.8).

Pure. A case keeps them for good. Before the acceptance, and where silence accepts it, the day of
receipt stands for that of the acceptance. The day is that of one reading: a time that was told
late, and would choose milder rules, is weighed as any other late news (CLAIMS §4).
"""

from datetime import datetime

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Binding, Rules
from chalicelib.clock.delivery import in_time_until
from chalicelib.errors import Unknown
from chalicelib.permit.clocks.examination import examine
from chalicelib.permit.state import Permit


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
