"""A reading of a case: what its facts fold into as they act in it, and the time limits then.

Pure. The main limits come first, as most that differs between two readings is seen in them.
"""

from typing import NamedTuple

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Binding, Rules
from chalicelib.errors import Unknown
from chalicelib.permit.effects import known_effects
from chalicelib.permit.rules.main_limits import MainLimits, check_main_limits
from chalicelib.permit.rules.running import join_limits, join_main
from chalicelib.permit.rules.scope import within_scope
from chalicelib.permit.rules.time_limits import CheckedLimits, complete_limits
from chalicelib.permit.rules_of import rules_of
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
