"""Plays on from the cards of a log: unanswered ones climb, repeated ones lead to more cards.

The cards and the years of the departments are cases of their own, as on a live stage. They run here
through the same deciders, in order of time, and tell each other what they would tell there. Nothing
is numbered, and no person confirms, appeals or revokes. So a step up that waits for a person is
counted as proposed, and the card stays at its level.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from heapq import heappop, heappush
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.cases.case_id import kind_of, number_in
from chalicelib.cases.counted_group import CountedGroup
from chalicelib.cases.fact import Fact
from chalicelib.cases.from_event import told_fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.share import counted_facts
from chalicelib.instant import MILLISECOND
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.policy.sources import AT_ONCE, Delivery, Registration, Registrations
from chalicelib.supervision.deciders import decider_of
from chalicelib.supervision.notify import notifications
from infra.replay.case_reading import Reading
from infra.replay.report import Climbed
from infra.replay.telling import ITEM, NOBODY, REGION, SOURCE

Answers = Literal["never", "always"]
"""The values of `--answers`: each card is answered at once, or none ever is."""

# What is replayed is received when it occurred (DESIGN §9).
_AT_ONCE = Registrations({SOURCE: Registration(deliveries=(Delivery(AT_ONCE),))})
_CARDS = frozenset({Derived.CARD_ISSUED, Derived.CASE_ESCALATED})
_COUNTED = _CARDS | {Derived.ESCALATION_PROPOSED, Derived.CARD_PROPOSED}


class _OwnCase(Struct):
    """A case of our own while it is played: its *history*, and the wake that counts."""

    history: CaseHistory = field(default_factory=CaseHistory)
    wake_at: datetime | None = None


class Climbing:
    """The cards of the cases of one log, and what they lead to by the cut-off."""

    def __init__(self, rules: Rules, answers: Answers) -> None:
        """Judge by *rules*; *answers* says whether each card is answered at once, or none is."""
        self._rules = replace(rules, sources=_AT_ONCE)
        self._answers = answers
        self._counted = {rule.level for rule in rules.profile.ladder.repeated}
        # A register only numbers; where nothing is counted, no department's year is needed.
        self._kinds = ("card", "department") if self._counted else ("card",)
        self._cases: defaultdict[str, _OwnCase] = defaultdict(_OwnCase)
        self._due: defaultdict[tuple[str, str, str], Counter[date]] = defaultdict(Counter)
        self._public: dict[str, str] = {}
        # What comes to which case, by its instant; a wake brings no fact.
        self._coming: dict[datetime, dict[str, list[Fact]]] = {}
        self._instants: list[datetime] = []

    def add(self, case: str, facts: Iterable[Fact]) -> None:
        """Add the *facts* of a case of the log, by its name there."""
        self._tell(f"{SOURCE}:{case}", f"log/{case}", CaseHistory(facts), 0)

    def add_due(self, reading: Reading, due_at: datetime) -> None:
        """Count a case of the log where it fell due, for the shares of repeated cards."""
        opening = {"region": REGION, "item": ITEM, **reading.opening}
        day = due_at.astimezone(self._rules.profile.zone).date()
        where = reading.department or NOBODY, str(opening["region"]), str(opening["item"])
        self._due[where][day] += 1

    def run(self, until: datetime) -> Mapping[str, Climbed]:
        """Play on to *until*; return what came of it for each department."""
        while self._instants and self._instants[0] <= until:
            now = heappop(self._instants)
            for case, told in self._coming.pop(now).items():
                own = self._cases[case]
                is_due = own.wake_at == now
                if kind_of(case) == "department" and not (is_due or self._may_repeat(told)):
                    own.history = own.history.joined_by(told)
                elif told or is_due:
                    self._decide(case, own, told, now)
        return self._count()

    def _may_repeat(self, told: list[Fact]) -> bool:
        """Return whether a counting rule counts any of *told*, or counts one less by it."""
        return any(fact.kind not in _CARDS or fact.text("level") in self._counted for fact in told)

    def _decide(self, case: str, own: _OwnCase, told: list[Fact], now: datetime) -> None:
        known, history = len(own.history), own.history.joined_by(told)
        decision = decider_of(case).decide(history, self._rules, now)
        if decision.uncounted:
            counted = counted_facts(decision, self._rules, now, self._count_due)
            history = history.joined_by(counted)
            decision = decider_of(case).decide(history, self._rules, now)
        own.history = history.joined_by(decision.append)
        own.wake_at = decision.wake_at
        if decision.wake_at is not None:
            self._at(decision.wake_at, case)
        public = self._public.setdefault(case, f"own/{len(self._public)}")
        self._tell(case, public, own.history, known)
        if self._answers == "always" and kind_of(case) == "card":
            for fact in own.history.facts[known:]:
                if fact.kind in _CARDS:
                    answer = _answer(fact)
                    self._at(answer.recorded_at, case).append(answer)

    def _count_due(self, department: str, group: CountedGroup) -> int:
        """Return how many cases of a *department*'s *group* fell due in the log."""
        first, until = group.days
        return sum(
            count
            for (whose, region, item), days in self._due.items()
            if (whose, region) == (department, group.region) and group.item in ("", item)
            for day, count in days.items()
            if first <= day < until
        )

    def _tell(self, case: str, public: str, history: CaseHistory, since: int) -> None:
        """Send the notifications of the facts of *history* from number *since* on."""
        for other, event in notifications(case, public, history, since, self._rules):
            if kind_of(other) in self._kinds:
                at = history.facts[number_in(event["id"]) or 0].recorded_at
                self._at(at, other).append(told_fact(event, event["data"], at, secret=b""))

    def _at(self, instant: datetime, case: str) -> list[Fact]:
        """Return the list of what comes to *case* at *instant*."""
        if instant not in self._coming:
            self._coming[instant] = {}
            heappush(self._instants, instant)
        return self._coming[instant].setdefault(case, [])

    def _count(self) -> Mapping[str, Climbed]:
        tallies: defaultdict[str, Climbed] = defaultdict(Climbed)
        for case, own in self._cases.items():
            lost = _lost(own.history)
            for fact in own.history.facts:
                if fact.told or fact.kind not in _COUNTED or fact.n in lost:
                    continue
                department = fact.text("department")
                tally = tallies["" if department == NOBODY else department]
                if kind_of(case) == "department":
                    tally.repeated[fact.text("rule")] += 1
                elif fact.kind == Derived.ESCALATION_PROPOSED:
                    tally.proposed[fact.text("level")] += 1
                else:
                    tally.climbed[fact.text("level")] += 1
        return tallies


def _answer(card: Fact) -> Fact:
    """Return the answer to *card*, a millisecond after it was on record."""
    at, name = card.recorded_at + MILLISECOND, card.text("card")
    key, data = f"answer/{name}/{card.text('level')}", {"card": name, "role": "department"}
    return Fact(0, Reported.CARD_RESPONDED, key, at, at, told=True, data=data)


def _lost(history: CaseHistory) -> set[int]:
    """Return the numbers of the cards of *history* whose ground went away."""
    last = {
        check.data.get("card"): check.text("verdict")
        for check in history.of_type(Derived.CARD_RECHECKED)
        if not check.told
    }
    return {n for n, verdict in last.items() if isinstance(n, int) and verdict == "lost"}
