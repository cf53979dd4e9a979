"""Claims of the supervised (报送单位的主张) that wait for a person: section `[claims]`."""

from msgspec import Struct

from chalicelib.policy.basis import Basis
from chalicelib.policy.limit import NonzeroLimit
from chalicelib.policy.reading import Percent


class ClaimsRule(Struct, frozen=True, forbid_unknown_fields=True):
    """How claims are watched.

    A contested claim is to be decided within *decide*; past it nothing is decided by itself. An
    ending without a decision, with more than *ended* per cent of a limit used, goes to a person; a
    case that is handed in again is looked for within *refiled* after it.
    """

    decide: NonzeroLimit
    ended: Percent
    refiled: NonzeroLimit
    basis: Basis
