"""Pairs suspensions with resumptions: facts in order of time → procedures, and facts set aside.

A procedure is suspended once at a time. A resumption ends the procedure that it names; one that
names none ends all that are open. Late news is paired by its own time (CLAIMS §4): a resumption
ends the pauses in which its own time lies, and a suspension that was resumed before it was received
adds nothing. A pause lasts from when its suspension acts until the first such resumption acts.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from msgspec import Struct, field

from chalicelib.cases.fact import Fact, place_in_time
from chalicelib.intake.event_types import Reported
from chalicelib.permit.procedure import Procedure

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
