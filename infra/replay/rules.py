"""What the cases of a log are judged by: a profile under the map's own way of counting."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.calendar.shipped import load_calendar
from chalicelib.cases.rules import Rules
from chalicelib.errors import BadInput, Unknown
from infra.policy.choice import choose
from infra.replay.log_map import LogMap


@dataclass(frozen=True, eq=False)
class ReplayRules(Rules):
    """Rules that count as the map does already; *map_counting* is the map's way."""

    map_counting: Mapping[str, str]

    @property
    def region(self) -> str:
        """A region of its own for each way of counting: a live stage tells them apart by it."""
        said = json.dumps(dict(self.map_counting), sort_keys=True)
        return f"replay-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def counting_of(log_map: LogMap) -> dict[str, str]:
    """How the map counts days, as far as it says so itself."""
    clock = log_map.clock
    said = {"zone": log_map.timezone, "cutoff": clock.cutoff, "rest_day": clock.rest_day}
    return {key: value for key, value in said.items() if value is not None}


def rules_of(log_map: LogMap, profile: str, where: str) -> ReplayRules:
    """Put the map's `[clock]` and zone over *profile*. Raises BadInput; *where* names the map."""
    policy = choose(profile, "--profile")
    name = log_map.clock.calendar
    try:
        calendar = load_calendar(name)
    except Unknown as error:
        raise BadInput(f"no such calendar: {name!r}", f"{where}: clock.calendar") from error
    try:
        counting = counting_of(log_map)
        policy = policy.counted_as(counting)
    except BadInput as error:
        raise BadInput(error.message, f"{where}: clock.{error.place}") from error
    return ReplayRules(policy, calendar, counting)
