"""Readings (读法) of a case: at which instant each piece of late news acts (CLAIMS §4).

Pure. News that is received within its source's delivery time after it occurred acts at its own
time. Late news acts when it was received, and its own time is a claim. A late correction does not
act. A reading is the same facts, with some of the claims granted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from chalicelib.cases.correction import Corrected, apply_corrections, corrections_in, is_withdrawal
from chalicelib.cases.fact import Fact, in_order_of_time
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import number_in
from chalicelib.cases.rules import Rules
from chalicelib.clock.delivery import in_time_until
from chalicelib.errors import Unknown
from chalicelib.instant import parse
from chalicelib.intake.event_types import CLAIM_TYPES, OPENING_TYPES, Reported
from chalicelib.policy.sources import Registration

_OPENING = OPENING_TYPES | {Reported.CASE_ACCEPTED}


class Readings:
    """The late news of *case*, and the history that grants some of its claims."""

    def __init__(self, case: CaseHistory, rules: Rules) -> None:
        """Sort the reported facts of *case* by the delivery times in *rules*."""
        self.case = case
        self._rules = rules
        self._live_from = rules.sources.live_from

    @cached_property
    def late(self) -> tuple[Fact, ...]:
        """The late news, in the order of record: events and corrections of events."""
        return tuple(fact for fact in self.case.facts if fact.told and self._is_late(fact))

    @cached_property
    def decided(self) -> Mapping[int, bool]:
        """Whether an inspector accepted a claim, by its number; the last decision counts."""
        decisions = self.case.of_type(*CLAIM_TYPES)
        claims = ((number_in(fact.data.get("claim")), fact.kind) for fact in decisions)
        return {n: kind == Reported.CLAIM_ACCEPTED for n, kind in claims if n is not None}

    @property
    def openings(self) -> frozenset[int]:
        """The numbers of the late news that opens the case."""
        return frozenset(fact.n for fact in self.late if fact.kind in _OPENING)

    def grant(self, claims: Iterable[int]) -> CaseHistory:
        """Return the history in which the *claims*, by number, act as they were told."""
        granted = frozenset(claims)
        ungranted = {fact.n for fact in self.late if fact.n not in granted}
        corrected = apply_corrections(self.case.facts, ungranted)
        if not ungranted:
            return self.case.read_as(corrected)
        acting = [
            replace(fact, at=fact.recorded_at, occurred_at=fact.at) if fact.n in ungranted else fact
            for fact in corrected.told
        ]
        return self.case.read_as(
            Corrected(
                in_order_of_time(acting),
                corrected.counts,
                corrected.pairs,
                corrected.set_aside,
            )
        )

    def _is_late(self, fact: Fact) -> bool:
        if fact.origin:
            return False  # our own doors have no delivery time
        source = self._rules.sources.of(fact.source)
        return any(self._is_past(fact, each, source) for each in self._told_times(fact))

    def _is_past(self, fact: Fact, occurred: datetime, source: Registration) -> bool:
        """Return whether *fact* came after the delivery time of what *occurred*."""
        if self._live_from is not None and occurred < self._live_from:
            return False  # history counts uncontested
        if fact.recorded_at <= occurred:
            return False
        try:
            return fact.recorded_at > in_time_until(occurred, source, self._rules.counting)
        except Unknown:
            return True  # without a calendar nobody can say that it was in time

    def _told_times(self, fact: Fact) -> Sequence[datetime]:
        """Return the instants after each of which *fact* must come in time.

        A correction: its event's time, and the time that it gives. An event: its own time, and
        the time that a correction in time gives it: what is announced early must not backdate.
        """
        if fact.kind == Reported.CASE_CORRECTED:
            return self._times_of_correction(fact)
        return [fact.at, *self._announced.get(fact.key, ())]

    def _times_of_correction(self, correction: Fact) -> Sequence[datetime]:
        times: list[datetime] = []
        about: Fact | None = correction
        for _ in range(len(self._by_key)):  # a withdrawal of a correction gives its event's time
            if about is None or about.kind != Reported.CASE_CORRECTED:
                break
            times += [] if is_withdrawal(about) else [parse(about.text("time"))]
            about = self._by_key.get(about.corrects)
        return times if about is None else [*times, about.at]

    @cached_property
    def _by_key(self) -> Mapping[str, Fact]:
        return {fact.key: fact for fact in self.case.facts if fact.told}

    @cached_property
    def _announced(self) -> Mapping[str, list[datetime]]:
        """The times that corrections received before their event give it, by the event's key."""
        announced: dict[str, list[datetime]] = {}
        for correction in corrections_in(self.case.facts):
            event = self._by_key.get(correction.corrects)
            if event is not None and event.n > correction.n and not is_withdrawal(correction):
                announced.setdefault(event.key, []).append(parse(correction.text("time")))
        return announced
