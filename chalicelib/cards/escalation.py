"""What follows in the life of a card: it climbs on silence, an appeal waits too long, it is closed.

The ladder is the profile's (DOMAIN §3.1, §3.2): who is not heard of within the time that a rank
gives is raised to the next, by V-51. An appeal that came in time is no silence. Each rank is
reached once, in order, and none early.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.deadlines import (
    APPEAL_DECISION,
    APPEAL_WINDOW,
    RESPONSE,
    CardDeadlines,
    passed_deadlines,
    rung_of,
)
from chalicelib.cards.life import REFERRED, CardState, fold_card
from chalicelib.cards.remarks import held, set_aside
from chalicelib.cards.ruling import Ruling
from chalicelib.cards.versions import versions
from chalicelib.cases.fact import Fact
from chalicelib.clock.counting import Counting
from chalicelib.instant import MILLISECOND, text
from chalicelib.intake.event_types import Derived
from chalicelib.policy.ladder import Level
from chalicelib.policy.profile import Profile

RULE = "V-51"  # 逾期未答复监察文书


def decide(facts: Sequence[Fact], profile: Profile, calendar: Calendar, now: datetime) -> Ruling:
    """Say what follows in the case of a card from its *facts* by *now*."""
    now = max([now, *(fact.recorded_at for fact in facts)])
    so_far, keys = list(facts), {fact.key for fact in facts if not fact.told}
    while True:
        state = fold_card(so_far)
        look = _Look(
            state, passed_deadlines(state, profile, Counting(calendar, profile), now), profile
        )
        said = (*look.remarks(so_far, now), *look.follows(versions(profile, calendar), now))
        fresh = next((fact for fact in said if fact.key not in keys), None)
        if fresh is None:
            break
        so_far.append(fresh.numbered(len(so_far)))
        keys.add(fresh.key)
    dues, over = look.how.dues, look.how.over
    coming = [due.last_moment.at for name, due in dues.items() if name not in over]
    return Ruling(
        append=tuple(so_far[len(facts) :]),
        wake_at=min(coming) + MILLISECOND if coming else None,
        held_for=look.how.held_for,
        state=state.state,
        belongs_to=look.belongs_to,
        dues=dues,
        level=state.level,
    )


class _Said(NamedTuple):
    """A fact to be: its kind, its key, its legal instant, what it says beside the usual."""

    kind: str
    key: str
    at: datetime
    data: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class _Look:
    """A card at an instant: its life, how its clocks stand, the policy."""

    found: CardState
    how: CardDeadlines
    profile: Profile

    @property
    def belongs_to(self) -> dict[str, str]:
        """The department, region and item that the card is about."""
        return self.found.opening.belongs_to if self.found.opening else {}

    def remarks(self, facts: Sequence[Fact], now: datetime) -> Iterator[Fact]:
        """What does not fit, and what is missing."""
        noticed = {"noticed_at": text(now), **self.belongs_to}
        yield from set_aside(facts, list(self.found.set_aside), noticed)
        yield from held(self.how.held_for, noticed)

    def follows(self, under: Mapping[str, str], now: datetime) -> Iterator[Fact]:
        """What follows, on record or not, under the versions of policy and calendar."""
        state = self.found
        served = [state.served.n] if state.served else []
        for said in self._follows():
            about = {"card": state.card, "level": state.level, **self.belongs_to, **under}
            data = {**about, **said.data, "noticed_at": text(now), "rests_on": served}
            yield Fact(0, said.kind, said.key, said.at, now, told=False, data=data)

    def _follows(self) -> Iterator[_Said]:
        state = self.found
        if state.issued is None or state.state == "lost":
            return
        if state.revoked is not None:
            yield _Said(Derived.CARD_ANNULLED, "annulled", state.revoked.at, {"reason": "revoked"})
            return
        yield from self._referred(state.issued)
        if not self.how.held_for:
            yield from self._silent()
            yield from self._undecided()
            yield from self._done()

    def _referred(self, issued: Fact) -> Iterator[_Said]:
        """Signs of misconduct go to discipline inspection as soon as the card is issued (移送)."""
        if (rule := issued.text("rule")) in self.profile.ladder.refer:
            why = {"rule": rule, "ground": REFERRED, "basis": self.profile.ladder.basis}
            yield _Said(
                Derived.CASE_ESCALATED,
                "referred",
                issued.recorded_at,
                self._raised("referral", why),
            )

    def _silent(self) -> Iterator[_Said]:
        """Not heard of in time: the next rank.

        Where the permit's own clock turns an unanswered yellow red (V-03), this does not as well.
        """
        end, rung, served = self.how.over.get(RESPONSE), rung_of(self.found, self.profile), None
        if end is None or rung is None or not rung.then or (served := self.found.served) is None:
            return
        if self.found.level == "yellow" and self.profile.turns_red(served.text("clock")):
            return
        why = {"rule": RULE, "ground": "unanswered", "basis": rung.basis, "due_at": text(end.at)}
        key = f"{RULE}/{rung.then}/{served.n}"
        yield _Said(Derived.CASE_ESCALATED, key, end.last_moment.at, self._raised(rung.then, why))

    def _raised(self, to: Level, why: Mapping[str, object]) -> dict[str, object]:
        return {**why, "level": to, "to": list(self.profile.ladder.recipients(to))}

    def _undecided(self) -> Iterator[_Said]:
        """An appeal waits longer than those who decide about it may take."""
        end, appeal = self.how.over.get(APPEAL_DECISION), self.found.appeal
        if end is not None and appeal is not None:
            said = {"due_at": text(end.at), "basis": self.profile.appeal.basis}
            yield _Said(
                Derived.APPEAL_OVERDUE, f"appeal_overdue/{appeal.n}", end.last_moment.at, said
            )

    def _done(self) -> Iterator[_Said]:
        """Answered, and nothing can be appealed any more: closed (办结)."""
        state, window = self.found, self.how.over.get(APPEAL_WINDOW)
        if state.served is None or not state.answers or state.closed or state.appeal:
            return
        if window is None and "appeal" in state.possible:
            return
        ends = [min(fact.at for fact in state.answers)]
        ends += [window.last_moment.at] if window else []
        ends += [state.decision.at] if state.decision else []
        yield _Said(Derived.CARD_CLOSED, f"closed/{state.served.n}", max(ends))
