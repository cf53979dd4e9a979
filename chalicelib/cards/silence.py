"""Silence (逾期未答复): whether a card waits for an answer in vain, and when that leads up.

Pure. A level waits for an answer from the delivery of the card on. An answer that is sent back
(打回), and an appeal that is decided against the unit, begin a new wait. Silence leads up only when
the time to answer and the time to appeal have both ended (DOMAIN §3.2, rules 1, 4 and 5; T-32). An
answer, a pending appeal or the end of the breach (销号) before that ends the wait.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from chalicelib.cards.life import CardState
from chalicelib.cases.fact import Fact
from chalicelib.clock.due import Due
from chalicelib.intake.event_types import Derived, Reported

Ends = Callable[[datetime], Due]
"""Return when a time is over that runs from an instant. Raises Unknown."""

_ANSWERS = frozenset({Reported.CARD_RESPONDED, Derived.CARD_REMEDIED})
_ASKS_AGAIN = frozenset({Reported.CARD_SENT_BACK, Derived.CARD_REMEDIED})  # it is no more


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

    The acts are read in the order of record. What comes after the end of a wait does not end it.
    Before a re-check by which the card has its ground back nothing was waited for in vain.
    """
    if state.served is None:
        return None
    appealable: Fact | None = state.served  # the time to appeal runs from it

    def begin(since: Fact) -> Wait:
        window = appeal(appealable.recorded_at) if appealable else None
        return Wait(since, respond(since.recorded_at), window)

    current: Wait | None = begin(state.served)
    is_answered = False
    for act in _acts(state):
        is_counted = state.again is None or act.n > state.again.n
        if current is not None and is_counted and act.at > current.last.last_moment.at:
            return current
        if act.kind in _ANSWERS and act.text("verdict") != "lost":
            current, is_answered = None, True
        elif act.kind == Reported.CARD_APPEALED:
            current = None
        elif act.kind in _ASKS_AGAIN:
            current, is_answered = begin(act), False
        else:  # a decision about an appeal, or the ground is back
            is_upheld = act.text("outcome") == "upheld"
            appealable = None if is_upheld or appealable is None else act
            is_over = is_answered or (act.kind == Derived.CARD_RECHECKED and current is None)
            current = None if is_over else begin(act)
    return current


def _acts(state: CardState) -> Iterator[Fact]:
    """Yield what begins or ends a wait of the present level, in the order of record."""
    acts = [state.responded, state.remedied, state.reopened, state.again]
    acts += [fact for pair in (*state.sent_back, *state.appeals) for fact in pair]
    by_number = {act.n: act for act in acts if act is not None}
    yield from (by_number[n] for n in sorted(by_number))
