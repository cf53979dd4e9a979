"""The clocks of a card: its response, the window for an appeal, the decision about that.

A clock starts when a level was recorded, never before anybody could know of it, so an outage of
ours takes nobody's time. A decision about an appeal starts it anew, and so does a re-check that
gives the card its ground back. An answer that was in time ends the wait for one; once it is sent
back (打回), the wait begins again from then (CLAIMS §7). The profile has the limits (DOMAIN §3.2,
§3.4 APP-04, APP-09).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, cast

from chalicelib.cards.life import CardState
from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import Due, due
from chalicelib.errors import Unknown
from chalicelib.policy.ladder import Level, Rung
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile

RESPONSE, APPEAL_WINDOW, APPEAL_DECISION = "response", "appeal_window", "appeal_decision"

_STILL = frozenset({"revoked", "dismissed", "lost", "closed"})


class CardDeadlines(NamedTuple):
    """The clocks of a card: which run, which of those are over, which calendar is missing."""

    dues: Mapping[str, Due]
    over: Mapping[str, Due]
    held_for: str = ""


def passed_deadlines(state: CardState, rules: Rules, now: datetime) -> CardDeadlines:
    """Return which deadlines of the card have passed at *now*.

    One that needs an unpublished year holds the card.
    """
    try:
        dues = deadlines(state, rules)
    except Unknown as error:
        return CardDeadlines({}, {}, error.missing)
    over = {name: due for name, due in dues.items() if due.last_moment.at < now}
    held_for = next((due.waits_for for due in over.values() if due.provisional), "")
    return CardDeadlines(dues, over, held_for)


def deadlines(state: CardState, rules: Rules) -> dict[str, Due]:
    """Return when each clock that still runs is over. Raises Unknown.

    response (答复期限), appeal_window (申诉期), appeal_decision (申诉处理期限).
    """
    if state.served is None or state.state in _STILL:
        return {}
    rules = rules_of_level(state, rules)
    profile, counting = rules.profile, rules.counting
    anew = [fact.recorded_at for fact in (state.again, state.decision) if fact is not None]
    since = max([state.served.recorded_at, *anew])
    running: dict[str, Due] = {}
    rung = rung_of(state, profile)
    if rung is not None and rung.respond is not None:
        response = _response(state, since, rung.respond, counting)
        if response is not None:
            running[RESPONSE] = response
    if state.appeal is not None:
        decision = profile.appeal.decision
        running[APPEAL_DECISION] = _ends(state.appeal.recorded_at, decision, counting)
    elif "appeal" in state.possible:
        running[APPEAL_WINDOW] = _ends(since, profile.appeal.window, counting)
    return running


def rules_of_level(state: CardState, rules: Rules) -> Rules:
    """Return those of *rules* that were in force when the level of the card was issued (EFF-06)."""
    return rules.at(state.served.recorded_at) if state.served else rules


def rung_of(state: CardState, profile: Profile) -> Rung | None:
    """Return the rung of the ladder that the card is on; None where the profile has none."""
    return profile.ladder.rungs.get(cast("Level", state.level))


def _ends(start: datetime, limit: Limit, counting: Counting) -> Due:
    end = due(start, (limit,), (), counting)
    assert end is not None  # noqa: S101 - nothing pauses it
    return end


def _response(state: CardState, since: datetime, limit: Limit, counting: Counting) -> Due | None:
    """Return the end of the first wait that no answer ended in time; None where each was ended.

    An answer that came too late does not become timely by being sent back.
    """
    for answer, sent_back in state.sent_back:
        end = _ends(since, limit, counting)
        if answer.at > end.last_moment.at:
            return end
        since = max(since, sent_back.recorded_at)
    end = _ends(since, limit, counting)
    return None if _is_answered(state, end) else end


def _is_answered(state: CardState, response: Due) -> bool:
    """Return whether the card was answered in time, or appealed in time."""
    answers = (*state.answers, *((state.appeal,) if state.appeal else ()))
    return any(fact.at <= response.last_moment.at for fact in answers)
