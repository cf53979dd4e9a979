"""The work list of inspectors (待办): which cases wait for one of them, and in what order.

Pure. One list has what a person decides: appeals, by the end of the time to decide, then proposals,
the gravest first and of these the oldest. The other has what a person looks after: answers to
judge, cases on hold, leads. Contested late news has a list of its own (`snapshot.claims`).
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.instant import text

WorkList = Literal["decide", "look"]
WorkKind = Literal["appeal", "proposal", "answer", "held", "lead"]
LISTS: Mapping[WorkList, tuple[WorkKind, ...]] = {
    "decide": ("appeal", "proposal"),
    "look": ("answer", "held", "lead"),
}
LIST_OF: Mapping[WorkKind, WorkList] = {
    kind: name for name, kinds in LISTS.items() for kind in kinds
}
_KIND_OF_STATE: Mapping[str, WorkKind] = {  # of a card
    "appealed": "appeal",
    "proposed": "proposal",
    "step_proposed": "proposal",
    "responded": "answer",
}
_GRAVEST_FIRST = ("referral", "supervision", "red", "yellow")
_APPEAL_DECISION = "appeal_decision"
_NEVER = "9999"  # sorts after every instant


class WorkPlace(NamedTuple):
    """The *list* that has a case, and its place there, which no other case has."""

    list: WorkList
    place: str


def work_kind(snapshot: CaseSnapshot) -> WorkKind | None:
    """Return what a case waits for; None where no inspector has anything to do."""
    if snapshot.kind == "sealed":
        return "lead"
    kind = _KIND_OF_STATE.get(snapshot.lamp) if snapshot.kind == "card" else None
    if kind is None and snapshot.held_for and snapshot.lamp != "closed":
        return "held"
    return kind


def work_place(snapshot: CaseSnapshot) -> WorkPlace | None:
    """Return where the work lists have the case of *snapshot*; None: none has it."""
    kind = work_kind(snapshot)
    if kind is None:
        return None
    place = f"{place_prefix(kind)}{_rank(snapshot)}#{_since(snapshot, kind)}#{snapshot.public_case}"
    return WorkPlace(LIST_OF[kind], place)


def place_prefix(kind: WorkKind) -> str:
    """Return how the places of a *kind* begin, in its list."""
    return f"{LISTS[LIST_OF[kind]].index(kind)}"


def _rank(snapshot: CaseSnapshot) -> int:
    """Return how grave a card is, 0 the gravest; an appeal goes by the time that is left alone."""
    if snapshot.lamp == "appealed" or snapshot.level not in _GRAVEST_FIRST:
        return len(_GRAVEST_FIRST)
    return _GRAVEST_FIRST.index(snapshot.level)


def _since(snapshot: CaseSnapshot, kind: WorkKind) -> str:
    """Return the instant by which the case is sorted, as text."""
    if kind == "appeal" and _APPEAL_DECISION in snapshot.dues:
        return text(snapshot.dues[_APPEAL_DECISION].at)
    if kind == "held":
        return text(snapshot.due_at) if snapshot.due_at else _NEVER
    return snapshot.about.get("at", _NEVER)
