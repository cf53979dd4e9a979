"""Stages (环节) and parts (分办): who inside a case has it, since when, and for how long.

A stage is entered and left; a case may be in several at once. In a joint case (并联审批) each
authority's part is a stage of its own: simultaneous parts begin for all with the acceptance, a
part that comes *after* another begins when its authority is told that the other has ended
(浙江省保障“最多跑一次”改革规定 5), or where nobody tells, when it has.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.intake.event_types import Reported
from chalicelib.policy.limit import Limit

StageKey = tuple[str, str]
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
    stays = Stays()
    entered: dict[StageKey, Fact] = {}
    left: dict[StageKey, datetime] = {}
    begun = set(parts)

    def stay(place: StageKey, end: datetime | None) -> Stay:
        (department, stage), told = place, entered[place]
        limit = _limit(told.data) or _limit(parts.get(place, {})) or listed.get(stage)
        return Stay(stage, department, told.at, end, limit, told)

    for fact in facts:
        key = _stage_key(fact.data)
        if fact.kind == Reported.STAGE_ENTERED and key in entered:
            stays.set_aside.append((fact, "in that stage already"))
        elif fact.kind == Reported.STAGE_ENTERED:
            entered[key] = fact
        elif meant := _meant(key, entered, begun):
            if meant in entered:
                stays.stays.append(stay(meant, fact.at))
                entered.pop(meant)
            left.setdefault(meant, fact.at)
            begun.discard(meant)
        else:
            stays.set_aside.append((fact, "not in that stage"))
    stays.stays += [stay(place, None) for place in entered]
    if acceptance is not None and parts:
        stays.stays = _with_parts(stays.stays, parts, left, acceptance)
    stays.stays.sort(key=lambda stay: stay.start)
    return stays


def _limit(data: Mapping[str, object]) -> Limit | None:
    limit = data.get("limit")
    return Limit.read(limit) if limit else None


def _parts(acceptance: Fact | None) -> dict[StageKey, Mapping[str, object]]:
    parts = acceptance.data.get("parts") if acceptance else None
    return {_stage_key(part): part for part in parts} if isinstance(parts, list) else {}


def _stage_key(data: Mapping[str, object]) -> StageKey:
    department = str(data.get("department") or "")
    return department, str(data.get("stage") or department)


def _meant(
    place: StageKey, entered: Collection[StageKey], begun: Collection[StageKey]
) -> StageKey | None:
    """Which of those *entered*, or *begun* by law, was left: *place*, or the one that is like it.

    Alike are two of the same stage where only one side names a department.
    """
    if place in entered or place in begun:
        return place
    keys = {*entered, *begun}
    alike = [
        stage_key
        for stage_key in keys
        if stage_key[1] == place[1] and "" in (stage_key[0], place[0])
    ]
    return alike[0] if len(alike) == 1 else None


def _with_parts(
    told: Sequence[Stay],
    parts: Mapping[StageKey, Mapping[str, object]],
    left: Mapping[StageKey, datetime],
    acceptance: Fact,
) -> list[Stay]:
    """The *told* stays and those of the *parts*, which begin by law, entered or not.

    What has begun by law stays as it was when the part is entered late.
    """
    stays = list(told)
    ends = {name: at for place, at in left.items() for name in place}
    for key, part in parts.items():
        entered = next((stay for stay in stays if _is_first(stay, key, left)), None)
        start, end = acceptance.at, left.get(key)
        if part.get("after"):
            if str(part["after"]) not in ends:
                continue
            # Told that it is its turn, it begins anew: what is here was the waiting for that.
            start, end = ends[str(part["after"])], entered.start if entered else end
        elif entered is not None:
            stays.remove(entered)
        limit = _limit(part) or (entered.limit if entered else None)
        stays.append(Stay(key[1], key[0], start, end, limit, acceptance))
    return stays


def _is_first(stay: Stay, place: StageKey, left: Mapping[StageKey, datetime]) -> bool:
    """Whether *stay* is the part at *place* itself, and not a return to it once it was left."""
    is_there = (stay.department, stay.stage) == place
    return is_there and (place not in left or stay.start <= left[place])
