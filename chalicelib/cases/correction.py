"""Corrections (更正): what was reported, with every correction of it applied.

A correction says that one event of its own source and case happened at another time, or never. It
is a reported fact like any other and comes in any order, before its event too. Of several
corrections of an event the latest counts. A later correction may withdraw an earlier one, which
then does not count; so corrections cannot form a circle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.cases.fact import Fact, in_order_of_time
from chalicelib.instant import parse
from chalicelib.intake.event_types import Reported

UNKNOWN = "nothing to correct"  # until its event is on record, if it ever is
NOT_EARLIER = "a correction can only be withdrawn, by a later one"


@dataclass(frozen=True, slots=True)
class Corrected:
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


def apply_corrections(facts: Sequence[Fact]) -> Corrected:
    """Return the reported facts of *facts* with the corrections among them applied."""
    told = in_order_of_time([fact for fact in facts if fact.told])
    corrections = [fact for fact in told if fact.kind == Reported.CASE_CORRECTED]
    if not corrections:
        return Corrected(told)
    by_key = {fact.key: fact for fact in told}
    counts: dict[str, Fact] = {}
    pairs: list[tuple[Fact, Fact]] = []
    set_aside: list[tuple[Fact, str]] = []
    earlier = {fact.key for fact in corrections}
    for correction in reversed(corrections):
        earlier.discard(correction.key)
        if correction.key in counts:
            continue  # withdrawn by a later one
        about = by_key.get(correction.corrects)
        reason = _misfit(correction, about, earlier)
        if about is None or reason:
            set_aside.append((correction, reason))
        else:
            counts.setdefault(about.key, correction)
            pairs.append((about, correction))
    standing = [
        _as_it_stands(fact, counts.get(fact.key))
        for fact in told
        if fact.kind != Reported.CASE_CORRECTED
    ]
    return Corrected(
        told=in_order_of_time([fact for fact in standing if fact is not None]),
        counts=counts,
        pairs=tuple(reversed(pairs)),
        set_aside=tuple(reversed(set_aside)),
    )


def _misfit(correction: Fact, about: Fact | None, earlier: set[str]) -> str:
    """Return why *correction* of *about* cannot be applied; empty if it can."""
    if about is None:
        return UNKNOWN
    if about.kind == Reported.CASE_CORRECTED and not (
        is_withdrawal(correction) and about.key in earlier
    ):
        return NOT_EARLIER
    return ""


def _as_it_stands(fact: Fact, correction: Fact | None) -> Fact | None:
    if correction is None:
        return fact
    return None if is_withdrawal(correction) else replace(fact, at=parse(correction.text("time")))


def is_withdrawal(correction: Fact) -> bool:
    """Return whether *correction* says that its event never happened."""
    return correction.data.get("withdrawn") is True
