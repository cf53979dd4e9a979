"""The versions that a judgement rests on, as every fact that rules make names them (DESIGN §5)."""

from chalicelib.calendar.workdays import Calendar
from chalicelib.policy.profile import Profile


def versions(policy: Profile, calendar: Calendar) -> dict[str, str]:
    """Name the policy and the calendar, each by the hash of what it says."""
    return {"policy": policy.reference, "calendar": calendar.version}
