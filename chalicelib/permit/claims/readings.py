"""Readings (读法) of a case: at which instant each piece of late news acts (CLAIMS §4).

Pure. News that is received within its source's delivery time after it occurred acts at its own
time. Late news acts when it was received, and its own time is a claim. A late correction does not
act. A reading is the same facts, with some of the claims granted.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from chalicelib.cached import cached_property
from chalicelib.cases.bounded import acting
from chalicelib.cases.case_id import number_in
from chalicelib.cases.correction import Corrected, apply_corrections, corrections_in, is_withdrawal
from chalicelib.cases.fact import Fact, in_order_of_receipt, place_of
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.clock.delivery import in_time_until
from chalicelib.errors import Unknown
from chalicelib.instant import parse
from chalicelib.intake.event_types import CLAIM_TYPES, Reported
from chalicelib.policy.sources import Registration


def decisions_in(case: CaseHistory) -> dict[int, Fact]:
    """Return the decision that counts about each claim, by the claim's number: the last one."""
    return by_claim(sorted(case.of_type(*CLAIM_TYPES), key=in_order_of_receipt))


def by_claim(facts: Iterable[Fact]) -> dict[int, Fact]:
    """Return the last of *facts* about each claim, by the claim's number."""
    numbered = ((number_in(fact.data.get("claim")), fact) for fact in facts)
    return {n: fact for n, fact in numbered if n is not None}


def is_accepted(claim: Fact, case: CaseHistory) -> bool:
    """Return whether an inspector accepted the own time of *claim* (采信)."""
    decision = decisions_in(case).get(claim.n)
    return decision is not None and decision.kind == Reported.CLAIM_ACCEPTED


