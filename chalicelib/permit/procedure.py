"""A special procedure (特别程序): hearing, testing, expert review … whose time does not count.

行政许可法 45 takes its time out of the limit, if the applicant was notified in writing how long it
would take. An unknown procedure, or one held before, takes nothing out. One that lacks what
`[pause]` needs is in doubt, and none takes out more than its longest. Each of these is a finding
(V-13). Each procedure also has a clock of its own: its approved length (DOMAIN PAU-04).

A procedure is suspended once at a time. A resumption ends the procedure that it names; one that
names none ends all that are open. Late news is paired by its own time (CLAIMS §4): a resumption
ends the pauses in which its own time lies, and a suspension that was resumed before it was received
adds nothing. A pause lasts from when its suspension acts until the first such resumption acts.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from msgspec import Struct, field

from chalicelib.cases.fact import Fact, place_in_time
from chalicelib.clock.counting import Counting
from chalicelib.clock.pause import Pause, is_longer
from chalicelib.intake.event_types import Reported
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


_OwnPlace = tuple[datetime, str, datetime]
"""The place of a fact in time by its own time, whenever it acts."""

_place = itemgetter(0)
_ALL = ""  # what a resumption names that ends whatever is open


class Pairing(Struct):
    """The procedures that suspensions and resumptions make, and the facts that do not fit."""

    procedures: list[Procedure] = field(default_factory=list)
    set_aside: list[tuple[Fact, str]] = field(default_factory=list)
    _open: dict[str, list[Fact]] = field(default_factory=dict)
    _ended_at: dict[str, _OwnPlace] = field(default_factory=dict)
    # Resumptions that ended nothing, by what they name, in order of their own times.
    _idle: dict[str, list[tuple[_OwnPlace, str, Fact]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def take(self, tied: Sequence[Fact]) -> None:
        """Take the facts that have no order among them (*tied*), resumptions first.

        A resumption that ends nothing open ends a suspension of its own moment: a pause of no
        length.
        """
        early = []
        for fact in tied:
            if fact.kind == Reported.CASE_SUSPENDED:
                self._suspend(fact)
            elif not self._resume(fact):
                early.append(fact)
        for fact in early:
            if not self._resume(fact):
                insort(self._idle[fact.text("procedure")], (_own_place(fact), fact.key, fact))

    def _suspend(self, fact: Fact) -> None:
        if fact.occurred_at is not None and self._was_ended(fact):
            self.procedures.append(Procedure(fact, fact.at))
        else:
            self._open.setdefault(fact.text("procedure"), []).append(fact)

    def _was_ended(self, late: Fact) -> bool:
        """Return whether a resumption that acts already has ended the procedure of *late* news."""
        name, place = late.text("procedure"), _own_place(late)
        was_ended = any(self._ended_at.get(each, place) > place for each in (name, _ALL))
        for idle in (self._idle[name], self._idle[_ALL]):
            n = bisect_left(idle, (place,))
            if n < len(idle):
                idle.pop(n)  # it was received before what it ended
                was_ended = True
        return was_ended

    def _resume(self, fact: Fact) -> bool:
        named, place = fact.text("procedure"), _own_place(fact)
        self._ended_at[named] = max(place, self._ended_at.get(named, place))
        names = [*self._open] if named == _ALL else [named] if named in self._open else []
        is_useful = False
        for name in names:
            ended, self._open[name] = _part(self._open[name], place)
            if ended:
                is_useful = True
                self._end(ended, fact)
        return is_useful

    def _end(self, suspensions: Sequence[Fact], resumption: Fact | None) -> None:
        """End the first of *suspensions* of one procedure; the others suspended it no more."""
        first, *again = suspensions
        self.procedures.append(Procedure(first, resumption.at if resumption else None))
        self.set_aside += [(suspension, "already suspended") for suspension in again]

    def close(self) -> "Pairing":
        """Leave open what nobody resumed."""
        for suspensions in filter(None, self._open.values()):
            self._end(suspensions, None)
        idle = sorted(each for facts in self._idle.values() for each in facts)
        self.set_aside += [(fact, "nothing to resume") for _, _, fact in idle]
        self.procedures.sort(key=lambda procedure: procedure.told.at)
        return self


def pair_procedures(facts: Sequence[Fact]) -> Pairing:
    """Return the procedures that *facts* make: suspensions and resumptions, sorted as they act."""
    pairing = Pairing()
    placed = sorted([(place_in_time(fact), fact) for fact in facts], key=_place)
    for _, tied in groupby(placed, key=_place):
        pairing.take([fact for _, fact in tied])
    return pairing.close()


def _part(suspensions: list[Fact], place: _OwnPlace) -> tuple[list[Fact], list[Fact]]:
    """Return those of *suspensions* that a resumption of the *place* in time ends, and the rest."""
    ended = [fact for fact in suspensions if _own_place(fact) < place]
    if ended:
        return ended, [fact for fact in suspensions if _own_place(fact) >= place]
    ended = [fact for fact in suspensions if _own_place(fact) == place]
    return ended, [fact for fact in suspensions if _own_place(fact) > place]


def _own_place(fact: Fact) -> _OwnPlace:
    own = fact.occurred_at or fact.at
    return own, fact.sequence, fact.written_at or own
