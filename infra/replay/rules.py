"""What the cases of a log are judged by: a shipped profile under the map's own way of counting."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chalicelib.calendar.shipped import load_calendar
from chalicelib.calendar.workdays import Calendar
from chalicelib.errors import BadInput, Unknown
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import load_profile
from infra.replay.log_map import LogMap


@dataclass(frozen=True, slots=True)
class Rules:
    """A policy and a calendar."""

    policy: Profile
    calendar: Calendar


def rules_of(log_map: LogMap, profile: str, place: str) -> Rules:
    """Put the map's `[clock]` and zone over *profile*. Raises BadInput; *place* names the map."""
    zone = ZoneInfo(log_map.timezone) if log_map.timezone else None
    clock = log_map.clock
    try:
        policy = load_profile(profile)
    except (Unknown, BadInput) as error:
        raise BadInput(f"no such profile: {profile!r}", "--profile") from error
    try:
        calendar = load_calendar(clock.calendar)
    except Unknown as error:
        raise BadInput(
            f"no such calendar: {clock.calendar!r}", f"{place}: clock.calendar"
        ) from error
    try:
        policy = policy.with_counting(zone=zone, cutoff=clock.cutoff, rest_day=clock.rest_day)
    except BadInput as error:
        raise BadInput(error.message, f"{place}: clock.{error.place}") from error
    return Rules(policy, calendar)
