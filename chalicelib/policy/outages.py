"""How long the recorded outages (报送故障) of a source may last in a year.

Section `[sources]` of a profile. Without it no outage can be recorded.
"""

from datetime import timedelta

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.basis import NO_BASIS, Basis, read_basis
from chalicelib.policy.reading import (
    Table,
    check_keys,
    read_positive_limit,
    read_section,
)


class OutageRule(Struct, frozen=True):
    """*outages* of one source in a calendar year, all together."""

    outages: timedelta = timedelta()
    basis: Basis = NO_BASIS


def read_outage_rule(table: Table, where: str) -> OutageRule:
    """Read `[sources]` of a profile. Raises BadInput."""
    if "sources" not in table:
        return OutageRule()
    section, where = read_section(table, "sources", where), f"{where}: sources"
    check_keys(section, ("outages", "basis"), where)
    limit = read_positive_limit(section, "outages", where)
    if limit.unit != "d":
        raise BadInput(
            zh="outages 要按 24 小时的日写：10d",
            en="outages must be in days, of 24 hours: 10d",
            where=where,
        )
    return OutageRule(timedelta(days=limit.amount), read_basis(section, where))
