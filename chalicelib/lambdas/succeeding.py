"""Succeeding: tell the years of departments who continues them, once the day has come.

A note names the organisation and the year that were told last. It is written last: after a crash
anywhere the next minute, or the same import, tells all of it again, and what was told is there.
"""

from chalicelib.department.succession import succession_events
from chalicelib.plumbing.services import Services

_NOTE = ("PEOPLE", "SUCCEEDED")


def tell_successions(services: Services) -> int:
    """Tell every year from that of a reorganisation to this one; return how many were told.

    A minute without a change costs one read of the note; nothing without successions.
    """
    organisation = services.organisation.units()
    if not organisation.successions:
        return 0
    now, zone = services.now(), services.profile().zone
    today = services.today()
    begun = [step for step in organisation.successions if step.at <= today]
    note = {"steps": len(begun), "version": services.organisation.version(), "year": today.year}
    before = services.registry.get(*_NOTE)
    if before == note or not begun:
        return 0
    count = 0
    years = range(min(step.at.year for step in begun), today.year + 1)
    for name in sorted({each.name for unit in organisation.departments for each in unit.names}):
        for year in years:
            for event in succession_events(organisation.successors, name, year, now, zone):
                services.inbox.notify(event["subject"], event, now)
                count += 1
    services.registry.put(*_NOTE, note)
    return count
