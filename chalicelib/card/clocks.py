"""The clocks of a card: its response, the window for an appeal, the decision about that.

Pure. A clock starts when a level was recorded, never before anybody could know of it, so an outage
of ours takes nobody's time. A decision about an appeal starts it anew, and so does a re-check that
gives the card its ground back. The profile has the limits (DOMAIN §3.2, §3.4 APP-04, APP-09).

Silence (逾期未答复) leads up only when the time to answer and the time to appeal have both ended
(DOMAIN §3.2, rules 1, 4 and 5; T-32). An answer that is sent back (打回), and an appeal that is
decided against the unit, begin a new wait. An answer, a pending appeal or the end of the breach
(销号) ends it.
"""

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple, cast

from chalicelib.card.state import CardState
from chalicelib.cases.case_id import is_ours
from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.clock.delivery import settled_at
from chalicelib.clock.due import Due, due_unpaused
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.policy.ladder import Level, Rung
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile

RESPONSE, APPEAL_WINDOW, APPEAL_DECISION = "response", "appeal_window", "appeal_decision"

_STILL = frozenset({"revoked", "dismissed", "lost", "closed"})
# They settle the silence before them: a person decided about it, or the card had no ground.
_SETTLED = frozenset({Reported.ESCALATION_DISMISSED, Derived.CARD_RECHECKED})


class Wait(NamedTuple):
    """A wait for an answer that began with the fact *since*, and the *last* end of its times.

    An answer is due by *response*. An appeal is possible until *window*; None: none is.
    """

    since: Fact
    response: Due
    window: Due | None

    @property
    def last(self) -> Due:
        """The end of both times: silence beyond its last moment leads up."""
        return max(self.response, self.window or self.response, key=attrgetter("last_moment.at"))


class _Reading:
    """The wait for an answer as the acts about a card make it, one after another."""

    def __init__(self, respond: Limit, rules: Rules, served: Fact) -> None:
        self._respond, self._rules, self._served = respond, rules, served
        self._appealable: Fact | None = served  # the time to appeal runs from it
        self._is_answered = self._is_remedied = self._is_pending = False
        self.wait: Wait | None = None
        self._begin(served)

    def is_past(self, instant: datetime) -> bool:
        """Return whether the wait was in vain by *instant*."""
        return self.wait is not None and instant > self.wait.last.last_moment.at

    def _begin(self, since: Fact) -> None:
        appeal = self._rules.profile.appeal.window
        window = self._ends(self._appealable, appeal) if self._appealable else None
        self.wait = Wait(since, self._ends(since, self._respond), window)

    def _ends(self, begun: Fact, limit: Limit) -> Due:
        """Return when *limit* ends that *begun* begins: never before the level was delivered."""
        known = max(begun.recorded_at, self._served.recorded_at)
        return due_unpaused(known, limit, self._rules.counting)

    def read(self, act: Fact) -> None:
        """Take *act* into account: it ends the wait, begins another one, or does neither."""
        self.wait = None
        is_lost = act.text("verdict") == "lost"
        if act.kind == Reported.CARD_RESPONDED:
            self._is_answered = True
        elif act.kind == Reported.CARD_APPEALED:
            self._is_pending = True
        elif act.kind == Reported.CARD_SENT_BACK:
            self._is_answered = self._is_remedied = False
            self._begin(act)
        elif act.kind == Derived.CARD_REMEDIED:
            self._is_remedied = not is_lost
            self._begin_unless_answered(act)
        elif act.kind == Reported.APPEAL_DECIDED:
            self._is_pending = False
            is_upheld = act.text("outcome") == "upheld"
            self._appealable = None if is_upheld or self._appealable is None else act
            self._begin_unless_answered(act)
        elif act.kind == Derived.CARD_RECHECKED and not is_lost:
            self._appealable = act if self._appealable else None
            self._begin_unless_answered(act)

    def _begin_unless_answered(self, since: Fact) -> None:
        if not (self._is_answered or self._is_remedied or self._is_pending):
            self._begin(since)


