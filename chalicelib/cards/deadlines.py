"""The clocks of a card: its response, the window for an appeal, the decision about that.

A clock starts when a rank was recorded, never before anybody could know of it, so that an outage of
ours takes nobody's time; a decision about an appeal, and a re-check that gives the card its ground
back, start it anew. The profile has the limits (DOMAIN §3.2, §3.4 APP-04, APP-09).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, cast

from chalicelib.cards.life import Life
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import Due, due
from chalicelib.errors import Unknown
from chalicelib.policy.ladder import Rank, Rung
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile

RESPONSE, APPEAL_WINDOW, APPEAL_DECISION = "response", "appeal_window", "appeal_decision"

_STILL = frozenset({"revoked", "dismissed", "lost", "closed"})


class Stands(NamedTuple):
    """How the clocks of a card stand: which run, which of them are over, what is missing."""

    dues: Mapping[str, Due]
    over: Mapping[str, Due]
    held_for: str = ""


def stands(found: Life, policy: Profile, counting: Counting, now: datetime) -> Stands:
    """Compare the clocks with *now*; what rests on a year that is not published is held."""
    try:
        dues = deadlines(found, policy, counting)
    except Unknown as error:
        return Stands({}, {}, error.missing)
    over = {name: one for name, one in dues.items() if one.last_moment.at < now}
    held_for = next((one.waits_for for one in over.values() if one.provisional), "")
    return Stands(dues, over, held_for)


def deadlines(found: Life, policy: Profile, counting: Counting) -> dict[str, Due]:
    """When each clock that still runs is over. Raises Unknown.

    response (答复期限), appeal_window (申诉期), appeal_decision (申诉处理期限).
    """
    if found.served is None or found.state in _STILL:
        return {}
    anew = [one.recorded_at for one in (found.again, found.decision) if one is not None]
    since = max([found.served.recorded_at, *anew])
    running: dict[str, Due] = {}
    rung = rung_of(found, policy)
    if rung is not None and rung.respond is not None:
        response = _ends(since, rung.respond, counting)
        if not _is_answered(found, response):
            running[RESPONSE] = response
    if found.appeal is not None:
        decision = policy.appeal.decision
        running[APPEAL_DECISION] = _ends(found.appeal.recorded_at, decision, counting)
    elif "appeal" in found.possible:
        running[APPEAL_WINDOW] = _ends(since, policy.appeal.window, counting)
    return running


def rung_of(found: Life, policy: Profile) -> Rung | None:
    """The rung of the ladder that the card is on; None where the profile has none for it."""
    return policy.ladder.rungs.get(cast("Rank", found.rank))


def _ends(start: datetime, limit: Limit, counting: Counting) -> Due:
    end = due(start, (limit,), (), counting)
    assert end is not None  # noqa: S101 - nothing pauses it
    return end


def _is_answered(found: Life, response: Due) -> bool:
    """Whether it was answered in time, or appealed."""
    heard = (*found.answers, *((found.appeal,) if found.appeal else ()))
    return any(one.at <= response.last_moment.at for one in heard)
