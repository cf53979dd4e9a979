"""The legend (图例): when a warning, a yellow and a red card is issued, and when it is escalated.

All of it is from the profile in force, so it always agrees with the decisions. The meaning of the
colours differs from region to region, and so does what a card or a level may be issued on.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.findings.finding import finding_type
from chalicelib.intake.event_types import Derived
from chalicelib.policy.ladder import Rung
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from chalicelib.policy.threshold import THRESHOLD_LEVELS, Threshold

MAIN = ("promise", "statutory")

Words = Mapping[str, str]


def legend(profile: Profile, region: str, w: Words) -> dict[str, Any]:
    """Return the legend of *profile* in *region*, for each level that the main clocks have."""
    rows = [row for clock in MAIN for row in profile.thresholds.get(clock, ())]
    cards = []
    for level in THRESHOLD_LEVELS:
        sentences = list(
            dict.fromkeys(describe_threshold(row, region, w) for row in rows if row.level == level)
        )
        if sentences:
            cards.append((level, w["met_also"].join(sentences) + w["met_end"]))
    rungs = (_describe_rung(rung, region, w) for rung in profile.ladder.rungs.values())
    return {
        "cards": cards,
        "ladder": [sentence for sentence in rungs if sentence],
        "clock": w[f"legend_clock_{profile.convention}"],
    }


def describe_threshold(threshold: Threshold, region: str, w: Words) -> str:
    """Return in words when *threshold* is met, and whether a person confirms it in *region*."""
    clock = w[f"clock_{threshold.clock}"]
    if threshold.after_yellow is not None:
        sentence = _amount(w["met_unfinished"], threshold.after_yellow, w)
    elif threshold.over is not None:
        words = w["met_over_by" if threshold.over.amount else "met_over"]
        sentence = _amount(words, threshold.over, w, clock=clock)
    else:
        sentence = w["met_near"].format(clock=clock, points=_points(threshold, w))
    waits = finding_type(threshold, threshold.basis, region) == Derived.CARD_PROPOSED
    return sentence + (w["met_confirmed"] if waits else "")


def _describe_rung(rung: Rung, region: str, w: Words) -> str:
    """Return the time for a response at this level, and the next level; "" where there is none."""
    if rung.respond is None:
        return ""
    level, then = w[f"level_{rung.level}"], rung.then and w[f"level_{rung.then}"]
    sentence = _amount(w["rung"], rung.respond, w, level=level)
    step = w["rung_then" if rung.basis.is_lawful_in(region) else "rung_then_confirmed"]
    return sentence + (step.format(then=then) if then else "") + w["met_end"]


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
