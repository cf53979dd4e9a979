"""A reading of a case: what its facts fold into as they act in it, and the time limits then.

Pure. The main limits come first, as most that differs between two readings is seen in them.
"""

from typing import NamedTuple

from chalicelib.cases.effects import known_effects
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.permit import Permit, fold
from chalicelib.cases.rules import Rules
from chalicelib.errors import Unknown
from chalicelib.rules.main_limits import MainLimits, check_main_limits
from chalicelib.rules.scope import within_scope
from chalicelib.rules.time_limits import CheckedLimits, complete_limits


class CaseReading(NamedTuple):
    """The *permit* and its *limits* in one reading of the *case*."""

    case: CaseHistory
    permit: Permit
    limits: CheckedLimits


class MainReading(NamedTuple):
    """The *permit* in one reading of the *case*, and its main limits; None: a calendar lacks."""

    case: CaseHistory
    permit: Permit
    limits: MainLimits | None


def read(case: CaseHistory, rules: Rules) -> CaseReading:
    """Fold one reading and check its time limits; a missing calendar is named, never guessed."""
    return complete(read_main(case, rules), rules)


def read_main(case: CaseHistory, rules: Rules) -> MainReading:
    """Fold one reading and check its main limits; the rest is left to `complete`."""
    permit = fold(case)
    try:
        return MainReading(case, permit, check_main_limits(permit, rules))
    except Unknown:
        return MainReading(case, permit, None)


def complete(main: MainReading, rules: Rules) -> CaseReading:
    """Return the reading that was begun as *main*, with all its limits."""
    case, permit = main.case, main.permit
    try:
        checked = main.limits or check_main_limits(permit, rules)
        limits = within_scope(complete_limits(checked, rules), permit, case, rules)
    except Unknown as error:
        limits = CheckedLimits(effects=known_effects(permit, rules), unknown=error.missing)
    return CaseReading(case, permit, limits)
