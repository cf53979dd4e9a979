"""The types of event fields: names, prose, codes, instants and amounts, each strict.

Nothing is converted, nothing unknown is let in. Import this lazily: pydantic costs a tenth of a
second, and only receiving needs it.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from chalicelib.intake import moment
from chalicelib.intake.name_text import MAX_NAME, clean_line, clean_name, clean_prose

MAX_PROSE = 2000
MAX_PART = 40
TEN_YEARS = {"wd": 2610, "d": 3660, "wh": 20_880, "h": 87_840, "mo": 120}
"""The longest amount of each unit: ten years of it (CLAIMS §2)."""


def _normalised(text: str, normalise: Callable[[str], str]) -> str:
    try:
        return normalise(text)
    except ValueError as error:
        texts = {"why": str(error), "zh": getattr(error, "zh", "写法不对")}
        raise PydanticCustomError("text", "{why}", texts) from error


def _text(clean: Callable[[str, int], str], most: int) -> Any:
    """Return the validator of a text that is *clean* and has at most so many characters."""
    return AfterValidator(lambda text: _normalised(text, lambda given: clean(given, most)))


def _length(most: int) -> Any:
    return Field(json_schema_extra={"minLength": 1, "maxLength": most})


def _instant(text: str) -> str:
    return _normalised(text, moment.normalise_instant)


def _only_true(value: object) -> object:
    if value is not True:  # a literal alone would take 1 for it
        zh = {"zh": "此处只能是 true"}
        raise PydanticCustomError("true", "true is all that can be said here", zh)
    return value


def _instant_or_day(text: str) -> str:
    return _normalised(text, moment.normalise_instant_or_day)


Name = Annotated[str, _text(clean_name, MAX_NAME), _length(MAX_NAME)]
Line = Annotated[str, _text(clean_line, MAX_NAME), _length(MAX_NAME)]
Prose = Annotated[str, _text(clean_prose, MAX_PROSE), _length(MAX_PROSE)]
Code = Annotated[str, Field(max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
Instant = Annotated[str, Field(max_length=40), AfterValidator(_instant)]
InstantOrDay = Annotated[str, Field(max_length=40), AfterValidator(_instant_or_day)]
OnlyTrue = Annotated[Literal[True], BeforeValidator(_only_true)]
PartName = Annotated[str, _text(clean_name, MAX_PART), _length(MAX_PART)]
Materials = Annotated[list[Line], Field(max_length=100)]
Fen = Annotated[int, Field(ge=0, le=10**12)]  # 分: a hundredth of a yuan
Officers = Annotated[int, Field(ge=1, le=100)]


class EventData(BaseModel):
    """Strict: no conversion, no unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Amount(EventData):
    """A length of time as a law states it: so many of a unit, at most ten years."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"properties": {"unit": {"const": unit}, "amount": {"maximum": most}}}
                for unit, most in TEN_YEARS.items()
            ]
        }
    )

    unit: Literal["wd", "d", "wh", "h", "mo"]  # before the amount, which is bounded by it
    amount: Annotated[int, Field(ge=1, le=max(TEN_YEARS.values()))]

    @field_validator("amount")
    @classmethod
    def _at_most_ten_years(cls, amount: int, info: ValidationInfo) -> int:
        unit = info.data.get("unit")  # absent where it is wrong itself
        if unit is not None and amount > TEN_YEARS[unit]:
            most = TEN_YEARS[unit]
            texts = {
                "why": f"at most {most} {unit}, which is ten years",
                "zh": f"最多 {most} {unit}，即十年",
            }
            raise PydanticCustomError("ten_years", "{why}", texts)
        return amount
