"""Exchanges (调换): who was drawn, and who stands in for one that cannot be kept.

Pure. The replacement is the next rank, never a choice (DOMAIN §6.4). Each exchange has a reason.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

# 回避, 病假, 调离, 主体注销, 其他
EXCHANGE_REASONS: Mapping[str, str] = {
    "recusal": "回避",
    "sick": "病假",
    "transferred": "调离",
    "deregistered": "主体注销",
    "other": "其他",
}


class DrawnPlace(Struct, frozen=True):
    """One of the places that were drawn: the *entry* in it, its *rank* from 1 on.

    *replaces* is the entry that it stands in for; *replaced_by* the one that stands in for it.
    """

    rank: int
    entry: str
    replaces: str = ""
    replaced_by: str = ""


def drawn_places(ranked: Sequence[str], number: int, exchanged: Sequence[str]) -> list[DrawnPlace]:
    """Return the places after the entries *exchanged* were given up, in that order.

    The first *number* of the ranking are drawn, and each exchange draws one more. Raises ValueError
    where an entry is not drawn at its turn, was given up before, or nobody is left.
    """
    places = {entry: DrawnPlace(at, entry) for at, entry in enumerate(ranked[:number], 1)}
    for at, entry in enumerate(exchanged, number):
        given_up = places.get(entry)
        if given_up is None or given_up.replaced_by:
            raise ValueError(f"{entry} is not drawn")
        if at >= len(ranked):
            raise ValueError("nobody is left")
        places[entry] = DrawnPlace(given_up.rank, entry, given_up.replaces, ranked[at])
        places[ranked[at]] = DrawnPlace(at + 1, ranked[at], entry)
    return list(places.values())


def next_rank(ranked: Sequence[str], number: int, exchanged: int) -> str:
    """Return who stands in at the next exchange, after so many; empty where nobody is left."""
    at = number + exchanged
    return ranked[at] if at < len(ranked) else ""
