"""Whose case it is (归属): fixed by the first acceptance on record, whatever is told later.

Pure. An inspector mends an error (`case.reassigned`). A transfer (移送) counts from the consent of
the receiver or of an inspector, for clocks that start after it. Cards stay where they were earned.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter

from msgspec import Struct

from chalicelib.cases.case_id import number_in
from chalicelib.cases.fact import Fact
from chalicelib.intake.event_types import Reported

DECLINED = "the transfer was declined"
_ANSWERS = frozenset({Reported.TRANSFER_AGREED, Reported.TRANSFER_DECLINED})
OWNING_TYPES = _ANSWERS | {Reported.CASE_REASSIGNED, Reported.CASE_TRANSFERRED}


class Ownership(Struct, frozen=True):
    """The department that *owns* a case, and the agreed *transfers* in order of time."""

    owner: str = ""
    transfers: tuple[tuple[datetime, str], ...] = ()
    set_aside: tuple[tuple[Fact, str], ...] = ()

    def since(self, start: datetime) -> str:
        """Return who answers for what starts at *start*; empty: the owner."""
        return next((name for at, name in reversed(self.transfers) if at < start), "")

    @property
    def current(self) -> str:
        """The department that has the case now."""
        return self.transfers[-1][1] if self.transfers else self.owner


def read_ownership(told: Sequence[Fact], opened: Fact | None) -> Ownership:
    """Return whose the case is that was *opened* so, by what is *told* of that (OWNING_TYPES)."""
    reassigned = [fact for fact in told if fact.kind == Reported.CASE_REASSIGNED and fact.origin]
    last = max(reassigned, key=attrgetter("n"), default=opened)
    owner = last.text("department") if last else ""
    transfers = {fact.n: fact for fact in told if fact.kind == Reported.CASE_TRANSFERRED}
    if not transfers:
        return Ownership(owner)
    agreed: list[tuple[datetime, str]] = []
    declined: list[tuple[Fact, str]] = []
    for n, answer in _answers(told).items():
        if n in transfers and answer.kind == Reported.TRANSFER_AGREED:
            agreed.append((answer.recorded_at, transfers[n].text("department")))
        elif n in transfers:
            declined.append((transfers[n], DECLINED))
    return Ownership(owner, tuple(sorted(agreed)), tuple(declined))


def waiting_transfers(told: Sequence[Fact]) -> Iterator[Fact]:
    """Yield the transfers among *told* that nobody agreed to or declined yet."""
    answered = _answers(told)
    transfers = (fact for fact in told if fact.kind == Reported.CASE_TRANSFERRED)
    return (fact for fact in transfers if fact.n not in answered)


def answer_to(told: Sequence[Fact], n: int) -> Fact | None:
    """Return the answer among *told* that counts for transfer *n*; None: it waits for one."""
    return _answers(told).get(n)


def _answers(told: Sequence[Fact]) -> dict[int, Fact]:
    """Return the first answer to each transfer, by the transfer's number."""
    answers: dict[int, Fact] = {}
    for fact in sorted(told, key=attrgetter("n")):
        n = number_in(fact.data.get("transfer")) if fact.origin else None
        if n is not None and fact.kind in _ANSWERS:
            answers.setdefault(n, fact)
    return answers
