"""Silence (逾期未答复): whether a card waits for an answer in vain, and when that leads up.

Pure. A level waits for an answer from the delivery of the card on. An answer that is sent back
(打回), and an appeal that is decided against the unit, begin a new wait. Silence leads up only when
the time to answer and the time to appeal have both ended (DOMAIN §3.2, rules 1, 4 and 5; T-32). An
answer, a pending appeal or the end of the breach (销号) before that ends the wait.
"""

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from chalicelib.card.state import CardState
from chalicelib.cases.fact import Fact
from chalicelib.clock.due import Due
from chalicelib.intake.event_types import Derived, Reported

Ends = Callable[[datetime], Due]
"""Return when a time is over that runs from an instant. Raises Unknown."""

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


def open_wait(state: CardState, respond: Ends, appeal: Ends) -> Wait | None:
    """Return the first wait of the present level that nothing ended in time; None if each was.

    The acts are read in the order of record. An act after the end of a wait does not end it.
    """
    if state.served is None:
        return None
    settled = max((act.n for act in state.acts if act.kind in _SETTLED), default=-1)
    reading = _Reading(respond, appeal, state.served)
    for act in state.acts:
        if act.n > settled and reading.is_past(act.at):
            return reading.wait
        reading.read(act)
    return reading.wait


class _Reading:
    """The wait for an answer as the acts about a card make it, one after another."""

    def __init__(self, respond: Ends, appeal: Ends, served: Fact) -> None:
        self._respond, self._appeal, self._served = respond, appeal, served
        self._appealable: Fact | None = served  # the time to appeal runs from it
        self._is_answered = self._is_remedied = self._is_pending = False
        self.wait: Wait | None = None
        self._begin(served)

    def is_past(self, instant: datetime) -> bool:
        """Return whether the wait was in vain by *instant*."""
        return self.wait is not None and instant > self.wait.last.last_moment.at

    def _begin(self, since: Fact) -> None:
        window = self._appeal(self._known(self._appealable)) if self._appealable else None
        self.wait = Wait(since, self._respond(self._known(since)), window)

    def _known(self, fact: Fact) -> datetime:
        """Return from when a time that *fact* begins runs: never before the level was delivered."""
        return max(fact.recorded_at, self._served.recorded_at)

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
