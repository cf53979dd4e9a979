"""Awaken: when a calendar, a policy or a catalogue arrives, nudge the cases that waited for one.

What is in force is remembered by its versions. While they are new, whoever waits is nudged again
every few minutes: a case that a function with the old versions judged meanwhile must not be left
behind. After that a run costs one read.
"""

from datetime import timedelta

from chalicelib.instant import parse, text
from chalicelib.plumbing.services import Services

_SEEN = ("HELD", "SEEN")
_AGAIN = timedelta(minutes=5)
_NEW = timedelta(minutes=16)  # a function may run with the versions before for as long


def awaken(chosen: Services) -> int:
    """Nudge what waits, if what is in force is new; say how many cases that was.

    A new catalogue concerns the cases held for one; a new calendar or policy all that are held or
    whose due instant is provisional. A crash before the note is written finds the versions new
    again; nudging twice does no harm.
    """
    wall, rules, catalogue = chosen.wall(), _rules(chosen), chosen.catalogues.current()
    seen = chosen.registry.get(*_SEEN) or {}
    same_rules = seen.get("rules") == rules
    is_same = same_rules and seen.get("catalogue") == catalogue
    since = parse(seen["since"]) if is_same else wall
    if is_same and (wall - since > _NEW or wall - parse(seen["nudged_at"]) < _AGAIN):
        return 0
    waits_for = seen["waits_for"] if is_same else "catalogue:" if same_rules else ""
    now = chosen.now()
    cases = list(chosen.cases.held(waits_for))
    nudged = sum(chosen.inbox.put_nudge(case, now, now) for case in cases)
    note = {"rules": rules, "catalogue": catalogue, "waits_for": waits_for}
    chosen.registry.put(*_SEEN, {**note, "since": text(since), "nudged_at": text(wall)})
    return nudged


def _rules(chosen: Services) -> list[str]:
    return [chosen.calendars.version(), chosen.policy().version]
