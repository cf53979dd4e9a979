"""A predicate of conduct: what a case must have before it can break a rule, and its breaches.

Each module with predicates ends with `PREDICATES`, by rule; `conduct.py` joins them.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from chalicelib.findings.breach import Breach
from chalicelib.permit.state import Permit
from chalicelib.policy.conduct import Conduct


class Predicate(NamedTuple):
    """*breaches* are those of a rule in a permit; they are sought where it has what it *needs*.

    Most cases have little of what rules need.
    """

    needs: Callable[[Permit], object]
    breaches: Callable[[Permit, Conduct], Iterable[Breach]]


def has_field(*names: str) -> Callable[[Permit], object]:
    """Return whether any fact that opened, supplemented, accepted or closed a case has a field."""
    return lambda permit: not permit.fields.isdisjoint(names)
