"""The cases of a log as their leaves have them: facts by public names, as judging knows them.

A permit goes by its public name; a case of our own by the name in its first leaf (`own`). The key
of a notification, `duban/<public case>.<n>`, gives its origin.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cached import cached_property
from chalicelib.cases.case_id import CaseKind, is_ours, kind_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.errors import Bilingual, DomainError
from chalicelib.intake.event import OURS, source_of
from chalicelib.intake.event_types import Derived
from infra.verify.cases import CheckedCase
from infra.verify.entries import Entries
from infra.verify.issue import Issue
from infra.verify.leaf_form import ReadLeaf, read_leaves
from infra.verify.recorded import instant_of

CHECK = "I13"


class FactPosition(NamedTuple):
    """Fact *n* of the case *name*, and the index of its *leaf*; None where it is not there."""

    name: str
    n: int
    leaf: int | None

    def issue(self, zh: str, en: str) -> Issue:
        """Return an issue at this position."""
        where = f"{self.name} #{self.n}"
        return Issue(self.leaf, CHECK, f"{where}：{zh}", f"{where}: {en}")


class LoggedCase(Struct, frozen=True, dict=True):
    """A case *name*, with its *public* name; *at* are the indexes of its leaves, in order."""

    name: str
    public: str
    facts: Sequence[Fact]
    at: Sequence[int]

    @cached_property
    def kind(self) -> CaseKind:
        """The kind of the case."""
        return kind_of(self.name)

    @cached_property
    def history(self) -> CaseHistory:
        """The facts as judging takes them."""
        return CaseHistory(self.facts)

    def position(self, n: int) -> "FactPosition":
        """Return the position of fact *n*, which need not exist."""
        return FactPosition(self.name, n, self.at[n] if n < len(self.at) else None)

    def issue(self, n: int, zh: str, en: str) -> Issue:
        """Return an issue with fact *n*, which need not exist."""
        return self.position(n).issue(zh, en)

    def issue_with(self, fact: Fact, zh: str, en: str) -> Issue:
        """Return an issue with *fact*; both texts go on behind its type."""
        return self.issue(fact.n, f"{fact.kind} {zh}", f"{fact.kind} {en}")


class LoggedCases:
    """The cases of a log by their names; *own* has the names of ours, by the public ones."""

    def __init__(self, entries: Entries) -> None:
        """Name the cases of *entries*, whose form and chains are checked before anything counts."""
        self._entries = entries
        self._until = entries.times.latest_until()
        self._unread = set[str]()
        self.own: dict[str, str] = {}
        self.findings = list(self._name_cases())

    def named(self, case: CheckedCase) -> LoggedCase | None:
        """Return *case* by its name, as judging knows it; None where it has no name of its own."""
        if case.name in self._unread:
            return None
        facts = [fact if fact.source else self._ours(fact, case.name) for fact in case.facts]
        return LoggedCase(self.own.get(case.name, case.name), case.name, facts, case.at)

    def read_case(self, public: str) -> LoggedCase | None:
        """Read the case with this public name once more; None where the log has none."""
        at = self._entries.indexes_in(public)
        leaves = read_leaves([self._entries.leaves.read(index).leaf for index in at])
        facts = [leaf.fact for leaf in leaves if isinstance(leaf, ReadLeaf)]
        return self.named(CheckedCase(public, facts, at)) if facts else None

    @property
    def first_permit(self) -> int | None:
        """The index of the first leaf of a permit, None if there is none."""
        cases = self._entries.cases
        permits = (n for n in range(len(cases)) if cases.name(n) not in self._entries.own)
        first = next(permits, None)  # cases are in the order of their first leaves
        return None if first is None else self._entries.first + cases.places(first)[0]

    def counted(self) -> Iterator[tuple[FactPosition, Fact]]:
        """Yield each count of cases in a department's year, and its position."""
        for index, fact in self.facts(Derived.CASES_COUNTED, "department"):
            yield self.position(index), fact

    def time_of(self, index: int) -> datetime:
        """Return the latest instant of record in the log up to leaf *index*."""
        return instant_of(self._until[index - self._entries.first])

    def position(self, index: int) -> FactPosition:
        """Return the position of the fact in leaf *index*."""
        entry = self._entries.entry(index)
        return FactPosition(self.own.get(entry.case, entry.case), entry.n, index)

    def recorded(self, index: int) -> datetime:
        """Return when leaf *index* was recorded."""
        return self._entries.times.of(index)

    def facts(self, type_: str, kind: CaseKind) -> Iterator[tuple[int, Fact]]:
        """Yield the well-formed facts of a rare type in cases of a *kind*, with their indexes."""
        for index in self._entries.indexes_of(type_):
            (leaf,) = read_leaves([self._entries.leaves.read(index).leaf])
            name = self.own.get(leaf.case) if isinstance(leaf, ReadLeaf) else None
            if name and kind_of(name) == kind and isinstance(leaf, ReadLeaf):
                yield index, leaf.fact

    def _ours(self, fact: Fact, public: str) -> Fact:
        """Return a *fact* of ours with its origin: the case in its key, or its own."""
        if not fact.told or not fact.key.startswith(f"{OURS}/"):
            return fact
        source = source_of(fact.key)
        return replace(fact, origin=self.own.get(name := source[0] if source else public, name))

    def _name_cases(self) -> Iterator[Issue]:
        taken: dict[str, str] = {}
        for public, name in self._entries.own.items():
            why = _misnamed(name)
            if name in taken:
                why = Bilingual(f"是 {taken[name]} 的名称", f"the name of {taken[name]}")
            taken.setdefault(name, public if why else name)
            if why:
                self._unread.add(public)
                index = self._entries.indexes_in(public)[0]
                zh = f"案件 {public} 无法重演：{why.zh}"
                en = f"case {public} cannot be replayed: {why.en}"
                yield Issue(index, CHECK, zh, en)
            else:
                self.own[public] = name


def drop_empty(data: Mapping[str, object]) -> dict[str, object]:
    """Return *data* as a leaf has it: without empty values."""
    return {name: value for name, value in data.items() if value not in ("", None, [], {})}


def _misnamed(name: str) -> Bilingual:
    if not is_ours(name):
        return Bilingual("是报送系统的案件", "an intake system's")
    try:
        kind_of(name)
    except DomainError as error:
        return error.text
    return Bilingual("", "")
