"""A case as a log writes it, in any format."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.policy.limit import Unit


class RawCase(NamedTuple):
    """One trace, or one row: the wanted attributes of the case and of its events, as text.

    *id* is empty where the log names none; *stray* marks events that stand outside any case. A row
    has its number, and in a workbook its *sheet*; *limit_unit* is what the name of its column of
    limits says.
    """

    id: str
    attributes: Mapping[str, str]
    events: Sequence[Mapping[str, str]]
    stray: bool = False
    row: int = 0
    sheet: str = ""
    limit_unit: Unit | None = None
