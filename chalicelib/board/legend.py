"""The legend (图例): what makes a warning, a yellow and a red card, and what silence leads to.

All of it is from the policy in force, so it never says anything else than what is done; what the
colours mean differs from place to place.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.policy.ladder import Rung
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from chalicelib.policy.threshold import THRESHOLD_LEVELS, Threshold

MAIN = ("promise", "statutory")

Words = Mapping[str, str]


def legend(profile: Profile, w: Words) -> dict[str, Any]:
    """What the board's legend says of *profile*: of each level that the main clocks have."""
    rows = [row for clock in MAIN for row in profile.thresholds.get(clock, ())]
    cards = []
    for level in THRESHOLD_LEVELS:
        said = list(dict.fromkeys(met(row, w) for row in rows if row.level == level))
        if said:
            cards.append((level, w["met_also"].join(said) + w["met_end"]))
    rungs = (_climbs(rung, w) for rung in profile.ladder.rungs.values())
    return {
        "cards": cards,
        "ladder": [said for said in rungs if said],
        "clock": w[f"legend_clock_{profile.convention}"],
    }


def met(threshold: Threshold, w: Words) -> str:
    """When *threshold* is met, in words."""
    clock = w[f"clock_{threshold.clock}"]
    if threshold.after_yellow is not None:
        ground = "met_unanswered" if threshold.unless_answered else "met_unfinished"
        said = _amount(w[ground], threshold.after_yellow, w)
    elif threshold.over is not None:
        words = w["met_over_by" if threshold.over.amount else "met_over"]
        said = _amount(words, threshold.over, w, clock=clock)
    else:
        said = w["met_near"].format(clock=clock, points=_points(threshold, w))
    return said if threshold.automatic else said + w["met_confirmed"]


def _climbs(rung: Rung, w: Words) -> str:
    """How long an answer to this level may take, and what then; "" where none is asked for."""
    if rung.respond is None:
        return ""
    level, then = w[f"level_{rung.level}"], rung.then and w[f"level_{rung.then}"]
    said = _amount(w["rung"], rung.respond, w, level=level)
    return said + (w["rung_then"].format(then=then) if then else "") + w["met_end"]


def _points(threshold: Threshold, w: Words) -> str:
    points = [_amount(w["met_left"], threshold.left, w)] if threshold.left else []
    if threshold.percent is not None:
        points.append(w["met_percent"].format(percent=threshold.percent))
    first = w["met_first"] if len(points) > 1 else ""
    return w["met_or"].join(points) + first


def _amount(words: str, limit: Limit, w: Words, **more: str) -> str:
    unit = w[f"unit_{limit.unit}"]
    if limit.amount == 1:
        unit = unit.removesuffix("s")  # one working day; the Chinese has no plural
    return words.format(amount=limit.amount, unit=unit, **more)
