"""What does not fit a record is told in both languages, with its place."""

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, Struct

from chalicelib.schema import Defect, Unfit, read_record


class Weight:
    """A type of its own, which `parse` reads."""

    def __init__(self, grams: int) -> None:
        self.grams = grams

    @classmethod
    def parse(cls, text: str) -> "Weight":
        """Read `12g`."""
        if not text.endswith("g"):
            raise Unfit("要写成 12g", "is written 12g")
        return cls(int(text.removesuffix("g")))


class Lengths(tuple[int, ...]):
    """A type of its own, which reads more than a text."""

    __slots__ = ()

    @classmethod
    def read_value(cls, value: Any) -> "Lengths":
        """Read a list of parts."""
        for number, each in enumerate(value):
            if each < 0:
                raise Defect((number, "length"), "不能是负数", "cannot be negative")
        return cls(value)


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a whole."""

    unit: Literal["wd", "d"]
    amount: Annotated[int, Meta(ge=1, le=100)] = 1

    def __post_init__(self) -> None:
        """Two fields that do not go together."""
        if self.unit == "d" and self.amount > 50:
            raise Unfit("最多 50 d", "at most 50 d")


class Whole(Struct, frozen=True, forbid_unknown_fields=True):
    """Something of every kind."""

    code: Annotated[str, Meta(min_length=1, max_length=5, pattern="^[a-z]*$")] = "a"
    part: Part | None = None
    parts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=2)] = (Part("d"),)
    by_name: dict[Literal["north", "south"], Part] = {}
    flag: bool | None = None
    weight: Weight | None = None
    lengths: Lengths = Lengths()
    day: date | None = None
    pair: tuple[int, int] = (0, 0)
    rule: Annotated[str, Meta(pattern="^V", extra={"zh": "写成 V", "en": "is written V"})] = "V"


MANY = [{"unit": "d"}] * 3


@pytest.mark.parametrize(
    ("document", "path", "zh", "en"),
    [
        (3, "", "须是对象（键与值）", "must be an object"),
        ({"size": 1}, "size", "此处没有这个字段", "this field is not known here"),
        ({"part": {}}, "part.unit", "缺少这个字段", "this field is needed"),
        ({"part": 3}, "part", "须是对象（键与值）", "must be an object"),
        ({"part": {"unit": "mo"}}, "part.unit", "只能是：d、wd", "must be one of d, wd"),
        (
            {"part": {"unit": "d", "amount": 0}},
            "part.amount",
            "不得小于 1",
            "must not be less than 1",
        ),
        (
            {"part": {"unit": "d", "amount": 10**30}},
            "part.amount",
            "不得大于 100",
            "must not be more than 100",
        ),
        (
            {"part": {"unit": "d", "amount": 1.0}},
            "part.amount",
            "须是整数",
            "must be a whole number",
        ),
        (
            {"part": {"unit": "d", "amount": True}},
            "part.amount",
            "须是整数",
            "must be a whole number",
        ),
        ({"part": {"unit": "d", "amount": 60}}, "part", "最多 50 d", "at most 50 d"),
        ({"parts": []}, "parts", "至少 1 项", "1 entries at least"),
        ({"parts": MANY}, "parts", "最多 2 项", "2 entries at most"),
        ({"parts": "d"}, "parts", "须是数组", "must be an array"),
        ({"parts": [{"unit": "d"}, {"unit": 3}]}, "parts.1.unit", "须是文字", "must be a text"),
        ({"parts": [{"unit": "x"}]}, "parts.0.unit", "只能是：d、wd", "must be one of d, wd"),
        (
            {"by_name": {"west": {}}},
            "by_name.key",
            "只能是：north、south",
            "must be one of north, south",
        ),
        ({"code": None}, "code", "须是文字", "must be a text"),
        ({"code": ""}, "code", "至少 1 个字符", "1 characters at least"),
        ({"code": "abcdef"}, "code", "最多 5 个字符", "5 characters at most"),
        ({"flag": 1}, "flag", "须是 true 或 false", "must be true or false"),
        ({"weight": "12"}, "weight", "要写成 12g", "is written 12g"),
        ({"weight": 12}, "weight", "须是文字", "must be a text"),
        ({"lengths": [1, -1]}, "lengths.1.length", "不能是负数", "cannot be negative"),
        (
            {"day": "2026-03-01"},
            "day",
            "须是日期，不加引号，例如 2026-03-01",
            "must be a date without quotes, like 2026-03-01",
        ),
        ({"pair": [1]}, "pair", "须是 2 项", "there must be 2 entries"),
        ({"rule": "W"}, "rule", "写成 V", "is written V"),
    ],
)
def test_a_defect_is_told_with_its_place(document: object, path: str, zh: str, en: str) -> None:
    """The first that is found."""
    with pytest.raises(Defect) as told:
        read_record(Whole, document)
    assert (told.value.path, told.value.zh, str(told.value)) == (path, zh, en)


def test_a_pattern_is_not_shown_to_people() -> None:
    """They would have to read it."""
    with pytest.raises(Defect) as told:
        read_record(Whole, {"code": "A"})
    assert told.value.zh == "含有此处不允许的字符，或写法不对"
    assert "regex" not in str(told.value)


@pytest.mark.parametrize("name", ["a`b", "a\nb", "数量", "a - at `$.x`", "$", ""])
def test_an_odd_name_is_named_as_it_is(name: str) -> None:
    """Also one that looks like a place."""
    with pytest.raises(Defect) as told:
        read_record(Whole, {name: 1})
    assert told.value.parts == (name,)


def test_what_fits_is_read_as_it_is() -> None:
    """With what is left out, and a type of its own."""
    whole = read_record(Whole, {"code": "b", "parts": [{"unit": "wd", "amount": 3}]})
    assert (whole.code, whole.parts) == ("b", (Part("wd", 3),))
    weight = read_record(Whole, {"weight": "12g"}).weight
    assert weight is not None
    assert weight.grams == 12
