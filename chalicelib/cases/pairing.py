"""Pairs suspensions with resumptions: facts in order of time → procedures, and facts set aside.

A procedure is suspended once at a time. A resumption ends the procedure that it names; one that
names none ends all that are open. Late news is paired by its own time: a resumption ends the pause
that its own time lies in. The pause then lasts from the instant at which the suspension acts to
that at which the resumption does, and takes out nothing where that is earlier (CLAIMS §4).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from chalicelib.cases.fact import Fact, in_order_of_time, place_in_time
from chalicelib.cases.procedure import Procedure
from chalicelib.intake.event_types import Reported


@dataclass(slots=True)
class Pairing:
    """The procedures that suspensions and resumptions make, and the facts that do not fit."""

    procedures: list[Procedure] = field(default_factory=list)
    set_aside: list[tuple[Fact, str]] = field(default_factory=list)
    _open: dict[str, Fact] = field(default_factory=dict)

    def take(self, tied: Sequence[Fact]) -> None:
        """Take the facts that have no order among them (*tied*), resumptions first.

        A resumption ends a procedure that was open before. If none was, it ends a suspension of the
        same moment: a pause of no length.
        """
        early = []
        for fact in tied:
            if fact.kind == Reported.CASE_SUSPENDED:
                self._suspend(fact)
            elif not self._resume(fact):
                early.append(fact)
        for fact in early:
            if not self._resume(fact):
                self.set_aside.append((fact, "nothing to resume"))

    def _suspend(self, fact: Fact) -> None:
        procedure = fact.text("procedure")
        if procedure in self._open:
            self.set_aside.append((fact, "already suspended"))
        else:
            self._open[procedure] = fact

    def _resume(self, fact: Fact) -> bool:
        procedure = fact.text("procedure")
        ended = [name for name in self._open if procedure in ("", name)]
        begun = [self._open.pop(name) for name in ended]
        self.procedures.extend(Procedure(start, max(start.at, fact.at)) for start in begun)
        return bool(begun)

    def close(self) -> "Pairing":
        """Leave open what nobody resumed."""
        self.procedures.extend(Procedure(fact) for fact in self._open.values())
        self.procedures.sort(key=lambda procedure: procedure.told.at)
        return self


def pair_procedures(facts: Sequence[Fact]) -> Pairing:
    """Return the procedures that *facts* make: suspensions and resumptions in order of time."""
    pairing = Pairing()
    as_told = in_order_of_time([_as_told(fact) for fact in facts])
    acting = {fact.key: fact for fact in facts}
    for _, tied in groupby(as_told, key=place_in_time):
        pairing.take([acting[fact.key] for fact in tied])
    return pairing.close()


def _as_told(fact: Fact) -> Fact:
    """Return *fact* at its own time, whenever it acts."""
    return replace(fact, at=fact.occurred_at) if fact.occurred_at else fact
