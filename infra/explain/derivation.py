"""Derive a fact of a stage again, and the facts it rests on, across cases."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import asdict

from chalicelib.cases.case_id import number_in
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.errors import Unknown
from chalicelib.plumbing.services import Services
from chalicelib.supervision.deciders import Decider, decider_of
from chalicelib.supervision.rederivation import Derive, Rederived, rederived
from infra.explain.rules_at_hand import RulesAtHand

FactRef = tuple[str, int]  # a case by its internal id, and the number of a fact


class DerivedFact(Struct, frozen=True):
    """Fact *n* of *case* derived *again*; or the *missing* rules, without which it cannot be."""

    case: str
    fact: Fact
    again: Rederived | None
    missing: str = ""

    @property
    def verdict(self) -> str:
        """Return same, differs, does_not_follow, or unknown if the rules are missing."""
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
        self._cases: dict[str, CaseHistory] = {}

    def history(self, case: str) -> CaseHistory:
        """Return all facts on record of *case*."""
        if case not in self._cases:
            records = self.services.facts.of_case(case)
            self._cases[case] = CaseHistory(record.fact for record in records)
        return self._cases[case]

    def rules(self, fact: Fact) -> list[Rules]:
        """Return the rules that *fact* names, else the present ones. Raises Unknown.

        They differ in the statements of the sources around its recording, the latest first.
        """
        region = fact.text("region")
        reference, version = fact.text("policy"), fact.text("calendar")
        timeline = self.services.timeline(region)
        is_dated = timeline.is_dated and (not reference or reference in timeline.references)
        if is_dated:
            profile = timeline.at(fact.recorded_at)
        elif reference:
            profile = self.at_hand.profile(reference, region)
        else:
            profile = self.services.profile(region)
        named = version and self.at_hand.calendar(version, region)
        calendar = named or self.services.calendar(region)
        return [
            Rules(profile, calendar, sources, timeline if is_dated else None, fact.recorded_at)
            for sources in self.at_hand.sources(fact.recorded_at)
        ]

    def derive(self, case: str, n: int) -> DerivedFact:
        """Derive one fact again."""
        history = self.history(case)
        fact = history.facts[n]
        try:
            rules = self.rules(fact)
        except Unknown as error:
            return DerivedFact(case, fact, None, error.missing)
        ways = [_judge_by(each, decider_of(case)) for each in rules]
        return DerivedFact(case, fact, rederived(history, n, *ways))

    def derive_all(self, refs: Sequence[FactRef]) -> Iterator[DerivedFact]:
        """Derive the facts at *refs*, and every judgement that they rest on, each once."""
        waiting, queued = list(refs), set(refs)
        while waiting:
            case, n = waiting.pop(0)
            derived = self.derive(case, n)
            yield derived
            rests_on = (self.origin_of(case, m) for m in rests_on_numbers(derived.fact))
            more = [ref for ref in rests_on if ref is not None and ref not in queued]
            waiting += more
            queued.update(more)

    def origin_of(self, case: str, n: int) -> FactRef | None:
        """Return the judgement that fact *n* of *case* is or notifies of, None if there is none."""
        fact = self.history(case).facts[n]
        if fact.told and fact.origin:
            number = number_in(fact.key)
            case, n = fact.origin, -1 if number is None else number
            if not 0 <= n < len(self.history(case)):
                return None
        return None if self.history(case).facts[n].told else (case, n)


def _judge_by(rules: Rules, decider: Decider) -> Derive:
    return lambda before, now: decider.decide(before, rules, now).append


def rests_on_numbers(fact: Fact) -> list[int]:
    """Return the numbers of the facts that *fact* rests on, in its own case."""
    numbers = fact.data.get("rests_on")
    return [n for n in numbers if isinstance(n, int)] if isinstance(numbers, list) else []


def derivation_row(derived: DerivedFact) -> Mapping[str, object]:
    """Return the derivation as a JSON object."""
    differences = derived.again.differences if derived.again else ()
    return {
        "case": derived.case,
        "n": derived.fact.n,
        "kind": derived.fact.kind,
        "verdict": derived.verdict,
        "missing": derived.missing or None,
        "differences": [asdict(difference) for difference in differences],
    }