class CardDeadlines(NamedTuple):
    """The clocks of a card: which run, which of those are over, which calendar is missing.

    The *wait* for an answer goes on, or was in vain; after *step_at* the card climbs.
    """

    dues: Mapping[str, Due]
    over: Mapping[str, Due]
    held_for: str = ""
    wait: Wait | None = None
    step_at: datetime | None = None


def passed_deadlines(state: CardState, rules: Rules, now: datetime) -> CardDeadlines:
    """Return which deadlines of the card have passed at *now*, by the *rules* of its level.

    One that needs an unpublished year holds the card.
    """
    try:
        wait = _wait_for_answer(state, rules)
        dues, step_at = _running(state, wait, rules), _step_at(state, wait, rules)
    except Unknown as error:
        return CardDeadlines({}, {}, error.missing)
    over = {name: due for name, due in dues.items() if due.last_moment.at < now}
    held_for = next((due.waits_for for due in over.values() if due.provisional), "")
    return CardDeadlines(dues, over, held_for, wait, step_at)


def _wait_for_answer(state: CardState, rules: Rules) -> Wait | None:
    """Return the first wait of the present level that nothing ended in time. Raises Unknown.

    None where each was ended, and where nobody is asked for an answer at this level. The acts are
    read in the order of record. An act after the end of a wait does not end it.
    """
    rung, served = rung_of(state, rules.profile), state.served
    if rung is None or rung.respond is None or served is None or state.state in _STILL:
        return None
    settled = max((act.n for act in state.acts if act.kind in _SETTLED), default=-1)
    reading = _Reading(rung.respond, rules, served)
    for act in state.acts:
        if act.n > settled and reading.is_past(act.at):
            return reading.wait
        reading.read(act)
    return reading.wait


def deadlines(state: CardState, rules: Rules) -> dict[str, Due]:
    """Return when each clock that still runs is over. Raises Unknown.

    response (答复期限), appeal_window (申诉期), appeal_decision (申诉处理期限).
    """
    rules = rules_of_level(state, rules)
    return _running(state, _wait_for_answer(state, rules), rules)


def _running(state: CardState, wait: Wait | None, rules: Rules) -> dict[str, Due]:
    if state.served is None or state.state in _STILL:
        return {}
    profile, counting = rules.profile, rules.counting
    anew = [fact.recorded_at for fact in (state.again, state.decision) if fact is not None]
    since = max([state.served.recorded_at, *anew])
    running = {} if wait is None else {RESPONSE: wait.response}
    if state.appeal is not None:
        decision = profile.appeal.decision
        running[APPEAL_DECISION] = due_unpaused(state.appeal.recorded_at, decision, counting)
    elif "appeal" in state.possible:
        running[APPEAL_WINDOW] = due_unpaused(since, profile.appeal.window, counting)
    return running


def rules_of_level(state: CardState, rules: Rules) -> Rules:
    """Return those of *rules* that were in force when the level of the card was issued (EFF-06)."""
    return rules.at(state.served.recorded_at) if state.served else rules


def _step_at(state: CardState, wait: Wait | None, rules: Rules) -> datetime | None:
    """Return the instant after which silence leads up; None where it does not. Raises Unknown.

    A proposal lapses once the end of the breach is reported in time. A card that climbs by itself
    waits for the reports that its source may still make in time (CLAIMS §4).
    """
    rung, served = rung_of(state, rules.profile), state.served
    if wait is None or rung is None or not rung.then or served is None or state.step is not None:
        return None
    if state.level == "yellow" and rules.profile.turns_red(served.text("clock")):
        return None  # the permit's own clock does (V-04)
    last = wait.last.last_moment.at
    if not rung.basis.is_lawful_in(state.region):
        return last
    source = "" if is_ours(state.issuer) else state.issuer.partition(":")[0]
    return settled_at(last, rules.sources.of(source), rules.counting)


def rung_of(state: CardState, profile: Profile) -> Rung | None:
    """Return the rung of the ladder that the card is on; None where the profile has none."""
    return profile.ladder.rungs.get(cast("Level", state.level))
