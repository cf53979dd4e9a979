"""The bonus (加分) for promises shorter than the law asks (承诺时限压缩), by the catalogue.

It needs every item that has both limits. There is no bonus if one of them is not cut enough, or if
its limits cannot be compared. The real duration of cases earns nothing (DOMAIN §4.3, 成都 2011).
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.limit import Limit
from chalicelib.policy.scoring import PromiseCut


class Bonus(NamedTuple):
    """*points* for promises of which the least cut, that of *item*, is *cut* whole per cent."""

    points: int
    item: str
    cut: int
    basis: str


def bonus(entries: Iterable[CatalogueItem], scheme: PromiseCut | None) -> Bonus | None:
    """Return the bonus of a department for its *entries*; None where it has earned none."""
    cuts = [
        (_cut(each.promise, each.statutory), each.item)
        for each in entries
        if each.promise and each.statutory and each.statutory.amount > 1  # one day cannot be cut
    ]
    comparable = [(cut, item) for cut, item in cuts if cut is not None]
    if scheme is None or not comparable or len(comparable) < len(cuts):
        return None
    least, item = min(comparable)
    if least <= scheme.over:
        return None
    further = (least - scheme.over) // scheme.each
    return Bonus(scheme.points + further * scheme.more, item, least // 1, str(scheme.basis))


def _cut(promise: Limit, statutory: Limit) -> Fraction | None:
    """Return by how many per cent the promise is shorter; None for limits in two units."""
    if promise.unit != statutory.unit:
        return None
    return Fraction(100 * (statutory.amount - promise.amount), statutory.amount)
