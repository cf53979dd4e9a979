"""How many reports (报送) of a case act, so that a flood of them gains nothing (CLAIMS §2).

Pure. A case of a few months has some thirty reports. Each late one has the whole case judged once
more, by us and by everybody who reads the log. So of a source's reports the first MOST_REPORTS act,
in the order of receipt. The others are recorded and set aside (搁置), as if nobody had sent them.
An opening report always acts, or a flood before it would leave the case without a clock.
"""

from collections.abc import Sequence

from chalicelib.cases.fact import Fact, in_order_of_receipt
from chalicelib.intake.event_types import STARTING_TYPES

MOST_REPORTS = 200
TOO_MANY_REPORTS = "too many reports"


def beyond_most(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return the reports among *facts* that do not act, in the order of receipt.

    The first of each type that opens a case is not counted; our own doors have no bound.
    """
    if len(facts) <= MOST_REPORTS:
        return ()
    reports = [fact for fact in facts if fact.told and not fact.origin]
    first = {
        min((fact.n for fact in reports if fact.kind == kind), default=None)
        for kind in STARTING_TYPES
    }
    others = sorted((fact for fact in reports if fact.n not in first), key=in_order_of_receipt)
    return tuple(others[MOST_REPORTS:])


def is_beyond_most(fact: Fact, facts: Sequence[Fact]) -> bool:
    """Return whether *fact*, one of *facts*, is a report that does not act."""
    return any(beyond.n == fact.n for beyond in beyond_most(facts))


def acting(facts: Sequence[Fact]) -> Sequence[Fact]:
    """Return *facts* without the reports that do not act."""
    return without(facts, beyond_most(facts))


def without(facts: Sequence[Fact], beyond: Sequence[Fact]) -> Sequence[Fact]:
    """Return *facts* without those *beyond* the most."""
    numbers = {fact.n for fact in beyond}
    return [fact for fact in facts if fact.n not in numbers] if numbers else facts
