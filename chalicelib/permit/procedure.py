"""A special procedure (特别程序): hearing, testing, expert review … whose time does not count.

行政许可法 45 takes its time out of the limit, if the applicant was notified in writing how long it
would take. An unknown procedure, or one held before, takes nothing out. One that lacks what
`[pause]` needs is in doubt, and none takes out more than its longest. Each of these is a finding
(V-13). Each procedure also has a clock of its own: its approved length (DOMAIN PAU-04).
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.clock.counting import Counting
from chalicelib.clock.pause import Pause, is_longer
from chalicelib.policy.allowance import PauseRule, Procedures
from chalicelib.policy.limit import Limit


class Procedure(Struct, frozen=True):
    """A procedure that the suspension *told* began; it ended at *end* (None: still open)."""

    told: Fact
    end: datetime | None = None

    @property
    def name(self) -> str:
        """Which procedure it is: hearing, testing or another."""
        return self.told.text("procedure")

    @property
    def approved(self) -> Limit | None:
        """The length for which it was approved; None if not reported."""
        approved = self.told.data.get("approved")
        return Limit.read_object(approved) if approved else None

    @property
    def pause(self) -> Pause:
        """The pause that it makes in a clock as it was told."""
        return Pause(self.told.at, self.end, self.approved)


class JudgedPause(NamedTuple):
    """What *procedure* takes out of a clock in each reading, and what it *lacks*, in a word.

    *least*: beyond doubt; *widest*: lawfully; *told*: without the profile's longest; None: nothing.
    """

    procedure: Procedure
    lacks: str = ""
    least: Pause | None = None
    widest: Pause | None = None
    told: Pause | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether it may take out more than is beyond doubt."""
        return self.least is not self.widest

    @property
    def is_cut(self) -> bool:
        """Whether the longest of the profile may take out less than was told."""
        return self.widest is not self.told


def is_given(fact: Fact, name: str) -> bool:
    """Return whether *fact* has the field *name*: in the open, or kept apart as private."""
    kept_apart = fact.data.get("given")
    return bool(fact.data.get(name)) or (isinstance(kept_apart, list) and name in kept_apart)


def judge_pauses(
    procedures: Iterable[Procedure], rule: PauseRule, listed: Collection[str], counting: Counting
) -> list[JudgedPause]:
    """Return what each takes out; the item *listed* some as its own (CLK-06). Raises Unknown."""
    known, held = rule.procedures, set[str]()
    if known is None:
        told = [(each, each.pause) for each in procedures]
        return [JudgedPause(each, "", pause, pause, pause) for each, pause in told]
    judged: list[JudgedPause] = []
    for each in procedures:
        name = each.name
        lacks = _find_ground(name, rule, known, listed) or ("again" if name in held else "")
        if lacks:
            judged.append(JudgedPause(each, lacks))
        else:
            held.add(name)
            judged.append(_judge(each, known.longest_of(name), rule, counting))
    return judged


def _judge(
    procedure: Procedure, longest: Limit, rule: PauseRule, counting: Counting
) -> JudgedPause:
    """Return what *procedure*, which may pause for *longest* at the most, takes out."""
    widest = told = procedure.pause
    may_be_cut = told.approved is None or is_longer(told.start, told.approved, longest, counting)
    if may_be_cut:
        widest = Pause(told.start, told.end, told.approved, longest)
    for need in rule.needs:
        if not is_given(procedure.told, need):
            return JudgedPause(procedure, f"no_{need}", None, widest, told)
    return JudgedPause(procedure, "too_long" if may_be_cut else "", widest, widest, told)


def _find_ground(name: str, rule: PauseRule, known: Procedures, listed: Collection[str]) -> str:
    """Return why the procedure *name* takes nothing out, in a word; empty if it may."""
    if name in listed:
        return ""
    if name in rule.not_by_itself:
        return "not_a_ground"
    return "" if name in known.named else "unknown_procedure"
