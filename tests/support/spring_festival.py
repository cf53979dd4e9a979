"""The Spring Festival of 2020, which was made longer while time limits were running.

As published in 2019 it ended on 30 January, and Saturday 1 February was worked for it. On 26
January a notice made it last until Sunday 2 February (国办发明电〔2020〕1号).
"""

from datetime import date

from chalicelib.calendar.change import Change
from chalicelib.plumbing.services import Services

BEFORE = Change(
    notice="国办发明电〔2019〕16号",
    title="as it was published",
    issued=date(2019, 11, 21),
    region="",
    source="",
    days_off=frozenset(),
    workdays=frozenset({date(2020, 1, 31), date(2020, 2, 1)}),
)
EXTENDED = Change(
    notice="国办发明电〔2020〕1号",
    title="国务院办公厅关于延长2020年春节假期的通知",
    issued=date(2020, 1, 26),
    region="",
    source="",
    days_off=frozenset({date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)}),
    workdays=frozenset(),
)


def put_in_force(services: Services, change: Change) -> None:
    """Import a document, as `duban calendar import` does."""
    assert services.calendars.write(change)
