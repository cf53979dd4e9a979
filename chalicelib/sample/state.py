"""The state of a sample (案卷抽查), folded from its facts.

Pure. The list and the ranking lie beside the log; here is only what happened, in which order:

    committed 已承诺 -> drawn 已抽取 -> reviewed 已评查, once each drawn file has a result

A draw is made once. What does not fit is set aside, with a reason, and changes nothing.
"""

from collections.abc import Mapping
from functools import reduce
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.instant import text
from chalicelib.intake.event_types import Reported

SampleStage = Literal["none", "committed", "drawn", "reviewed"]
STAGE_NAMES: Mapping[SampleStage, str] = {
    "none": "不存在",
    "committed": "已承诺，尚未抽取",
    "drawn": "已抽取",
    "reviewed": "已评查完毕",
}


MISFITS: Mapping[str, str] = {
    "a list is committed already": "名单已经承诺",
    "no list is committed": "尚未承诺名单",
    "it is drawn already": "已经抽取",
    "it is not drawn yet": "尚未抽取",
    "the entry was exchanged": "此案卷已被调换",
    "the entry was reviewed": "此案卷已经评查",
}
"""Why an act does not fit, and the same in Chinese."""


class SampleState(Struct, frozen=True):
    """The facts that count; *reviews* has the latest of each entry, *set_aside* each reason.

    *facts* are all of them, in the order of record.
    """

    committed: Fact | None = None
    drawn: Fact | None = None
    exchanges: tuple[Fact, ...] = ()
    reviews: Mapping[str, Fact] = field(default_factory=dict)
    reviewed: int = 0  # reviews on record, with those that a later one of the entry replaced
    set_aside: tuple[tuple[Fact, str], ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def number(self) -> int:
        """How many are drawn."""
        number = self.committed.data.get("number") if self.committed else 0
        return number if isinstance(number, int) else 0

    @property
    def exchanged(self) -> list[str]:
        """The entries that were given up, in order."""
        return [fact.text("entry") for fact in self.exchanges]

    @property
    def value(self) -> str:
        """The public random value; empty where none is entered yet."""
        return self.drawn.text("value") if self.drawn else ""

    @property
    def defects(self) -> tuple[int, int]:
        """How many files have defects, of how many that were reviewed and not exchanged."""
        gone = set(self.exchanged)
        results = [fact.text("result") for entry, fact in self.reviews.items() if entry not in gone]
        return results.count("defects"), len(results)

    @property
    def about(self) -> dict[str, str]:
        """What a list shows of it, for its snapshot; empty before a list is committed."""
        if self.committed is None:
            return {}
        with_defects, reviewed = self.defects
        return {
            "at": text(self.committed.recorded_at),
            "list": self.committed.text("list"),
            "cases": str(self.committed.data.get("cases", 0)),
            "number": str(self.number),
            "reviewed": str(reviewed),
            "with_defects": str(with_defects),
        }

    @property
    def stage(self) -> SampleStage:
        """Where the sample stands."""
        if self.committed is None:
            return "none"
        if self.drawn is None:
            return "committed"
        kept = self.reviews.keys() - set(self.exchanged)
        return "reviewed" if len(kept) >= self.number else "drawn"

    def misfit(self, kind: str, entry: str = "") -> str:
        """Return why an act of *kind* about *entry* does not fit now; empty where it fits."""
        if kind == Reported.SAMPLE_COMMITTED:
            return "a list is committed already" if self.committed else ""
        if self.committed is None:
            return "no list is committed"
        if kind == Reported.SAMPLE_DRAWN:
            return "it is drawn already" if self.drawn else ""
        if self.drawn is None:
            return "it is not drawn yet"
        if entry in self.exchanged:
            return "the entry was exchanged"
        is_over = kind == Reported.SAMPLE_EXCHANGED and entry in self.reviews
        return "the entry was reviewed" if is_over else ""


TYPES = frozenset(
    {
        *(Reported.SAMPLE_COMMITTED, Reported.SAMPLE_DRAWN),
        *(Reported.SAMPLE_EXCHANGED, Reported.FILE_REVIEWED),
    }
)


def fold(case: CaseHistory) -> SampleState:
    """Return the state that the facts of a sample's *case* fold into, in the order of record."""
    facts = tuple(fact for fact in case.facts if fact.kind in TYPES)
    return reduce(_after, facts, SampleState(facts=facts))


def _after(state: SampleState, fact: Fact) -> SampleState:
    if reason := state.misfit(fact.kind, fact.text("entry")):
        return replace(state, set_aside=(*state.set_aside, (fact, reason)))
    match fact.kind:
        case Reported.SAMPLE_COMMITTED:
            return replace(state, committed=fact)
        case Reported.SAMPLE_DRAWN:
            return replace(state, drawn=fact)
        case Reported.SAMPLE_EXCHANGED:
            return replace(state, exchanges=(*state.exchanges, fact))
    reviews = {**state.reviews, fact.text("entry"): fact}
    return replace(state, reviews=reviews, reviewed=state.reviewed + 1)
