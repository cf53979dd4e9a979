"""Settlement (待核): from when on a finding of a case may be judged (CLAIMS §4).

Pure. A finding waits until its source's delivery time has passed after its legal instant and after
the receipt of the acceptance: so honest news on its way never makes a false card.
"""

from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.clock.counting import Counting
from chalicelib.clock.delivery import in_time_until, settled_at
from chalicelib.errors import Unknown
from chalicelib.instant import EARLIEST, LATEST, MILLISECOND
from chalicelib.policy.sources import NO_SOURCES, Registration


class Settlement(Struct, frozen=True):
    """The *source* of a case, and the instant *opened_until* which its opening must settle."""

    source: Registration
    counting: Counting | None
    opened_until: datetime | None = None

    def judged_from(self, at: datetime) -> datetime:
        """Return after which instant a finding of *at* is judged; without a calendar, never."""
        if self.counting is None:
            return at
        try:
            settled = settled_at(at, self.source, self.counting)
        except Unknown:
            return LATEST
        return settled if self.opened_until is None else max(settled, self.opened_until)


AT_ONCE = Settlement(NO_SOURCES.of(""), None)


def settlement_of(opening: Fact | None, source: Registration, counting: Counting) -> Settlement:
    """Return when the findings of a case settle that *opening* opened; None: nothing did."""
    if opening is None:
        return AT_ONCE
    try:
        until = _after_receipt(opening.recorded_at, source, counting)
    except Unknown:
        until = LATEST
    return Settlement(source, counting, until)


@lru_cache(maxsize=1000)
def _after_receipt(received: datetime, source: Registration, counting: Counting) -> datetime:
    # At the very instant at which the delivery time ends, all has come that may come.
    until = in_time_until(received, source, counting)
    return until - min(MILLISECOND, until - EARLIEST)
