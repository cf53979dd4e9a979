"""What kind of case an id names (DESIGN §4): permits are others' cases, the rest are our own.

A permit's id is `source:subject`, as its intake system has it. Our own begin with `duban:`, a name
that no intake system may bear:

    duban:card/<card id>                            the life of a card (黄牌、红牌)
    duban:register/<region>/<level>/<year>          gap-free numbers (发牌编号)
    duban:department/<department>/<year>            what counts across a department's cases
    duban:item/<item>                               an item of the catalogue (事项)
    duban:log/<local date>                          what the log says of itself on a day

What may hold anything is percent-encoded, and by its hash where it is very long. A card's id is the
public name of the case that it was found in and the number of the fact that found it: `c_abc.7`.
"""

import hashlib
from datetime import date
from typing import Literal, get_args
from urllib.parse import quote, unquote

from chalicelib.errors import Corrupt
from chalicelib.intake.event import OURS

CaseKind = Literal["permit", "card", "register", "department", "item", "log"]
KINDS: tuple[CaseKind, ...] = get_args(CaseKind)

_LONGEST = 900  # a hundred Chinese characters

NOWHERE = "000000"  # the region of a case that does not say where it belongs


def kind_of(case: str) -> CaseKind:
    """Name the kind of *case*. Raises Corrupt for one of our own that there is not."""
    source, _, subject = case.partition(":")
    if source != OURS:
        return "permit"
    kind = subject.partition("/")[0]
    for known in KINDS[1:]:
        if kind == known:
            return known
    raise Corrupt(f"no kind of case is called {kind!r}")


def parts_of(case: str) -> list[str]:
    """What an id of our own says after its kind, decoded."""
    return [unquote(part) for part in case.split("/")[1:]]


def card_case(card: str) -> str:
    """The case that is the life of *card*."""
    return _our("card", card)


def register_case(region: str, level: str, year: int) -> str:
    """The register that gives the cards of *level* their numbers in *region* and *year*."""
    return _our("register", region or NOWHERE, level, str(year))


def department_case(department: str, year: int) -> str:
    """The case in which a *department*'s cards of a *year* are counted."""
    return _our("department", department, str(year))


def item_case(item: str) -> str:
    """The case of an *item* of the catalogue."""
    return _our("item", item)


def log_case(day: date) -> str:
    """The case in which the log says on a *day* which rules are in force, and that it is alive."""
    return _our("log", day.isoformat())


def _our(kind: CaseKind, *parts: str) -> str:
    return f"{OURS}:{'/'.join((kind, *map(_part, parts)))}"


def _part(text: str) -> str:
    """Encode *text*; what is longer than an index takes (1,024 bytes in all) goes by its hash."""
    encoded = quote(text, safe="")
    if len(encoded) <= _LONGEST:
        return encoded
    return f"~{hashlib.sha256(text.encode()).hexdigest()}"


def card_id(public_case: str, n: int) -> str:
    """Name the card that fact *n* of a case found; ASCII, safe in a path, says nothing private."""
    return f"{public_case}.{n}"


def number_in(card: object) -> int | None:
    """The number of the fact that found *card*, an id or that number itself; None for neither."""
    if isinstance(card, int):
        return card
    last = card.rpartition(".")[2] if isinstance(card, str) else ""
    return int(last) if last.isascii() and last.isdigit() else None
