"""The versions that a judgement rests on, as every fact that rules make names them (DESIGN §5)."""

from chalicelib.calendar.workdays import Calendar
from chalicelib.policy.profile import Profile


def versions(profile: Profile, calendar: Calendar) -> dict[str, str]:
    """Name the policy and the calendar, each by the hash of what it says."""
    return {"policy": profile.reference, "calendar": calendar.version}
