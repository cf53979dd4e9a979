"""The kind of case that an id names (DESIGN §4): a permit is another system's, the rest are ours.

A permit's id is `source:subject`, as its intake system has it. Our own begin with `duban:`, a name
that no intake system may bear:

    duban:card/<card id>                            the life of a card (黄牌、红牌)
    duban:register/<series>/<level>/<year>          gap-free numbers (发牌编号)
    duban:department/<department>/<year>            the cards of a department's cases
    duban:item/<item>                               an item of the catalogue (事项)
    duban:log/<local date>                          the log's statements about itself on a day
    duban:sealed/<random>                           sealed records, public by their digests
    duban:sample/<random>                           files drawn for review (案卷抽查)

Parts are percent-encoded; a very long one is replaced by its hash. The id of a card is the public
name of the case in which it arose and the number of the fact that made it: `c_abc.7`.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Literal, get_args
from urllib.parse import quote, unquote

from chalicelib.errors import Corrupt
from chalicelib.intake.event import OURS

CaseKind = Literal["permit", "card", "register", "department", "item", "log", "sealed", "sample"]
KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
_OWN_KINDS: Mapping[str, CaseKind] = {kind: kind for kind in KINDS[1:]}

_LONGEST = 900  # a hundred Chinese characters

ACTS = f"{OURS}:acts/"  # no case: the vault keeps there the texts of people about a permit
DRAFTS = f"{OURS}:draft/"  # no case: the vault keeps there what is drafted about a card
NAMES = f"{OURS}:name/"  # no case: the vault keeps there a permit's public name beforehand
PEOPLE = f"{OURS}:person/"  # no case: the vault keeps there what is private of a person
NOWHERE = "000000"  # the region of a case that names none


def is_ours(case: str) -> bool:
    """Return whether *case* is named by this system; any other name is an intake system's own."""
    return case.partition(":")[0] == OURS


def kind_of(case: str) -> CaseKind:
    """Return the kind of *case*. Raises Corrupt for a kind of our own that does not exist."""
    if not is_ours(case):
        return "permit"
    name = case.partition(":")[2].partition("/")[0]
    if name not in _OWN_KINDS:
        raise Corrupt(f"本系统没有 {name!r} 这类案件", f"no kind of case is called {name!r}")
    return _OWN_KINDS[name]


def parts_of(case: str) -> list[str]:
    """Return the parts of an id of our own after its kind, decoded."""
    return [unquote(part) for part in case.split("/")[1:]]


def card_case(card: str) -> str:
    """Return the case that is the life of *card*."""
    return _our("card", card)


def register_case(series: str, level: str, year: int) -> str:
    """Return the register that numbers the cards of *level* and *year* in *series* (机关代字)."""
    return _our("register", series, level, str(year))


def department_case(department: str, year: int) -> str:
    """Return the case in which a *department*'s cards of a *year* are counted."""
    return _our("department", department, str(year))


def item_case(item: str) -> str:
    """Return the case of an *item* of the catalogue."""
    return _our("item", item)


def log_case(day: date) -> str:
    """Return the case in which the log states on *day* the rules in force and that it is alive."""
    return _our("log", day.isoformat())


def sealed_case(name: str) -> str:
    """Return the case of the sealed record with this *name*, which reveals nothing."""
    return _our("sealed", name)


def sample_case(name: str) -> str:
    """Return the case of the sample with this *name*."""
    return _our("sample", name)


def acts_in(case: str) -> str:
    """Return where the vault keeps the texts that people gave us about the permit *case*."""
    return f"{ACTS}{case}"


def draft_of(case: str) -> str:
    """Return where the vault keeps what a department's people draft about the card's *case*."""
    return f"{DRAFTS}{case}"


def name_of(case: str) -> str:
    """Return where the vault keeps the public name of the permit *case* before it is a case."""
    return f"{NAMES}{case}"


def person_case(person: str) -> str:
    """Return where the vault keeps the personal data of *person* (`p_…`)."""
    return f"{PEOPLE}{person}"


def _our(kind: CaseKind, *parts: str) -> str:
    return f"{OURS}:{'/'.join((kind, *map(_part, parts)))}"


def _part(text: str) -> str:
    """Return *text* encoded, or its hash if it is too long for an index (1,024 bytes in all).

    A tilde begins a hash and nothing else, so no text reads like the hash of another.
    """
    encoded = quote(text, safe="").replace("~", "%7E")
    if len(encoded) <= _LONGEST:
        return encoded
    return f"~{hashlib.sha256(text.encode()).hexdigest()}"


def card_id(public_case: str, n: int) -> str:
    """Return the id of the card of fact *n*: ASCII, safe in a path, without anything private."""
    return f"{public_case}.{n}"


def number_in(card: object) -> int | None:
    """Return the number of the fact of *card*, an id or that number itself; None for neither."""
    if isinstance(card, int):
        return card
    last = card.rpartition(".")[2] if isinstance(card, str) else ""
    return int(last) if last.isascii() and last.isdigit() else None
