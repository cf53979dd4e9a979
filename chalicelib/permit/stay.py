"""Stages (环节) and parts (分办): who inside a case has it, since when, and for how long.

A stage is entered and left; a case may be in several at once. In a joint case (并联审批) each
authority's part is a stage, which begins with the acceptance. A part *after* another begins when
its authority is notified that the other has ended (浙江省保障“最多跑一次”改革规定 5); without a
notice, when the other ends.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.intake.event_types import Reported
from chalicelib.policy.limit import Limit

StageKey = tuple[str, str]
"""A department (empty: the case's own) and the name of the stage."""


class Stay(Struct, frozen=True):
    """*stage* of *department* from *start* to *end* (None: still there), by its limits."""

    stage: str
    department: str
    start: datetime
    end: datetime | None
    limit: Limit | None
    told: Fact  # what began it
    listed: Limit | None = None

    @property
    def key(self) -> str:
        """The key of the stay, which no other of its case has."""
        # Either may have a slash: no other pair of names reads like this one.
        department = self.department.replace("%", "%25").replace("/", "%2F")
        return f"{self.told.key}/{department}/{self.stage}"


class Stays(NamedTuple):
    """The *stays* that entering and leaving make, and the facts that do not fit."""

    stays: list[Stay]
    set_aside: list[tuple[Fact, str]]


def stays_of(facts: Sequence[Fact], acceptance: Fact | None, listed: Mapping[str, Limit]) -> Stays:
    """Return the stays that *facts*, in order of time, make; *listed* are limits by stage."""
    parts = _parts(acceptance)
    stays, set_aside = list[Stay](), list[tuple[Fact, str]]()
    entered: dict[StageKey, Fact] = {}
    left: dict[StageKey, datetime] = {}
    begun = set(parts)

    def stay(key: StageKey, end: datetime | None) -> Stay:
        (department, stage), entry = key, entered[key]
        limit = _limit(entry.data) or _limit(parts.get(key, {}))
        return Stay(stage, department, entry.at, end, limit, entry, listed.get(stage))

    for fact in facts:
        key = _stage_key(fact.data)
        is_entry = fact.kind == Reported.STAGE_ENTERED
        if is_entry and key in entered:
            set_aside.append((fact, "in that stage already"))
        elif is_entry:
            entered[key] = fact
        elif left_key := _find_left_stage(key, entered, begun):
            if left_key in entered:
                stays.append(stay(left_key, fact.at))
                entered.pop(left_key)
            left.setdefault(left_key, fact.at)
            begun.discard(left_key)
        else:
            set_aside.append((fact, "not in that stage"))
    stays += [stay(key, None) for key in entered]
    if acceptance is not None and parts:
        stays = _with_parts(stays, parts, left, acceptance)
    return Stays(sorted(stays, key=attrgetter("start")), set_aside)


def _limit(data: Mapping[str, object]) -> Limit | None:
    limit = data.get("limit")
    return Limit.read_object(limit) if limit else None


def _parts(acceptance: Fact | None) -> dict[StageKey, Mapping[str, object]]:
    parts = acceptance.data.get("parts") if acceptance else None
    return {_stage_key(part): part for part in parts} if isinstance(parts, list) else {}


def _stage_key(data: Mapping[str, object]) -> StageKey:
    department = str(data.get("department") or "")
    return department, str(data.get("stage") or department)


def _find_left_stage(
    key: StageKey, entered: Collection[StageKey], begun: Collection[StageKey]
) -> StageKey | None:
    """Return which stage was left: *key*, or the one like it that names a department or none."""
    if key in entered or key in begun:
        return key
    keys = {*entered, *begun}
    alike = [other for other in keys if other[1] == key[1] and "" in (other[0], key[0])]
    return alike[0] if len(alike) == 1 else None


def _with_parts(
    reported: Sequence[Stay],
    parts: Mapping[StageKey, Mapping[str, object]],
    left: Mapping[StageKey, datetime],
    acceptance: Fact,
) -> list[Stay]:
    """Return *reported* stays with the *parts*, which begin by law, entered late or not."""
    stays = list(reported)
    ends: dict[str, datetime] = {}
    for left_key in sorted(left, key=lambda key: key not in parts):  # the parts themselves first
        for name in left_key:
            ends.setdefault(name, left[left_key])
    for key, part in parts.items():
        stays_in = (stay for stay in reported if (stay.department, stay.stage) == key)
        # A return to the part after it was left is another stay.
        first = (each for each in stays_in if key not in left or each.start <= left[key])
        entered = next(first, None)
        start, end = acceptance.at, left.get(key)
        if part.get("after"):
            if str(part["after"]) not in ends:
                continue
            # The notice that it is its turn begins it anew: the stay so far was only waiting.
            start, end = ends[str(part["after"])], entered.start if entered else end
        elif entered is not None:
            stays.remove(entered)
        limit = _limit(part) or (entered.limit if entered else None)
        listed = entered.listed if entered else None
        stays.append(Stay(key[1], key[0], start, end, limit, acceptance, listed))
    return stays
