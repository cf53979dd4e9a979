"""The types of event fields: names, prose, codes, instants and amounts, each strict.

Nothing is converted, nothing unknown is let in. Import this lazily: pydantic costs a tenth of a
second, and only receiving needs it.
"""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from chalicelib.instant import NoInstant
from chalicelib.intake import moment


def _normalised(text: str, normalise: Callable[[str], str]) -> str:
    try:
        return normalise(text)
    except NoInstant as error:
        texts = {"why": str(error), "zh": error.zh}
        raise PydanticCustomError("instant", "{why}", texts) from error


def _instant(text: str) -> str:
    return _normalised(text, moment.normalise_instant)


def _only_true(value: object) -> object:
    if value is not True:  # a literal alone would take 1 for it
        zh = {"zh": "此处只能是 true"}
        raise PydanticCustomError("true", "true is all that can be said here", zh)
    return value


def _instant_or_day(text: str) -> str:
    return _normalised(text, moment.normalise_instant_or_day)


Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Prose = Annotated[
    str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$")
]
Code = Annotated[str, Field(max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
Instant = Annotated[str, Field(max_length=40), AfterValidator(_instant)]
InstantOrDay = Annotated[str, Field(max_length=40), AfterValidator(_instant_or_day)]
OnlyTrue = Annotated[Literal[True], BeforeValidator(_only_true)]
PartName = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
Materials = Annotated[list[Name], Field(max_length=100)]
Fen = Annotated[int, Field(ge=0, le=10**12)]  # 分: a hundredth of a yuan
Officers = Annotated[int, Field(ge=1, le=100)]


class EventData(BaseModel):
    """Strict: no conversion, no unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Amount(EventData):
    """A length of time as a law states it: so many of a unit."""

    amount: Annotated[int, Field(ge=1, le=10_000)]
    unit: Literal["wd", "d", "wh", "h", "mo"]
