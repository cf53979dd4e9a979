"""Draws made again from a log, and nothing else judged: for those who ask about a draw alone."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.cases.case_id import parts_of
from chalicelib.draw.exchange import DrawnPlace, drawn_places
from chalicelib.draw.ranking import ranking
from chalicelib.intake.event_types import Reported
from chalicelib.policy.names import NameKind
from chalicelib.sample.state import SampleState, fold
from infra.verify.cases import CheckedCase
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import CappedIssues, Issue, as_far_as_read
from infra.verify.source import Document
from infra.verify.supervision.cases import CHECK, LoggedCase, LoggedCases
from infra.verify.supervision.drawn import check_drawn
from infra.verify.supervision.draws import Draws, StatedDraw, read_draws
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.reporters import check_reporters
from infra.verify.supervision.statement_reader import StatementReader


class _Gathered(NamedTuple):
    """The *issues* of samples, their *states* by name, and the lists as they were *compared*."""

    issues: CappedIssues
    states: dict[str, SampleState]
    compared: Any = ()


class DrawReplay:
    """Makes the lists of a log again, and draws from them again."""

    def __init__(self, entries: Entries, documents: Document, until: datetime) -> None:  # noqa: ARG002 - nothing is due
        """Read the rules and the commitments, by *documents*."""
        self._cases = LoggedCases(entries)
        stated = self._cases.facts(Reported.RULES_ADOPTED, "log")
        self._book, self._unread = StatementReader(documents).read_statements(stated)
        self._stated = read_draws(self._cases, documents)
        self._some, self._all = Draws(self._stated), Draws(self._stated)
        self._taken = _Gathered(CappedIssues(), {})
        self._issues = CappedIssues()
        self.states: dict[str, SampleState] = {}
        self.claims = Counter[str]()

    @property
    def draws(self) -> tuple[StatedDraw, ...]:
        """The commitments that could be read, in the order of the log."""
        return self._stated.draws

    def knew(self, kind: NameKind, name: str, entry: CheckedEntry) -> bool:  # noqa: ARG002 - not asked here
        """Return whether *name* had long been known: nobody says so here."""
        return False

    def take(self, case: CheckedCase) -> None:
        """Hold a permit against the lists; draw the files of a sample again."""
        logged = self._cases.named(case)
        if logged is None or not self._stated.draws:
            return
        if logged.kind == "permit":
            self._some.take(ReplayedCase(logged, self._book, self._cases.time_of))
        elif logged.kind == "sample":
            self._taken.issues.extend(as_far_as_read(CHECK, self._check(logged)))
            self._taken.states[parts_of(logged.name)[0]] = fold(logged.history)

    def _check(self, case: LoggedCase) -> Iterator[Issue]:
        yield from check_reporters(case)
        yield from check_drawn(case, self._stated.of(parts_of(case.name)[0]))

    def hand_over(self) -> _Gathered:
        """Return what was gathered since the last time."""
        gathered = self._taken._replace(compared=self._some.taken)
        self._taken, self._some = _Gathered(CappedIssues(), {}), Draws(self._stated)
        return gathered

    def join(self, gathered: _Gathered) -> None:
        """Add what was gathered from other cases."""
        self._issues.extend(gathered.issues)
        self.states |= gathered.states
        self._all.join(gathered.compared)

    def issues(self) -> Iterator[Issue]:
        """Yield what is wrong with the draws of the log."""
        yield from self._cases.findings
        yield from self._unread
        yield from as_far_as_read(CHECK, self._all.check_draws())
        yield from self._issues

    def places(self, draw: StatedDraw) -> list[DrawnPlace]:
        """Return who is drawn by *draw*, with those that stand in; none before the value."""
        state = self.states.get(draw.sample)
        if state is None or not state.value:
            return []
        ranked = ranking(draw.commitment, state.value)
        try:
            return drawn_places(ranked, draw.commitment.number, state.exchanged)
        except ValueError:
            return drawn_places(ranked, draw.commitment.number, ())
