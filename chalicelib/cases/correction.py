"""Corrections (更正): the reported facts, with the corrections that act applied to them.

A correction says that one event of its own source and case happened at another time, or never. It
is a reported fact like any other and comes in any order, before its event too. Of several
corrections of an event the last received counts. A later correction may withdraw an earlier one,
which then does not count; so corrections cannot form a circle. A correction never changes whose a
case is (CLAIMS §3).
"""

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.cases.bounded import TOO_MANY_REPORTS, beyond_most, without
from chalicelib.cases.fact import Fact, in_order_of_receipt, in_order_of_time
from chalicelib.instant import parse
from chalicelib.intake.event_types import Reported

UNKNOWN = "nothing to correct"  # until its event is on record, if it ever is
NOT_EARLIER = "a correction can only be withdrawn, by a later one"
TOO_MANY = "too many corrections"
MOST = 20  # corrections of a case that may act


class Corrected(Struct, frozen=True):
    """The reported facts (*told*) as corrected, in order of time, without those withdrawn.

    *counts* has the correction that counts, by the key of its fact. *pairs* are (fact, correction)
    for each correction that has its fact on record and is not withdrawn, counting or not.
    """

    told: list[Fact]
    counts: Mapping[str, Fact] = field(default_factory=dict)
    pairs: tuple[tuple[Fact, Fact], ...] = ()
    set_aside: tuple[tuple[Fact, str], ...] = ()

    @property
    def withdrawn(self) -> set[str]:
        """The keys of the facts that a correction withdraws."""
        return {key for key, correction in self.counts.items() if is_withdrawal(correction)}


def apply_corrections(facts: Sequence[Fact], idle: Collection[int] = ()) -> Corrected:
    """Return the reported facts of *facts* with the corrections among them applied.

    The corrections with the numbers *idle* do not act: they are late, and nobody accepted them.
    """
    beyond = beyond_most(facts)
    told = [fact for fact in without(facts, beyond) if fact.told]
    too_many = [(fact, TOO_MANY_REPORTS) for fact in beyond]
    corrections = corrections_in(told)
    if not corrections:
        return Corrected(in_order_of_time(told), set_aside=tuple(too_many))
    by_key = {fact.key: fact for fact in told}
    counts: dict[str, Fact] = {}
    pairs: list[tuple[Fact, Fact]] = []
    set_aside = [(correction, TOO_MANY) for correction in corrections[MOST:]]
    earlier = {fact.key for fact in corrections[:MOST]}
    for correction in reversed(corrections[:MOST]):
        earlier.discard(correction.key)
        if correction.key in counts:
            continue  # withdrawn by a later one
        about = by_key.get(correction.corrects)
        reason = _misfit(correction, about, earlier)
        if about is None or reason:
            set_aside.append((correction, reason))
            continue
        pairs.append((about, correction))
        if correction.n not in idle:
            counts.setdefault(about.key, correction)
    events = (fact for fact in told if fact.kind != Reported.CASE_CORRECTED)
    corrected = [_as_corrected(fact, counts.get(fact.key)) for fact in events]
    return Corrected(
        told=in_order_of_time([fact for fact in corrected if fact is not None]),
        counts=counts,
        pairs=tuple(reversed(pairs)),
        set_aside=(*reversed(set_aside), *too_many),
    )


def corrections_in(facts: Sequence[Fact]) -> list[Fact]:
    """Return the corrections among *facts*, in the order of receipt."""
    corrections = (fact for fact in facts if fact.told and fact.kind == Reported.CASE_CORRECTED)
    return sorted(corrections, key=in_order_of_receipt)


def _misfit(correction: Fact, about: Fact | None, earlier: set[str]) -> str:
    """Return why *correction* of *about* cannot be applied; empty if it can."""
    if about is None:
        return UNKNOWN
    may_withdraw = is_withdrawal(correction) and about.key in earlier
    return NOT_EARLIER if about.kind == Reported.CASE_CORRECTED and not may_withdraw else ""


def _as_corrected(fact: Fact, correction: Fact | None) -> Fact | None:
    """Return *fact* as *correction* has it; None where that withdraws it."""
    if correction is None:
        return fact
    return None if is_withdrawal(correction) else replace(fact, at=parse(correction.text("time")))


def is_withdrawal(correction: Fact) -> bool:
    """Return whether *correction* says that its event never happened."""
    return correction.data.get("withdrawn") is True
