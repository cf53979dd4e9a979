"""The rules for the cases of a log: a profile with the map's own way of counting."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date

from msgspec import field

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cases.rules import Rules
from chalicelib.errors import BadInput, Bilingual, Unknown
from chalicelib.policy.timeline import Adoption, Timeline
from infra.policy.choice import choose_dated_profile
from infra.replay.log_map import LogMap


class ReplayRules(Rules, frozen=True, eq=False, dict=True):
    """Rules that count as the map does already; *map_counting* is the map's way."""

    map_counting: Mapping[str, str] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """A region of its own for each way of counting: a live stage tells them apart by it."""
        text = json.dumps(dict(self.map_counting), sort_keys=True)
        return f"replay-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def replay_rules(log_map: LogMap, profile_name: str, where: str) -> ReplayRules:
    """Return a profile with the map's `[clock]` and zone. Raises BadInput; *where* is the map."""
    profile = choose_dated_profile(profile_name, "--profile")
    clock, name = log_map.clock, log_map.clock.calendar
    try:
        calendar = load_calendar(name)
    except Unknown as error:
        text = Bilingual(f"没有这个日历：{name!r}", f"no such calendar: {name!r}")
        raise BadInput(text, f"{where}: clock.calendar") from error
    try:
        # Always as mapped, whatever the map sets: what it pauses and extends counts.
        zone = log_map.timezone or str(profile.first.zone)
        settings = {"zone": zone, "cutoff": clock.cutoff, "rest_day": clock.rest_day}
        counting = {key: value for key, value in settings.items() if value is not None}
        timeline = Timeline((Adoption(None, profile),)).counted_as(counting)
        last = profile.of(date.max, date.max).counted_as(counting)
    except BadInput as error:
        raise BadInput(error.text, f"{where}: clock.{error.where}") from error
    dated = timeline if timeline.is_dated else None
    return ReplayRules(last, calendar, timeline=dated, map_counting=counting)
