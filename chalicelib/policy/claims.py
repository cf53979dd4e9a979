"""Claims of the supervised (报送单位的主张) that wait for a person: section `[claims]`."""

from msgspec import Struct

from chalicelib.policy.basis import Basis, read_basis
from chalicelib.policy.limit import Limit
from chalicelib.policy.reading import (
    Table,
    check_keys,
    read_percent,
    read_positive_limit,
    read_section,
)


class ClaimsRule(Struct, frozen=True):
    """How claims are watched.

    A contested claim is to be decided within *decide*; past it nothing is decided by itself. An
    ending without a decision, with more than *ended* per cent of a limit used, goes to a person; a
    case that is handed in again is looked for within *refiled* after it.
    """

    decide: Limit
    ended: int
    refiled: Limit
    basis: Basis


def read_claims(table: Table, where: str) -> ClaimsRule:
    """Read `[claims]`. Raises BadInput."""
    claims, where = read_section(table, "claims", where), f"{where}: claims"
    check_keys(claims, ("decide", "ended", "refiled", "basis"), where)
    return ClaimsRule(
        decide=read_positive_limit(claims, "decide", where),
        ended=read_percent(claims, "ended", where),
        refiled=read_positive_limit(claims, "refiled", where),
        basis=read_basis(claims, where),
    )
