"""How long an inspector has to decide a contested claim (待认定的迟报): section `[claims]`."""

from dataclasses import dataclass

from chalicelib.policy.limit import Limit
from chalicelib.policy.reading import (
    Table,
    check_keys,
    read_positive_limit,
    read_section,
    read_string,
)


@dataclass(frozen=True, slots=True)
class ClaimsRule:
    """A contested claim is to be decided within *decide*. Past it nothing is decided by itself."""

    decide: Limit
    basis: str


def read_claims(table: Table, where: str) -> ClaimsRule:
    """Read `[claims]`. Raises BadInput."""
    claims, where = read_section(table, "claims", where), f"{where}: claims"
    check_keys(claims, ("decide", "basis"), where)
    return ClaimsRule(
        read_positive_limit(claims, "decide", where), read_string(claims, "basis", where)
    )
