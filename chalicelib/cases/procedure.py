"""A special procedure (特别程序): hearing, testing, expert review … whose time does not count.

行政许可法 45 takes its time out of the limit, if the applicant was notified in writing how long it
would take. A procedure that lacks what the profile's `[pause]` needs does not pause, and is flagged
(V-13). Each has a clock of its own as well: its approved length (DOMAIN PAU-04).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.clock.pause import Pause
from chalicelib.policy.allowance import PauseRule
from chalicelib.policy.limit import Limit


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure that the suspension *told* began; it ended at *end* (None: still open)."""

    told: Fact
    end: datetime | None = None

    @property
    def name(self) -> str:
        """Which procedure it is: hearing, testing or another."""
        return self.told.text("procedure")

    @property
    def approved(self) -> Limit | None:
        """The length for which it was approved; None if not reported."""
        approved = self.told.data.get("approved")
        return Limit.read_object(approved) if approved else None

    @property
    def pause(self) -> Pause:
        """The pause that it makes in a clock, if it has no defect."""
        return Pause(self.told.at, self.end, self.approved)


def is_given(fact: Fact, name: str) -> bool:
    """Return whether *fact* has the field *name*: in the open, or kept apart as private."""
    kept_apart = fact.data.get("given")
    return bool(fact.data.get(name)) or (isinstance(kept_apart, list) and name in kept_apart)


def find_defect(procedure: Procedure, rule: PauseRule, listed: Collection[str]) -> str:
    """Return the defect that keeps *procedure* from pausing, in a word; empty if there is none.

    *listed* are the procedures that the catalogue's item names as its own (DOMAIN CLK-06).
    """
    if procedure.name in rule.not_by_itself and procedure.name not in listed:
        return "not_a_ground"
    missing = next((name for name in rule.needs if not is_given(procedure.told, name)), "")
    return f"no_{missing}" if missing else ""
