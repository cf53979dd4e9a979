"""A breach of a rule of conduct (情形): one act of a case, and its ground in a word.

Every rule's predicate yields breaches and nothing else: it has no levels and no cards. A field that
is absent breaks nothing, unless only a defective act would lack it (ADR 0014).
"""

from typing import NamedTuple

from chalicelib.cases.fact import Fact


class Breach(NamedTuple):
    """*fact* breaks the rule, on a *ground*, together with the facts *also*."""

    ground: str
    fact: Fact
    also: tuple[Fact, ...] = ()
    label: str = ""


def read_count(fact: Fact, name: str) -> int:
    """Return the whole number in field *name* of *fact*; 0 if it has none."""
    value = fact.data.get(name)
    return value if isinstance(value, int) else 0


def is_no(fact: Fact | None, name: str) -> bool:
    """Return whether field *name* of *fact* is false; absent is not false."""
    return fact is not None and fact.data.get(name) is False
