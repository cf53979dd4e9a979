"""A fact of a stage derived again, and what it rests on, in whatever case that lies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.cards.docket import decider_of
from chalicelib.cards.rederivation import Rederived, rederived
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import number_in
from chalicelib.cases.rules import Rules
from chalicelib.errors import Unknown
from chalicelib.plumbing.services import Services
from infra.explain.rules_at_hand import RulesAtHand

FactRef = tuple[str, int]  # a case by its internal id, and the number of a fact


@dataclass(frozen=True, slots=True)
class DerivedFact:
    """Fact *n* of *case* derived again; or what is *missing*, so that it cannot be."""

    case: str
    fact: Fact
    again: Rederived | None
    missing: str = ""

    @property
    def verdict(self) -> str:
        """In a word: same, differs, does_not_follow, or unknown for want of the rules."""
        if self.again is None:
            return "unknown"
        if self.again.derived is None:
            return "does_not_follow"
        return "same" if self.again.is_same else "differs"


class RecordedFacts:
    """The facts of a stage, read once, and the rules that they name."""

    def __init__(self, services: Services, at_hand: RulesAtHand) -> None:
        self.services = services
        self.at_hand = at_hand
        self._facts: dict[str, list[Fact]] = {}

    def facts(self, case: str) -> list[Fact]:
        """All that is on record of *case*."""
        if case not in self._facts:
            self._facts[case] = [record.fact for record in self.services.facts.of_case(case)]
        return self._facts[case]

    def rules(self, fact: Fact) -> Rules:
        """The rules that *fact* names; what names none rests on none. Raises Unknown."""
        region = fact.text("region")
        policy, calendar = fact.text("policy"), fact.text("calendar")
        return Rules(
            self.at_hand.policy(policy, region) if policy else self.services.profile(region),
            self.at_hand.calendar(calendar, region) if calendar else self.services.calendar(region),
        )

    def derive(self, case: str, n: int) -> DerivedFact:
        """Derive one fact again."""
        facts = self.facts(case)
        try:
            rules = self.rules(facts[n])
        except Unknown as error:
            return DerivedFact(case, facts[n], None, error.missing)
        decide = decider_of(case).decide

        def judge(before: CaseHistory, now: datetime) -> Sequence[Fact]:
            return decide(before, rules, now).append

        return DerivedFact(case, facts[n], rederived(CaseHistory(facts), n, judge))

    def derive_all(self, places: Sequence[FactRef]) -> Iterator[DerivedFact]:
        """Derive what is at *places*, and every judgement that it rests on, each once."""
        waiting, seen = list(places), set(places)
        while waiting:
            case, n = waiting.pop(0)
            derived = self.derive(case, n)
            yield derived
            rests_on = (self.origin_of(case, m) for m in numbers(derived.fact))
            more = [one for one in rests_on if one is not None and one not in seen]
            waiting += more
            seen.update(more)

    def origin_of(self, case: str, n: int) -> FactRef | None:
        """Where the judgement is that fact *n* of *case* is, or is news of; None: nowhere."""
        fact = self.facts(case)[n]
        if fact.told and fact.origin:
            number = number_in(fact.key)
            case, n = fact.origin, -1 if number is None else number
            if not 0 <= n < len(self.facts(case)):
                return None
        return None if self.facts(case)[n].told else (case, n)


def numbers(fact: Fact) -> list[int]:
    """The numbers of the facts that *fact* rests on, in its own case."""
    said = fact.data.get("rests_on")
    return [n for n in said if isinstance(n, int)] if isinstance(said, list) else []


def shown(derived: DerivedFact) -> Mapping[str, object]:
    """Write what came of it."""
    again = derived.again
    differences = again.differences if again else ()
    return {
        "case": derived.case,
        "n": derived.fact.n,
        "kind": derived.fact.kind,
        "verdict": derived.verdict,
        "missing": derived.missing or None,
        "differences": [
            {
                "field": difference.field,
                "recorded": difference.recorded,
                "derived": difference.derived,
            }
            for difference in differences
        ],
    }
