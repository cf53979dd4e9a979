"""Counted: how many cases of a group fell due in a period that is over (`findings/share.py`).

Counted in the snapshots, once. The number becomes a fact before anything is decided by it; after a
crash before that, it is counted again.
"""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.findings.share import counted_facts
from chalicelib.plumbing.services import Services


def count_groups(
    services: Services, decision: Decision, rules: Rules, now: datetime
) -> Iterator[Fact]:
    """Give a fact for each group of *decision* that is to be counted."""
    return counted_facts(decision, rules, now, services.cases.count_due)
