"""The decider of a sample (案卷抽查): it records what people do, and sets aside what does not fit.

Pure. Nothing else follows by rule: who is drawn can be worked out by anybody, from the list and the
value, and `duban verify` does.
"""

from datetime import datetime

from chalicelib.cases.decision import Decision
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.annotations import set_aside
from chalicelib.instant import text
from chalicelib.sample.state import SampleState, fold


def decide(case: CaseHistory, rules: Rules, now: datetime) -> Decision:  # noqa: ARG001 - no rule
    """Return what follows in the *case* of a sample by *now*."""
    now, state = max(now, case.latest), fold(case)
    noticed = {"noticed_at": text(now)}
    return Decision(
        append=case.numbered(set_aside(case, state.set_aside, noticed)),
        lamp=state.stage,
        about=_about(state),
    )


def _about(state: SampleState) -> dict[str, str]:
    """Return what the list of samples shows of one, so that it need not read the facts of each."""
    if state.committed is None:
        return {}
    reviewed, found = state.share
    return {
        "at": text(state.committed.recorded_at),
        "list": state.committed.text("list"),
        "reviewed": str(reviewed),
        "with_defects": str(found),
    }
