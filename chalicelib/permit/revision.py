"""Revision (期限修订): which due instants move because the rules change, and for no other reason.

Where other rules are in force than those under which a snapshot was judged, its facts are judged
again by themselves. Each clock that runs out at another instant gets a fact, `due.revised`, before
any later report is judged (as 国办发明电〔2020〕1号 lengthened a holiday while limits ran).
"""

from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.clock.due import Due
from chalicelib.findings.clock import Clock
from chalicelib.instant import text
from chalicelib.intake.event_types import Derived
from chalicelib.permit.decide import evaluate
from chalicelib.permit.rules.time_limits import CheckedLimits


def revisions(snapshot: CaseSnapshot, case: CaseHistory, rules: Rules, now: datetime) -> list[Fact]:
    """Return which clocks of *case* run out at another instant under *rules* than in *snapshot*.

    The snapshot has judged the first `snapshot.n` facts. That number and the rules make the key, so
    a retry adds nothing. A stopped clock, or a case that cannot be judged, gets no revision: cards
    and annotations report on those.
    """
    if not snapshot.rules or snapshot.rules in rules.names:
        return []  # a snapshot without rules cannot be compared
    evaluation = evaluate(case.until(snapshot.n), rules.as_of(now))
    rules = evaluation.rules
    if evaluation.limits.unknown:
        return []
    why = {"cause": _cause(snapshot.rules, rules.name), **rules.versions, "noticed_at": text(now)}
    revised: list[Fact] = []
    for name, change in _moved(snapshot, evaluation.limits).items():
        key = f"revised/{name}/{snapshot.n}/{rules.name}"
        data = evaluation.permit.belongs_to | change | why
        revised.append(Fact(0, Derived.DUE_REVISED, key, now, now, told=False, data=data))
    return list(case.numbered(revised))


def _moved(snapshot: CaseSnapshot, limits: CheckedLimits) -> dict[str, dict[str, object]]:
    """Return, by clock, the revision of each running clock that *snapshot* has otherwise.

    A clock that the new rules do not have, or under which it stands still, is due no more.
    """
    was, now = snapshot.dues, limits.dues(snapshot.judged_at)
    clocks = {state.clock.key: state.clock for state in limits.clock_states}
    running = {name: clock for name, clock in clocks.items() if clock.stop is None}
    gone = {name: None for name in was if name not in clocks}
    return {
        name: _revision_data(name, clock, was.get(name), now.get(name))
        for name, clock in (running | gone).items()
        if _comparable(was.get(name)) != _comparable(now.get(name))
    }


def _revision_data(
    name: str, clock: Clock | None, was: Due | None, now: Due | None
) -> dict[str, object]:
    data: dict[str, object] = {
        "clock": name.partition(":")[0],  # the rest may be an event's id: not for the public
        "stage": clock.label if clock else "",
        "department": clock.department if clock else "",
        "was": _comparable(was)[0],
        "due_at": _comparable(now)[0],
        "provisional": _comparable(now)[1],
        "missing": now.waits_for if now else "",
    }
    return {field: value for field, value in data.items() if value}


def _comparable(due: Due | None) -> tuple[str, bool]:
    return (text(due.at), due.provisional) if due else ("", False)


def _cause(was: str, now: str) -> str:
    """Return which rules are new: "policy" (the profile), "calendar", or both at once."""
    names = ("policy", "calendar")
    parts = zip(names, was.split("/"), now.split("/"), strict=True)
    new = [name for name, before, after in parts if before != after]
    return new[0] if len(new) == 1 else "policy_and_calendar"
