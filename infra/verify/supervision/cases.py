"""The cases of a log as their leaves have them: facts by public names, as judging knows them.

A permit goes by its public name; a case of our own by the name in its first leaf (`own`), which is
public. The key of a notification is the position of its source (`duban/<public case>.<n>`), so its
origin is read from its key.
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
from chalicelib.cases.record import read_fact
from chalicelib.errors import DomainError
from chalicelib.instant import parse
from chalicelib.intake.event import OURS
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue

CHECK = "I13"

_NOTIFICATION = re.compile(rf"{OURS}/(c_[a-z2-7]{{1,64}})\.(0|[1-9][0-9]{{0,8}})", re.ASCII)


class FactPosition(NamedTuple):
    """Fact *n* of the case *name*, and the index of its *leaf*; None where it is not there."""

    name: str
    n: int
    leaf: int | None

    def issue(self, zh: str, en: str) -> Issue:
        """Return an issue at this position."""
        where = f"{self.name} #{self.n}"
        return Issue(self.leaf, CHECK, f"{where}：{zh}", f"{where}: {en}")


@dataclass(frozen=True)
class LoggedCase:
    """A case *name*, with the public name *public*; *at* are the indexes of its leaves.

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
        """Return the position of fact *n*, which need not exist."""
        return FactPosition(self.name, n, self.at[n] if n < len(self.at) else None)

    def issue(self, n: int, zh: str, en: str) -> Issue:
        """Return an issue with fact *n*, which need not exist."""
        return self.position(n).issue(zh, en)


class LoggedCases:
    """The cases of a log by name; their facts are read on request."""

    def __init__(self, entries: Sequence[CheckedEntry]) -> None:
        """Sort *entries* by case; their form was checked before."""
        self._entries: dict[str, list[CheckedEntry]] = {}
        self._until = list(accumulate((entry.recorded for entry in entries), max))
        self._first = entries[0].index if entries else 0
        for entry in entries:
            self._entries.setdefault(entry.case, []).append(entry)
        self.names: dict[str, str] = {}
        self.findings = list(self._name_cases())

    def __iter__(self) -> Iterator[LoggedCase]:
        """Read one case after the other."""
        for public in self.names:
            yield self.read_case(public)

    def read_case(self, public: str) -> LoggedCase:
        """Read the facts of the case with this public name."""
        entries = self._entries[public]
        return LoggedCase(
            name=self.names[public],
            public=public,
            facts=[self._read_fact(public, entry) for entry in entries],
            at=[entry.index for entry in entries],
        )

    @property
    def first_permit(self) -> int | None:
        """The index of the first leaf of a permit, None if there is none."""
        permits = (public for public, name in self.names.items() if kind_of(name) == "permit")
        first = next(permits, None)  # cases are in the order of their first leaves
        return self._entries[first][0].index if first is not None else None

    def time_of(self, index: int) -> datetime:
        """Return the latest instant of record in the log up to leaf *index*."""
        return parse(self._until[index - self._first])

    def _read_fact(self, public: str, entry: CheckedEntry) -> Fact:
        """Read a fact; the origin of a notification is the case in its key, or its own case."""
        fact = read_fact(entry.leaf.decode())
        if not fact.told or not fact.key.startswith(f"{OURS}/"):
            return fact
        source = source_of(fact.key)
        origin = self.names.get(source[0], source[0]) if source else self.names[public]
        return replace(fact, origin=origin)

    def _name_cases(self) -> Iterator[Issue]:
        taken: dict[str, str] = {}
        for public, entries in self._entries.items():
            name = (
                str(entries[0].payload.get("own", public))
                if b'"own":' in entries[0].leaf
                else public
            )
            why = "" if [entry.n for entry in entries] == [*range(len(entries))] else "not gap-free"
            why = why or (_misnamed(name) if name != public else "")
            if name in taken:
                why = f"the name of {taken[name]}"
            if why:
                yield _unread(entries[0], why)
            else:
                self.names[public] = taken[name] = name
            taken.setdefault(name, public)


def source_of(key: str) -> tuple[str, int] | None:
    """Return the public case and the number of the fact that the notification *key* comes from.

    None where it is no such key.
    """
    match = _NOTIFICATION.fullmatch(key)
    return (match[1], int(match[2])) if match else None


def drop_empty(data: Mapping[str, object]) -> dict[str, object]:
    """Return *data* as a leaf has it: without empty values."""
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
