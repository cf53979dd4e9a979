"""How long the recorded outages (报送故障) of a source may last in a year.

Section `[sources]` of a profile. Without it no outage can be recorded.
"""

from datetime import timedelta
from typing import Self

from msgspec import Struct

from chalicelib.policy.basis import NO_BASIS, Basis
from chalicelib.policy.limit import NonzeroLimit
from chalicelib.schema import Unfit


class Days(timedelta):
    """Days of 24 hours."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `10d`. Raises Unfit."""
        limit = NonzeroLimit.parse(text)
        if limit.unit != "d":
            zh, en = "要按 24 小时的日写：10d", "must be in days, of 24 hours: 10d"
            raise Unfit(zh, en)
        return cls(days=limit.amount)


class OutageRule(Struct, frozen=True, forbid_unknown_fields=True):
    """*outages* of one source in a calendar year, all together."""

    outages: Days
    basis: Basis


NO_OUTAGES = OutageRule(Days(), NO_BASIS)
