"""What the sections of a profile share: types of their values, and the refusal with its place."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import time
from typing import Annotated, Any, Self, TypeVar

from msgspec import Meta

from chalicelib.errors import BadInput
from chalicelib.schema import Defect, Unfit, read_record

Table = Mapping[str, Any]
T = TypeVar("T")

Text = Annotated[str, Meta(min_length=1)]
Whole = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
Percent = Annotated[int, Meta(ge=0, le=100)]
RuleId = Annotated[
    str,
    Meta(
        pattern=r"^(?=[^-]*[A-Z])[\x00-,.-`{-\x7f]+-\d+\Z",
        extra={"zh": "规则号要写成 V-02 这样", "en": "a rule is named like V-02"},
    ),
]

_DEPTH = 12  # a profile has five
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


class TimeOfDay(time):
    """A time of day, as an office writes it: `17:30`."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `17:30`. Raises Unfit."""
        match = _TIME.fullmatch(text)
        if match is None:
            zh = f"不是时刻：{text!r}（写成 17:30）"
            raise Unfit(zh, f"not a time of day: {text!r} (write 17:30)")
        return cls(int(match[1]), int(match[2]))


class UnfitFile(BadInput):
    """What of a profile does not fit; *parts* are its place: keys, and numbers of rows from 0."""

    def __init__(self, defect: Defect, file: str) -> None:
        place = ""
        for part in defect.parts:
            place += f" {part + 1}" if isinstance(part, int) else f".{part}"
        where = ": ".join(filter(None, (file, place.strip(" ."))))
        super().__init__(zh=defect.zh, en=defect.en, where=where)
        self.parts = defect.parts


@contextmanager
def refused(file: str) -> Iterator[None]:
    """Refuse *file*, empty for none, for what does not fit within. Raises UnfitFile."""
    try:
        yield
    except Unfit as error:
        defect = error if isinstance(error, Defect) else Defect((), error.zh, str(error))
        raise UnfitFile(defect, file) from error


def must_be_flat(table: Table, where: str) -> None:
    """Refuse a *table* that is nested more deeply than any profile is. Raises BadInput."""
    values: list[object] = [table]
    for _ in range(_DEPTH):
        deeper = [value for value in values if isinstance(value, dict | list)]
        inner = [value.values() if isinstance(value, dict) else value for value in deeper]
        values = [part for parts in inner for part in parts]
    if values:
        raise BadInput(zh="嵌套太深", en="nested too deeply", where=where)


def refuse_repeated_words(value: object, *parts: str | int) -> None:
    """Refuse a list of texts in *value* that has one of them twice. Raises Defect.

    What a row rests on has no such lists.
    """
    if isinstance(value, list):
        words = [each for each in value if isinstance(each, str)]
        if len(set(words)) < len(words):
            raise Defect(parts, "有重复的词", "names something twice")
    inner = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    for key, each in inner:
        if isinstance(each, dict | list) and key != "basis":
            refuse_repeated_words(each, *parts, key)


class within:  # noqa: N801 - it reads as a statement; a generator takes five times as long
    """Put *place* before that of what does not fit within. Raises Defect."""

    __slots__ = ("place",)

    def __init__(self, *place: str | int) -> None:
        self.place = place

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Raise *error*, if it is one of a misfit, with the place."""
        if isinstance(error, Unfit):
            parts = error.parts if isinstance(error, Defect) else ()
            raise Defect((*self.place, *parts), error.zh, str(error)) from error


def read_each(kind: type[T], table: object, names: Collection[str] | None = None) -> dict[str, T]:
    """Return each value of *table* as a record of *kind*, by its key, one of *names*.

    Raises Defect with the key; msgspec does not tell it.
    """
    records = {}
    for name, value in read_record(dict[str, Any], table).items():
        if names is not None and name not in names:
            raise Defect((name,), "此处没有这个名称", "this name is not known here")
        with within(name):
            records[name] = read_record(kind, value)
    return records
