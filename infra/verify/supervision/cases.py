"""The cases of a log as their leaves have them: facts by public names, as judging knows them.

A permit goes by its public name; one of our own by the name that its first leaf gives (`own`), all
of which is public. What one case tells another is known by its place (`duban/<public case>.<n>`),
so where it comes from is read from its key.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.kind import kind_of
from chalicelib.cases.record import fact_in
from chalicelib.errors import DomainError
from chalicelib.instant import parse
from chalicelib.intake.event import OURS
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue

CHECK = "I13"

_NEWS = re.compile(rf"{OURS}/(c_[a-z2-7]{{1,64}})\.(0|[1-9][0-9]{{0,8}})", re.ASCII)


class FactPosition(NamedTuple):
    """Fact *n* of the case *name*, its *leaf* in the log by number; None where it is not there."""

    name: str
    n: int
    leaf: int | None

    def issue(self, zh: str, en: str) -> Issue:
        """Say what is wrong there."""
        where = f"{self.name} #{self.n}"
        return Issue(self.leaf, CHECK, f"{where}：{zh}", f"{where}: {en}")


@dataclass(frozen=True)
class LoggedCase:
    """A case *name*, known to the public as *public*; *at* are the places of its facts in the log.

    In the order of record, numbered from 0 without a gap.
    """

    name: str
    public: str
    facts: Sequence[Fact]
    at: Sequence[int]

    @cached_property
    def history(self) -> CaseHistory:
        """The facts as judging takes them."""
        return CaseHistory(self.facts)

    def position(self, n: int) -> "FactPosition":
        """Where fact *n* is, or would be."""
        return FactPosition(self.name, n, self.at[n] if n < len(self.at) else None)

    def issue(self, n: int, zh: str, en: str) -> Issue:
        """Say what is wrong with fact *n*, which is said to be there or should be."""
        return self.position(n).issue(zh, en)


class LoggedCases:
    """The cases of a log, their names known, their facts read when they are asked for."""

    def __init__(self, entries: Sequence[CheckedEntry]) -> None:
        """Sort *entries* by case; that each is well formed was checked before."""
        self._entries: dict[str, list[CheckedEntry]] = {}
        self._until = list(accumulate((entry.recorded for entry in entries), max))
        self._first = entries[0].index if entries else 0
        for entry in entries:
            self._entries.setdefault(entry.case, []).append(entry)
        self.names: dict[str, str] = {}
        self.findings = list(self._named())

    def __iter__(self) -> Iterator[LoggedCase]:
        """Read one case after the other."""
        for public in self.names:
            yield self.read(public)

    def read(self, public: str) -> LoggedCase:
        """Read the facts of the case with this public name."""
        entries = self._entries[public]
        return LoggedCase(
            name=self.names[public],
            public=public,
            facts=[self._fact(public, entry) for entry in entries],
            at=[entry.index for entry in entries],
        )

    def time_of(self, index: int) -> datetime:
        """The latest instant that anything in the log up to leaf *index* was recorded at."""
        return parse(self._until[index - self._first])

    def _fact(self, public: str, entry: CheckedEntry) -> Fact:
        """Read a fact; what we tell comes from the case that its key names, or from its own."""
        fact = fact_in(entry.leaf.decode())
        if not fact.told or not fact.key.startswith(f"{OURS}/"):
            return fact
        source = source_of(fact.key)
        origin = self.names.get(source[0], source[0]) if source else self.names[public]
        return replace(fact, origin=origin)

    def _named(self) -> Iterator[Issue]:
        taken: dict[str, str] = {}
        for public, entries in self._entries.items():
            name = (
                str(entries[0].said.get("own", public)) if b'"own":' in entries[0].leaf else public
            )
            said = (
                "" if [entry.n for entry in entries] == [*range(len(entries))] else "not gap-free"
            )
            said = said or (_misnamed(name) if name != public else "")
            if name in taken:
                said = f"the name of {taken[name]}"
            if said:
                yield _unread(entries[0], said)
            else:
                self.names[public] = taken[name] = name
            taken.setdefault(name, public)


def source_of(key: str) -> tuple[str, int] | None:
    """The case, by its public name, and the number of the fact that news of this *key* comes from.

    None where it is no such key.
    """
    match = _NEWS.fullmatch(key)
    return (match[1], int(match[2])) if match else None


def recorded_last(facts: Sequence[Fact]) -> datetime:
    """When the latest of *facts* was recorded."""
    return max(fact.recorded_at for fact in facts)


def shown(data: Mapping[str, object]) -> dict[str, object]:
    """*data* as a leaf has it: nothing empty is said."""
    return {name: value for name, value in data.items() if value not in ("", None, [], {})}


def _misnamed(name: str) -> str:
    try:
        return "an intake system's" if kind_of(name) == "permit" else ""
    except DomainError as error:
        return str(error)


def _unread(entry: CheckedEntry, why: str) -> Issue:
    return Issue(
        entry.index,
        CHECK,
        f"案件 {entry.case} 无法重演：{why}",
        f"case {entry.case} cannot be replayed: {why}",
    )
