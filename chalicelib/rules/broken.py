"""What breaks a rule of conduct (情形): one act of a case, and in a word why.

Every rule's predicate gives these and nothing else: it knows neither levels nor cards. What is not
told is not known; a field that is absent breaks nothing, save where only a defective act would lack
it (ADR 0014).
"""

from typing import NamedTuple

from chalicelib.cases.fact import Fact


class Breach(NamedTuple):
    """*fact* breaks the rule, on a *ground*; it does so together with those of *also*."""

    ground: str
    fact: Fact
    also: tuple[Fact, ...] = ()
    label: str = ""


def count(fact: Fact, name: str) -> int:
    """The whole number in field *name* of *fact*; 0 where it says none."""
    value = fact.data.get(name)
    return value if isinstance(value, int) else 0


def is_no(fact: Fact | None, name: str) -> bool:
    """Whether *fact* says no to *name*; where it does not say, it does not."""
    return fact is not None and fact.data.get(name) is False
