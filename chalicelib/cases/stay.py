"""Stages (环节) and parts (分办): who inside a case has it, since when, and for how long.

A stage is entered and left; a case may be in several at once. In a joint case (并联审批) each
authority's part is a stage of its own: simultaneous parts begin for all with the acceptance, a
part that comes *after* another begins when its authority is told that the other has ended
(浙江省保障“最多跑一次”改革规定 5), or where nobody tells, when it has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.policy.limit import Limit

ENTERED, LEFT = "stage.entered", "stage.left"

Place = tuple[str, str]
"""A department (empty: the case's own) and the name of the stage."""


@dataclass(frozen=True, slots=True)
class Stay:
    """*stage* of *department* from *start* to *end* (None: still there); *limit* if one is set."""

    stage: str
    department: str
    start: datetime
    end: datetime | None
    limit: Limit | None
    told: Fact  # what began it

    @property
    def key(self) -> str:
        """What tells it from every other stay of its case."""
        return f"{self.told.key}/{self.department}/{self.stage}"


@dataclass(slots=True)
class Stays:
    """What entering and leaving come to, and what does not fit."""

    stays: list[Stay] = field(default_factory=list)
    set_aside: list[tuple[Fact, str]] = field(default_factory=list)


def stays_of(facts: Sequence[Fact], acceptance: Fact | None, listed: Mapping[str, Limit]) -> Stays:
    """Pair *facts*, in order of time; *listed* are the catalogue's limits by name of the stage."""
    parts = _parts(acceptance)
    found = Stays()
    entered: dict[Place, Fact] = {}
    left: dict[Place, datetime] = {}
    for fact in facts:
        place = _place(fact.data)
        if fact.kind == ENTERED and place in entered:
            found.set_aside.append((fact, "in that stage already"))
        elif fact.kind == ENTERED:
            entered[place] = fact
        elif place in entered:
            found.stays.append(_stay(entered.pop(place), fact.at, listed))
            left.setdefault(place, fact.at)
        elif place in parts and place not in left:
            left[place] = fact.at
        else:
            found.set_aside.append((fact, "not in that stage"))
    found.stays += [_stay(fact, None, listed) for fact in entered.values()]
    if acceptance is not None and parts:
        found.stays = _with_parts(found.stays, parts, left, acceptance)
    found.stays.sort(key=lambda stay: stay.start)
    return found


def _stay(entered: Fact, end: datetime | None, listed: Mapping[str, Limit]) -> Stay:
    department, stage = _place(entered.data)
    limit = entered.data.get("limit")
    by = Limit.read(limit) if limit else listed.get(stage)
    return Stay(stage, department, entered.at, end, by, entered)


def _parts(acceptance: Fact | None) -> dict[Place, Mapping[str, object]]:
    parts = acceptance.data.get("parts") if acceptance else None
    return {_place(part): part for part in parts} if isinstance(parts, list) else {}


def _place(data: Mapping[str, object]) -> Place:
    department = str(data.get("department") or "")
    return department, str(data.get("stage") or department)


def _with_parts(
    told: Sequence[Stay],
    parts: Mapping[Place, Mapping[str, object]],
    left: Mapping[Place, datetime],
    acceptance: Fact,
) -> list[Stay]:
    """The *told* stays, the first of each part as the part has it, and the parts nobody entered."""
    stays = list(told)
    ends = {stage: at for (_, stage), at in left.items()}
    for place, part in parts.items():
        department, stage = place
        limit = Limit.read(part["limit"]) if part.get("limit") else None
        first = next((stay for stay in stays if (stay.department, stay.stage) == place), None)
        start = ends.get(str(part["after"])) if part.get("after") else acceptance.at
        if first is not None:
            # Whoever is told later than the law has it cannot make the clock start later.
            begins = first.start if part.get("after") else acceptance.at
            stays[stays.index(first)] = replace(first, start=begins, limit=first.limit or limit)
        elif start is not None:
            stays.append(Stay(stage, department, start, left.get(place), limit, acceptance))
    return stays