class Readings:
    """The late news of *case*, and the history that grants some of its claims."""

    def __init__(self, case: CaseHistory, rules: Rules) -> None:
        """Sort the facts by the delivery times of the day on which the case was first heard of."""
        self.case = case
        self._rules = rules.at(case.facts[0].recorded_at) if case.facts else rules
        self._live_from = rules.sources.live_from
        self._at_receipt: dict[tuple[int, datetime], Fact] = {}
        self._places: dict[tuple[object, ...], tuple[object, ...]] = {}
        self._promised: dict[str, timedelta] = {}

    @cached_property
    def late(self) -> tuple[Fact, ...]:
        """The late news, in the order of receipt: events and corrections of events."""
        moved = self._moved_in_time
        late = [
            fact
            for fact in self._acting_facts
            if fact.told
            and (fact.recorded_at > fact.at or fact.key in moved)
            and fact.kind != Reported.CASE_CORRECTED
            and self._is_late(fact, [fact.at, *moved.get(fact.key, ())])
        ]
        if Reported.CASE_CORRECTED in self.case.types:
            late += self._late_corrections
        return tuple(sorted(late, key=in_order_of_receipt))

    @cached_property
    def decided(self) -> Mapping[int, bool]:
        """Whether an inspector accepted a claim, by its number; the last decision counts."""
        decisions = decisions_in(self.case).items()
        return {n: decision.kind == Reported.CLAIM_ACCEPTED for n, decision in decisions}

    def grant(self, claims: Collection[int]) -> CaseHistory:
        """Return the history in which the *claims*, by number, act as they were told."""
        ungranted = {fact.n for fact in self.late if fact.n not in claims}
        if Reported.CASE_CORRECTED in self.case.types:
            corrected = apply_corrections(self.case.facts, ungranted)
        else:
            corrected = self._uncorrected
        if ungranted:
            told = (self._acting(f) if f.n in ungranted else f for f in corrected.told)
            corrected = replace(corrected, told=sorted(told, key=self._place))
        return self.case.read_as(corrected)

    @cached_property
    def _uncorrected(self) -> Corrected:
        return apply_corrections(self.case.facts)

    def _place(self, fact: Fact) -> tuple[object, ...]:
        """Return the sort key of *fact* in time, worked out once for all readings."""
        key = fact.n, fact.at, fact.occurred_at
        if key not in self._places:
            self._places[key] = place_of(fact)
        return self._places[key]

    def _acting(self, late: Fact) -> Fact:
        """Return *late* news as it acts: when it was received."""
        key = late.n, late.at  # a correction may have moved its own time
        if key not in self._at_receipt:
            self._at_receipt[key] = replace(late, at=late.recorded_at, occurred_at=late.at)
        return self._at_receipt[key]

    def _is_late(self, fact: Fact, times: Iterable[datetime]) -> bool:
        """Return whether *fact* came after the delivery time of any of *times*."""
        if fact.origin:
            return False  # our own doors have no delivery time
        source = self._rules.sources.of(fact.source)
        return any(self._is_past(fact, each, source) for each in times)

    def _is_past(self, fact: Fact, occurred: datetime, source: Registration) -> bool:
        """Return whether *fact* came after the delivery time of what *occurred*."""
        if fact.recorded_at - occurred <= self._least(fact.source, source):
            return False
        live_from = self._live_from
        if live_from is not None and occurred < live_from and not self._undoes(fact, live_from):
            return False  # history counts uncontested
        try:
            return fact.recorded_at > in_time_until(occurred, source, self._rules.counting)
        except Unknown:
            return True  # without a calendar nobody can say that it was in time

    def _least(self, name: str, source: Registration) -> timedelta:
        """Return within what time news of *source* is in time, whenever it occurred."""
        if name not in self._promised:
            seconds = [each.time.seconds for each in source.deliveries]
            self._promised[name] = timedelta(seconds=min(each or 0 for each in seconds))
        return self._promised[name]

    def _undoes(self, fact: Fact, live_from: datetime) -> bool:
        """Return whether *fact* tells of history what cards may hang on that are out by then.

        The first card can be out when the first news has settled and the stage is in use, by
        silence.
        """
        first = self._first_news
        if first is None:
            return False
        source = self._rules.sources.of(first.source)
        try:
            told_until = in_time_until(first.recorded_at, source, self._rules.counting)
        except Unknown:
            return True
        return fact.recorded_at > max(told_until, live_from)

    @cached_property
    def _first_news(self) -> Fact | None:
        """The first fact on record that a source told, withdrawn or not."""
        return next((fact for fact in self.case.facts if fact.told and not fact.origin), None)

    @cached_property
    def _late_corrections(self) -> Sequence[Fact]:
        """The corrections that are late for any time which their event has had until then."""
        late: list[Fact] = []
        given: dict[str, list[datetime]] = {}
        for correction in corrections_in(self._acting_facts):
            event, times = self._times_given(correction)
            before = given.setdefault(event, [])
            if self._is_late(correction, [*times, *before]):
                late.append(correction)
            else:
                before += times
        return late

    def _times_given(self, correction: Fact) -> tuple[str, Sequence[datetime]]:
        """Return the key of the event that *correction* is about, and the times it is given."""
        times: list[datetime] = []
        about: Fact | None = correction
        key = correction.key
        for _ in range(len(self._by_key)):  # corrections that name each other have no event
            if about is None or about.kind != Reported.CASE_CORRECTED:
                break
            times += [] if is_withdrawal(about) else [parse(about.text("time"))]
            key = about.corrects
            about = self._by_key.get(key)
        return key, times if about is None else [*times, about.at]

    @cached_property
    def _acting_facts(self) -> Sequence[Fact]:
        return acting(self.case.facts)

    @cached_property
    def _by_key(self) -> Mapping[str, Fact]:
        return {fact.key: fact for fact in self.case.facts if fact.told}

    @cached_property
    def _moved_in_time(self) -> Mapping[str, Sequence[datetime]]:
        """The times to which corrections in time move events, by the event's key."""
        if Reported.CASE_CORRECTED not in self.case.types:
            return {}
        late = {correction.n for correction in self._late_corrections}
        counting = apply_corrections(self.case.facts, late).counts.items()
        return {
            key: [parse(correction.text("time"))]
            for key, correction in counting
            if not is_withdrawal(correction)
        }
