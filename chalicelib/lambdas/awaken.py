"""Awaken: when a calendar, a policy or a catalogue arrives, nudge the cases that were held for one.

What is in force is remembered by its versions. While they are new, held cases are nudged again every
minute: one that a function with the old versions judged meanwhile must not be left behind. After that
a run costs one read.
"""

from datetime import timedelta

from chalicelib.calendar.shipped import load_calendar
from chalicelib.instant import parse, text
from chalicelib.plumbing.services import Services
from chalicelib.policy.shipped import load_profile

_SEEN = ("HELD", "SEEN")
_NEW = timedelta(minutes=15)  # a function may run with the versions before for as long


def awaken(chosen: Services) -> int:
    """Nudge what is held, if what is in force is new; say how many cases that was.

    A crash before the note is written finds the versions new again; nudging twice does no harm.
    """
    versions = _in_force(chosen)
    seen = chosen.registry.get(*_SEEN) or {}
    wall = chosen.wall()
    since = parse(seen["since"]) if seen.get("versions") == versions else wall
    if seen.get("versions") != versions:
        chosen.registry.put(*_SEEN, {"versions": versions, "since": text(wall)})
    elif wall - since > _NEW:
        return 0
    now = chosen.now()
    return sum(chosen.inbox.put_nudge(case, now, now) for case in list(chosen.cases.held("")))


def _in_force(chosen: Services) -> list[str]:
    calendar = load_calendar(chosen.settings.duban_calendar)
    policy = load_profile(chosen.settings.duban_profile)
    return [calendar.version, policy.version, chosen.catalogues.current()]
