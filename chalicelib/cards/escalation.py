"""The decider of a card: it climbs when unanswered, an appeal is overdue, it is annulled or closed.

The profile has the ladder (DOMAIN §3.1, §3.2). A card that is not answered within the time of its
level climbs to the next level, by V-51. An appeal in time counts as an answer. An answer that was
sent back (打回) does not: silence after that climbs as silence before. Each level is reached once,
in order, and none early.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib.cards.about import finding_of
from chalicelib.cards.deadlines import (
    APPEAL_DECISION,
    APPEAL_WINDOW,
    RESPONSE,
    CardDeadlines,
    passed_deadlines,
    rung_of,
)
from chalicelib.cards.life import CardState, fold_card
from chalicelib.cards.remarks import held, set_aside
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.instant import MILLISECOND, text
from chalicelib.intake.event_types import Derived
from chalicelib.policy.ladder import Level
from chalicelib.policy.profile import Profile

RULE = "V-51"  # 逾期未答复监察文书


def decide(case: CaseHistory, rules: Rules, now: datetime) -> Decision:
    """Return what follows in the *case* of a card by *now*: one fact after another, each once."""
    now, history = max(now, case.latest), case
    while True:
        state = fold_card(history)
        evaluation = _Evaluation(state, passed_deadlines(state, rules, now), rules)
        fresh = history.numbered(evaluation.facts(history, now))
        if not fresh:
            break
        history = history.followed_by(fresh[:1])
    dues, over = evaluation.deadlines.dues, evaluation.deadlines.over
    coming = [due.last_moment.at for name, due in dues.items() if name not in over]
    return Decision(
        append=tuple(history.facts[len(case) :]),
        wake_at=min(coming) + MILLISECOND if coming else None,
        held_for=evaluation.deadlines.held_for,
        lamp=state.state,
        belongs_to=evaluation.belongs_to,
        dues=dues,
        level=state.level,
        about=finding_of(state),
    )


class _Draft(NamedTuple):
    """A fact to be: its kind, key and legal instant, and its data besides those of every fact."""

    kind: str
    key: str
    at: datetime
    data: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class _Evaluation:
    """A card at an instant: its state, which of its deadlines have passed, the rules."""

    state: CardState
    deadlines: CardDeadlines
    rules: Rules

    @property
    def profile(self) -> Profile:
        """The profile that has the ladder."""
        return self.rules.profile

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
        about = {
            "card": state.card,
            "level": state.level,
            **self.belongs_to,
            **self.rules.versions,
        }
        for draft in self._drafts():
            data = {**about, **draft.data, "noticed_at": text(now), "rests_on": rests_on}
            yield Fact(0, draft.kind, draft.key, draft.at, now, told=False, data=data)

    def _drafts(self) -> Iterator[_Draft]:
        state = self.state
        if state.issued is None or state.state == "lost":
            return
        if state.revoked is not None:
            yield _Draft(Derived.CARD_ANNULLED, "annulled", state.revoked.at, {"reason": "revoked"})
            return
        if not self.deadlines.held_for:
            yield from self._silent()
            yield from self._undecided()
            yield from self._done()

    def _silent(self) -> Iterator[_Draft]:
        """Yield the escalation of a card that nobody answered in time: one level up.

        Where the permit's own clock turns an unanswered yellow red (V-03), this does not as well.
        """
        end, served = self.deadlines.over.get(RESPONSE), self.state.served
        rung = rung_of(self.state, self.profile)
        if end is None or rung is None or not rung.then or served is None:
            return
        if self.state.level == "yellow" and self.profile.turns_red(served.text("clock")):
            return
        why = {
            "rule": RULE,
            "ground": "unanswered",
            "basis": str(rung.basis),
            "due_at": text(end.at),
        }
        key = f"{RULE}/{rung.then}/{served.n}"
        yield _Draft(Derived.CASE_ESCALATED, key, end.last_moment.at, self._raised(rung.then, why))

    def _raised(self, to: Level, why: Mapping[str, object]) -> dict[str, object]:
        return {**why, "level": to, "to": list(self.profile.ladder.recipients(to))}

    def _undecided(self) -> Iterator[_Draft]:
        """Yield that an appeal waits longer than the decision about it may take."""
        end, appeal = self.deadlines.over.get(APPEAL_DECISION), self.state.appeal
        if end is not None and appeal is not None:
            data = {"due_at": text(end.at), "basis": str(self.profile.appeal.basis)}
            yield _Draft(
                Derived.APPEAL_OVERDUE, f"appeal_overdue/{appeal.n}", end.last_moment.at, data
            )

    def _done(self) -> Iterator[_Draft]:
        """Yield the closing (办结) of a card that is answered and can no longer be appealed."""
        state, window = self.state, self.deadlines.over.get(APPEAL_WINDOW)
        if state.served is None or not state.answers or state.closed or state.appeal:
            return
        if window is None and "appeal" in state.possible:
            return
        ends = [min(fact.at for fact in state.answers)]
        ends += [window.last_moment.at] if window else []
        ends += [state.decision.at] if state.decision else []
        key = f"closed/{state.served.n}"
        again = f"/{state.last_sent_back.n}" if state.last_sent_back else ""
        yield _Draft(Derived.CARD_CLOSED, key + again, max(ends))
