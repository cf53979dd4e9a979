"""A case as a log writes it, in any format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawCase:
    """One trace, or one row: the wanted attributes of the case and of its events, as text.

    *id* is empty where the log names none; *stray* marks events that stand outside any case.
    """

    id: str
    attributes: Mapping[str, str]
    events: Sequence[Mapping[str, str]]
    stray: bool = False
