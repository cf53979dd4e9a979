"""A limit (时限): an amount and the unit it is counted in, which is the limit's, not the system's.

Units: `wd` working day 工作日 · `d` calendar day 日 · `mo` month 月 · `h` hour 小时 · `wh` office
hour 工作小时 (行政许可法 82 and the other laws of DOMAIN §1.3 DAY-02 each count in their own).
"""

import re
from functools import lru_cache
from typing import Final, Literal, Self, cast, get_args

from chalicelib.schema import Unfit

Unit = Literal["wd", "d", "wh", "h", "mo"]
UNITS: tuple[Unit, ...] = get_args(Unit)
HOURS = frozenset({"h", "wh"})  # these run from an instant, the others from the day after
OFFICE = frozenset({"wd", "wh"})  # these rest on when the office is open
MAX_AMOUNT = 10_000
MAX_HOURS = 87_840  # ten years, which a report may name (`intake/fields.py`)

_FIELDS = frozenset({"amount", "unit"})
_TEXT = re.compile(r"(\d{1,5})(wd|d|wh|h|mo)", re.ASCII)


class Limit:
    """So many of a unit: `Limit(20, "wd")` is twenty working days. It never changes."""

    __slots__ = ("_hash", "amount", "unit")

    def __init__(self, amount: int, unit: Unit) -> None:
        """Refuse a unit or an amount that no law has. Raises Unfit, which is a ValueError."""
        if unit not in UNITS:
            known = ", ".join(UNITS)
            zh, en = f"没有单位 {unit!r}，只有 {known}", f"unknown unit {unit!r}; known: {known}"
            raise Unfit(zh, en)
        most = MAX_HOURS if unit in HOURS else MAX_AMOUNT
        if not 0 <= amount <= most:
            zh = f"要在 0 和 {most} 之间，不是 {amount}"
            raise Unfit(zh, f"an amount lies between 0 and {most}, not {amount}")
        self.amount: Final = amount
        self.unit: Final = unit
        self._hash: Final = hash((amount, unit))

    def __eq__(self, other: object) -> bool:
        """Return whether *other* has the same amount of the same unit."""
        if not isinstance(other, Limit):
            return NotImplemented
        return self.amount == other.amount and self.unit == other.unit

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Limit({self.amount}, {self.unit!r})"

    def __str__(self) -> str:
        """Write the limit as commands and files do: `20wd`."""
        return f"{self.amount}{self.unit}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `20wd`. Raises Unfit, which is a ValueError."""
        return cast("Self", _parse(cls, text))  # type: ignore[arg-type] # a class has a hash

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


class NonzeroLimit(Limit):
    """A limit that is longer than nothing."""

    __slots__ = ()

    def __init__(self, amount: int, unit: Unit) -> None:
        super().__init__(amount, unit)
        if not amount:
            raise Unfit("不能是零", "must be longer than nothing")


@lru_cache(maxsize=1000)
def _parse(kind: type[Limit], text: str) -> Limit:
    match = _TEXT.fullmatch(text)
    if match is None:
        zh = f"{text[:20]!r} 不是期限，请写成 20wd、30d、8wh、24h、2mo"
        raise Unfit(zh, f"not a limit: {text[:20]!r} (write 20wd, 30d, 8wh, 24h or 2mo)")
    amount, unit = int(match[1]), cast("Unit", match[2])
    return limit_of(amount, unit) if kind is Limit else kind(amount, unit)


@lru_cache(maxsize=1000)
def limit_of(amount: int, unit: Unit) -> Limit:
    """Return the limit, cached: the limits in use are few, and one case names dozens."""
    return Limit(amount, unit)
