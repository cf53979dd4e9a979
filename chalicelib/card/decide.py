"""The decider of a card: it climbs when unanswered, its appeal is overdue, it is revoked or closed.

The profile has the ladder (DOMAIN §3.1, §3.2). Silence beyond the time to answer and the time to
appeal leads to the next level, by V-51 (`clocks.py`). The step is an act of its own. Where the
row of the ladder is law, or the region's own document, the card climbs by itself. Otherwise the
step is proposed to a person, and the card stays at its level until one confirms it. Each level is
reached once, in order, and none early.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from chalicelib.card.clocks import (
    APPEAL_DECISION,
    APPEAL_WINDOW,
    CardDeadlines,
    passed_deadlines,
    rules_of_level,
    rung_of,
)
from chalicelib.card.state import CardState, fold_card
from chalicelib.card.words import finding_of
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.findings.annotations import held, set_aside
from chalicelib.findings.finding import SILENT
from chalicelib.findings.instrument import broken_law, card_grounds, is_formal, without_instrument
from chalicelib.instant import MILLISECOND, text
from chalicelib.intake.event_types import Derived


def decide(case: CaseHistory, rules: Rules, now: datetime) -> Decision:
    """Return the decision in the *case* of a card *now*: one fact after another, each once."""
    now, history = max(now, case.latest), case
    while True:
        state = fold_card(history)
        of_level = rules_of_level(state, rules)
        deadlines = passed_deadlines(state, of_level, now)
        evaluation = _Evaluation(state, deadlines, of_level)
        fresh = history.numbered(evaluation.facts(history, now))
        if not fresh:
            break
        history = history.followed_by(fresh[:1])
    running = deadlines.dues.items()
    coming = [due.last_moment.at for name, due in running if name not in deadlines.over]
    step_at = deadlines.step_at
    coming += [step_at] if step_at is not None and step_at >= now else []
    return Decision(
        append=tuple(history.facts[len(case) :]),
        wake_at=min(coming) + MILLISECOND if coming else None,
        held_for=deadlines.held_for,
        lamp=state.state,
        belongs_to=evaluation.belongs_to,
        dues=deadlines.dues,
        level=state.level,
        about=finding_of(state),
    )


class _Draft(NamedTuple):
    """A fact to be: its kind, key and legal instant, and its data besides those of every fact.

    It *rests_on* these facts, on that of the level, and on the one that last sent an answer back.
    """

    kind: str
    key: str
    at: datetime
    data: Mapping[str, object] = {}
    rests_on: tuple[int, ...] = ()


class _Evaluation(Struct, frozen=True):
    """A card at an instant: its state, which of its deadlines have passed, the rules."""

    state: CardState
    deadlines: CardDeadlines
    rules: Rules

    @property
    def belongs_to(self) -> dict[str, str]:
        """The department, region and item that the card is about."""
        return self.state.opening.belongs_to if self.state.opening else {}

    def facts(self, case: CaseHistory, now: datetime) -> Iterator[Fact]:
        """Yield all that follows, on record or not: the annotations, then the acts."""
        state, noticed = self.state, {"noticed_at": text(now), **self.belongs_to}
        yield from set_aside(case, list(state.set_aside), noticed)
        yield from held(self.deadlines.held_for, noticed)
        rests_on = [state.served.n] if state.served else []
        rests_on += [state.last_sent_back.n] if state.last_sent_back else []
        about = {"card": state.card, "level": state.level} | self.belongs_to | self.rules.versions
        for draft in self._drafts(now):
            numbers = sorted({*rests_on, *draft.rests_on})
            data = {**about, **draft.data, "noticed_at": text(now), "rests_on": numbers}
            yield Fact(0, draft.kind, draft.key, draft.at, now, told=False, data=data)

    def _drafts(self, now: datetime) -> Iterator[_Draft]:
        state = self.state
        if state.issued is None or state.state == "lost":
            return
        if state.revoked is not None:
            yield _Draft(Derived.CARD_ANNULLED, "annulled", state.revoked.at, {"reason": "revoked"})
            return
        if state.step is not None and state.step_confirmed is not None:
            yield self._confirmed(state.step, state.step_confirmed)
        if not self.deadlines.held_for:
            yield from self._silent(now)
            yield from self._undecided()
            yield from self._done()

    def _silent(self, now: datetime) -> Iterator[_Draft]:
        """Yield the step up of a card that nobody answered, or the proposal of it."""
        wait, step_at = self.deadlines.wait, self.deadlines.step_at
        rung = rung_of(self.state, self.rules.profile)
        if step_at is None or step_at >= now or wait is None or rung is None or not rung.then:
            return
        grounds = card_grounds(rung.basis, self.state.region, self.rules.profile, now)
        served = self.state.served
        if served is not None and not is_formal(served):  # it climbs in the form it went out in
            grounds = without_instrument(grounds)
        why = {"rule": SILENT, "ground": "unanswered", **grounds, "due_at": text(wait.response.at)}
        to = [*self.rules.profile.ladder.recipients(rung.then)]
        key, at = f"{SILENT}/{rung.then}/{wait.since.n}", wait.last.last_moment.at
        kind = Derived.CASE_ESCALATED
        if "basis_kind" in grounds:
            kind, key = Derived.ESCALATION_PROPOSED, f"proposed/{key}"
        yield _Draft(kind, key, at, {**why, "level": rung.then, "to": to}, (wait.since.n,))

    def _confirmed(self, step: Fact, confirmation: Fact) -> _Draft:
        """Return the step that a person confirmed: without 依据, as it rests on no law."""
        kept = ("rule", "ground", "basis_kind", "breaks", "due_at", "level", "to")
        data = {name: step.data[name] for name in kept if name in step.data}
        key = f"confirmed/{step.key.removeprefix('proposed/')}"
        rests_on = (step.n, confirmation.n)
        return _Draft(Derived.CASE_ESCALATED, key, confirmation.at, data, rests_on)

    def _undecided(self) -> Iterator[_Draft]:
        """Yield that an appeal waits longer than the decision about it may take."""
        end, appeal = self.deadlines.over.get(APPEAL_DECISION), self.state.appeal
        if end is not None and appeal is not None:
            law = broken_law(self.rules.profile.appeal.basis, self.state.region)
            key, data = f"appeal_overdue/{appeal.n}", {"due_at": text(end.at), **law}
            yield _Draft(Derived.APPEAL_OVERDUE, key, end.last_moment.at, data)

    def _done(self) -> Iterator[_Draft]:
        """Yield the closing (办结) of a card that is answered and can no longer be appealed."""
        state, window = self.state, self.deadlines.over.get(APPEAL_WINDOW)
        if state.served is None or not state.answers or state.closed or state.appeal:
            return
        if state.step is not None:  # first a person decides whether the card climbs
            return
        if window is None and "appeal" in state.possible:
            return
        ends = [min(fact.at for fact in state.answers)]
        ends += [window.last_moment.at] if window else []
        ends += [state.decision.at] if state.decision else []
        key = f"closed/{state.served.n}"
        again = f"/{state.last_sent_back.n}" if state.last_sent_back else ""
        yield _Draft(Derived.CARD_CLOSED, key + again, max(ends))
