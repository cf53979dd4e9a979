"""The day on which a permit fell due (到期日), for the share of cards in those that did.

Pure. A case counts where its last due instant lies in the period, unless it was withdrawn,
cancelled or returned before that, or enters no rate (CLAIMS §2).
"""

from collections.abc import Mapping

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.clock.due import Due
from chalicelib.instant import local_time
from chalicelib.intake.event_types import CLOSING_TYPES, Reported
from chalicelib.permit.claims.weighing import Weighing
from chalicelib.permit.left_out import left_out
from chalicelib.permit.rules.main_limits import MAIN

_ENDED_WITHOUT = CLOSING_TYPES - {Reported.CASE_DECIDED}


def fell_due(case: CaseHistory, weighing: Weighing, dues: Mapping[str, Due], rules: Rules) -> str:
    """Return the local day by which a permit had to be decided, `2026-11-09`; "" if uncounted."""
    due = next((dues[clock] for clock in MAIN if clock in dues), None)
    closing = weighing.judged.permit.closing
    if due is None or left_out(case, weighing, rules):
        return ""
    if closing is not None and closing.kind in _ENDED_WITHOUT and closing.at <= due.at:
        return ""
    return local_time(due.at, rules.profile.zone).date().isoformat()
