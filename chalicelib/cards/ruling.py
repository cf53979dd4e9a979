"""A ruling (裁定): what follows in a case of our own, and how its head is to look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.cases.fact import Fact
from chalicelib.clock.due import Due


@dataclass(frozen=True, slots=True)
class Ruling:
    """Facts to append, in order; when to look again; or what the case is held for.

    *state* is where it stands in a word, *belongs_to* its department, region and item,
    *dues* its running clocks, *level* that of a card.
    """

    append: tuple[Fact, ...] = ()
    wake_at: datetime | None = None
    held_for: str = ""
    state: str = "open"
    belongs_to: Mapping[str, str] = field(default_factory=dict)
    dues: Mapping[str, Due] = field(default_factory=dict)
    level: str = ""
