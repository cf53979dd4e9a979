"""The history of a case: its facts in the order of record, read once.

Pure. Every question about the facts of a case is answered here, so that no rule scans them again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, KeysView, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.cached import cached_property
from chalicelib.cases.case_id import number_in
from chalicelib.cases.correction import Corrected, apply_corrections, is_withdrawal
from chalicelib.cases.fact import Fact
from chalicelib.instant import EARLIEST
from chalicelib.intake.event_types import FINDING_TYPES, RECHECK_TYPES, Derived, Reported

Answer = TypeVar("Answer")

# The same in every reading.
_SHARED = ("by_key", "_by_type", "types", "cards", "_rechecks", "revoked")


class CaseHistory:
    """All *facts* of one case, numbered from 0 without a gap. Answers are worked out once."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        """Keep the facts as they are; an answer is worked out when it is first needed."""
        self.facts: Sequence[Fact] = tuple(facts)
        self._answers: dict[Callable[[CaseHistory], Any], Any] = {}

    def __len__(self) -> int:
        """Return how many facts are on record."""
        return len(self.facts)

    def answer(self, question: Callable[["CaseHistory"], Answer]) -> Answer:
        """Return the answer of *question* about this reading, worked out once.

        Nobody changes an answer. It must not refer to the history: each would keep the other alive.
        """
        if question not in self._answers:
            self._answers[question] = question(self)
        answer: Answer = self._answers[question]
        return answer

    def until(self, n: int) -> "CaseHistory":
        """Return the history as it was before fact *n*."""
        return self if n >= len(self.facts) else CaseHistory(self.facts[:n])

    def followed_by(self, new: Iterable[Fact]) -> "CaseHistory":
        """Return the history with *new* facts, numbered already, at its end."""
        added = tuple(new)
        if not added:
            return self
        history = CaseHistory((*self.facts, *added))
        if "as_corrected" in self.__dict__ and not any(fact.told for fact in added):
            history.__dict__["as_corrected"] = self.as_corrected  # nothing derived corrects
        return history

    @cached_property
    def as_corrected(self) -> Corrected:
        """The reported facts of this reading; of a history as it is, every correction applied."""
        return apply_corrections(self.facts)

    def read_as(self, reading: Corrected) -> "CaseHistory":
        """Return the same facts, with the reported ones as *reading* has them."""
        history = CaseHistory(self.facts)
        history.__dict__.update(
            {name: self.__dict__[name] for name in _SHARED if name in self.__dict__},
            as_corrected=reading,
        )
        return history

    @property
    def told(self) -> Sequence[Fact]:
        """The reported facts, as corrected, in order of time."""
        return self.as_corrected.told

    @cached_property
    def by_key(self) -> Mapping[str, Fact]:
        """The derived facts by their keys."""
        return {fact.key: fact for fact in self.facts if not fact.told}

    @cached_property
    def _by_type(self) -> Mapping[str, list[Fact]]:
        groups: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            groups[fact.kind].append(fact)
        return groups

    @cached_property
    def types(self) -> KeysView[str]:
        """The types of the facts on record."""
        return self._by_type.keys()

    def of_type(self, *types: str) -> Sequence[Fact]:
        """Return the facts of these *types*, in the order of record."""
        if len(types) == 1:
            return self._by_type.get(types[0], ())
        groups = [self._by_type[kind] for kind in types if kind in self._by_type]
        if len(groups) < 2:  # noqa: PLR2004 - nothing to put in order
            return groups[0] if groups else ()
        return sorted((fact for group in groups for fact in group), key=lambda fact: fact.n)

    @cached_property
    def cards(self) -> Mapping[int | None, Fact]:
        """Every warning, card, proposal and deemed act by the number of the fact that is it."""
        return {fact.n: fact for fact in self.of_type(*FINDING_TYPES)}

    @cached_property
    def _rechecks(self) -> Mapping[object, list[Fact]]:
        rechecks: dict[object, list[Fact]] = {}
        for fact in self.of_type(*RECHECK_TYPES):
            rechecks.setdefault(fact.data.get("card"), []).append(fact)
        return rechecks

    def rechecks_of(self, card: Fact) -> Sequence[Fact]:
        """Return the re-checks (复核) of *card*, oldest first."""
        return self._rechecks.get(number_of(card), ())

    @cached_property
    def revoked(self) -> frozenset[int | None]:
        """The numbers of the cards that were revoked (撤销) by those who decide about them."""
        annulled = self.of_type(Derived.CARD_ANNULLED)
        return frozenset(number_in(fact.data.get("card")) for fact in annulled)

    @property
    def region(self) -> str:
        """The first region that a fact names; empty where none does."""
        return next((fact.text("region") for fact in self.facts if fact.text("region")), "")

    def corrections_bearing_on(self, rests_on: Iterable[int]) -> list[int]:
        """Return the numbers of the corrections that can change a judgement based on *rests_on*.

        Those are the corrections of the facts themselves, and every withdrawal: a judgement may
        rest on the absence of a fact.
        """
        if Reported.CASE_CORRECTED not in self.types:
            return []
        keys = {self.facts[n].key for n in rests_on}
        counting = self.as_corrected.counts.items()
        return [each.n for key, each in counting if key in keys or is_withdrawal(each)]

    @cached_property
    def latest(self) -> datetime:
        """The latest instant at which a fact was recorded; without facts, the earliest there is.

        A case is never judged at an earlier instant than before. So where this machine's clock is
        behind that of the machine before it, the other clock counts.
        """
        return max([fact.recorded_at for fact in self.facts], default=EARLIEST)

    def joined_by(self, new: Iterable[Fact]) -> "CaseHistory":
        """Return the history with those of *new* at its end whose keys are not on record yet."""
        return self.followed_by(self.numbered(new))

    def numbered(self, new: Iterable[Fact]) -> tuple[Fact, ...]:
        """Return those of *new* whose keys are not on record, numbered as they will be."""
        fresh = [fact for fact in new if fact.key not in self.by_key]
        return tuple(fact.numbered(len(self.facts) + i) for i, fact in enumerate(fresh))


def number_of(card: Fact) -> int:
    """Return the number that *card* is known by: of the fact that found or proposed it."""
    n = number_in(card.data.get("card"))
    return card.n if n is None else n
