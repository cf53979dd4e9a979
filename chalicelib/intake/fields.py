"""The types of event fields: names, prose, codes, instants and amounts, each strict.

Nothing is converted, nothing unknown is let in. A text that has one spelling is put into it: an
instant, which strangers write in RFC 3339, into UTC.
"""

from collections.abc import Callable
from typing import Annotated, ClassVar, Literal, Self

from msgspec import Meta, Struct

from chalicelib import instant
from chalicelib.intake.name_text import MAX_NAME, clean_line, clean_name, clean_prose
from chalicelib.schema import Defect, Unfit

YEARS = range(1990, 2200)  # of an instant; how far ahead it may lie depends on now: `bounds.py`


def normalise_instant(text: str) -> str:
    """Return the instant *text* in UTC with milliseconds. Raises NoInstant."""
    parsed = instant.parse(text)
    _check_year(parsed.year)
    return instant.text(parsed)


def normalise_instant_or_day(text: str) -> str:
    """Return *text* as `normalise_instant` does, or unchanged if a date. Raises NoInstant."""
    if not instant.is_date(text):
        return normalise_instant(text)
    _check_year(int(text[:4]))
    return text


def _check_year(year: int) -> None:
    if year not in YEARS:
        first, last = YEARS.start, YEARS.stop - 1
        zh, en = f"超出 {first} 年至 {last} 年", f"outside the years {first} to {last}"
        raise instant.NoInstant(zh=zh, en=en)


TEN_YEARS = {"wd": 2610, "d": 3660, "wh": 20_880, "h": 87_840, "mo": 120}
"""The longest amount of each unit: ten years of it (CLAIMS §2)."""


class CleanText(str):
    """A text that has one spelling, which *normalise* returns, of at most *MOST* characters."""

    __slots__ = ()
    MOST: ClassVar[int] = MAX_NAME
    normalise: Callable[[str, int], str]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return *text* in its one spelling. Raises NoText."""
        return cls(cls.normalise(text, cls.MOST))


class Name(CleanText):
    """A name that is a key: of an authority, an item, a region, a stage."""

    normalise = staticmethod(clean_name)


class PartName(Name):
    """A name of a part of a joint case: a leaf of the log has to hold ten of them."""

    MOST = 40


class OneLine(CleanText):
    """A text of one line."""

    normalise = staticmethod(clean_line)


class Prose(CleanText):
    """A text of any number of lines."""

    MOST = 2000
    normalise = staticmethod(clean_prose)


class Instant(str):
    """An instant, in UTC."""

    __slots__ = ()
    MOST: ClassVar[int] = 40  # as it is written
    normalise: Callable[[str], str] = staticmethod(normalise_instant)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return *text* in UTC. Raises NoInstant, and Unfit where it is too long."""
        if len(text) > cls.MOST:
            raise Unfit(f"最多 {cls.MOST} 个字符", f"{cls.MOST} characters at most")
        return cls(cls.normalise(text))


class InstantOrDay(Instant):
    """An instant, in UTC, or a day, which stays as it is."""

    normalise = staticmethod(normalise_instant_or_day)


# Not `$`: it also matches before a line's end.
Code = Annotated[str, Meta(max_length=64, pattern=r"\A[a-z][a-z0-9_]*\Z")]
Materials = Annotated[tuple[OneLine, ...], Meta(max_length=100)]
Fen = Annotated[int, Meta(ge=0, le=10**12)]  # 分: a hundredth of a yuan
Officers = Annotated[int, Meta(ge=1, le=100)]


class EventData(Struct, frozen=True, forbid_unknown_fields=True):
    """Strict: no conversion, no unknown fields."""


class Amount(EventData, frozen=True):
    """A length of time as a law states it: so many of a unit, at most ten years."""

    unit: Literal["wd", "d", "wh", "h", "mo"]
    amount: Annotated[int, Meta(ge=1, le=max(TEN_YEARS.values()))]

    def __post_init__(self) -> None:
        """Refuse more than ten years of the unit."""
        most, unit = TEN_YEARS[self.unit], self.unit
        if self.amount > most:
            text = f"最多 {most} {unit}，即十年", f"at most {most} {unit}, which is ten years"
            raise Defect(("amount",), *text)
