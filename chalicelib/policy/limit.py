"""A limit (时限): an amount and the unit it is counted in, which is the limit's, not the system's.

Units: `wd` working day 工作日 · `d` calendar day 日 · `mo` month 月 · `h` hour 小时 · `wh` office
hour 工作小时 (行政许可法 82 and the other laws of DOMAIN §1.3 DAY-02 each count in their own).
"""

import re
from functools import lru_cache
from typing import Literal, cast, get_args

from msgspec import Struct

Unit = Literal["wd", "d", "wh", "h", "mo"]
UNITS: tuple[Unit, ...] = get_args(Unit)
HOURS = frozenset({"h", "wh"})  # these run from an instant, the others from the day after
OFFICE = frozenset({"wd", "wh"})  # these rest on when the office is open
MAX_AMOUNT = 10_000
MAX_HOURS = 87_840  # ten years, which a report may name (`intake/fields.py`)

_FIELDS = frozenset({"amount", "unit"})
_TEXT = re.compile(r"(\d{1,5})(wd|d|wh|h|mo)", re.ASCII)


class Limit(Struct, frozen=True):
    """So many of a unit: `Limit(20, "wd")` is twenty working days."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse a unit or an amount that no law has."""
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit {self.unit!r}; known: {', '.join(UNITS)}")
        most = MAX_HOURS if self.unit in HOURS else MAX_AMOUNT
        if not 0 <= self.amount <= most:
            raise ValueError(f"an amount lies between 0 and {most}, not {self.amount}")

    def __str__(self) -> str:
        """Write the limit as commands and files do: `20wd`."""
        return f"{self.amount}{self.unit}"

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Read `20wd`. Raises ValueError."""
        return _parse(text)

    @classmethod
    def read_object(cls, value: object) -> "Limit":
        """Read the wire's `{"amount": 20, "unit": "wd"}`. Raises ValueError."""
        if not isinstance(value, dict) or value.keys() != _FIELDS:
            raise ValueError("a limit is {amount, unit}")
        amount = value["amount"]
        if type(amount) is not int:  # a bool is none
            raise ValueError("a limit's amount is a whole number")
        unit = value["unit"]
        return limit_of(amount, unit) if isinstance(unit, str) else cls(amount, unit)

    def written(self) -> dict[str, int | str]:
        """Write the limit as the wire does."""
        return {"amount": self.amount, "unit": self.unit}


@lru_cache(maxsize=1000)
def _parse(text: str) -> Limit:
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(f"not a limit: {text[:20]!r} (write 20wd, 30d, 8wh, 24h or 2mo)")
    return limit_of(int(match.group(1)), cast("Unit", match.group(2)))


@lru_cache(maxsize=1000)
def limit_of(amount: int, unit: Unit) -> Limit:
    """Return the limit, cached: the limits in use are few, and one case names dozens."""
    return Limit(amount, unit)
