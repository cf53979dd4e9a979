"""The service guide (办事指南) of an item, as the catalogue has it: which materials may be asked.

行政许可法 30 (what is to be displayed), 31 (nothing else may be asked), 58 and 59 (fees only by
law); 优化营商环境条例 43 and 44 (intermediaries, data sharing). Cells of the catalogue → `Guide`.

    materials       身份证明; 营业执照: what the applicant has to bring
    shared          营业执照: the materials that the authority gets by data sharing or has already
    fees            工本费:10; 检验费:120.50: what is charged, in yuan
    intermediaries  环境影响评价: the intermediary services that the item may need
    hearing         yes: a hearing must be held
    two_persons     yes: two officers must act (实质核查)
    published       where the guide is published: a page, a hall
    cancelled       2026-12-01: the first day on which the item is not to be run any more

Nothing follows from an empty cell; `none` or 无 means that there is none.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from chalicelib.errors import BadInput
from chalicelib.instant import is_date

COLUMNS = (
    "materials", "shared", "fees", "intermediaries",
    "hearing", "two_persons", "published", "cancelled",
)  # fmt: skip
MAX_NAME = 200
MAX_LIST = 10_000

T = TypeVar("T")

_NONE = ("none", "无")
_YUAN = re.compile(r"(\d{1,7})(?:\.(\d{1,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Guide:
    """The service guide of an item; a field is None where the guide does not name it."""

    materials: tuple[str, ...] | None = None
    shared: tuple[str, ...] | None = None
    fees: tuple[tuple[str, int], ...] | None = None  # each with its most, in fen
    intermediaries: tuple[str, ...] | None = None
    hearing: bool | None = None
    two_persons: bool | None = None
    published: str | None = None  # where; empty where it is not
    cancelled: str | None = None

    def document(self) -> dict[str, Any]:
        """Return the fields that the guide has, as they are stored."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: _plain(value) for name, value in values.items() if value is not None}

    def rules(self) -> dict[str, int]:
        """Return the guide's rules as the terms of a case keep them; *fees* is the most, in fen."""
        values: dict[str, int | None] = {
            "fees": None if self.fees is None else sum(fen for _, fen in self.fees),
            "hearing": self.hearing,
            "intermediaries": None if self.intermediaries is None else len(self.intermediaries),
            "two_persons": self.two_persons,
        }
        return {name: value for name, value in values.items() if value is not None}


UNSAID = Guide()


def _plain(value: object) -> object:
    """Return *value* with lists for its tuples, as it comes back from JSON."""
    return [_plain(element) for element in value] if isinstance(value, tuple) else value


def read_stored_guide(document: Mapping[str, Any]) -> Guide:
    """Return the guide that `Guide.document` wrote; other keys of *document* are ignored."""
    values = {name: document[name] for name in COLUMNS if name in document}
    for name in ("materials", "shared", "intermediaries"):
        if name in values:
            values[name] = tuple(values[name])
    if "fees" in values:
        values["fees"] = tuple((fee, fen) for fee, fen in values["fees"])
    return Guide(**values)


def read_guide(row: Mapping[str, str], where: str) -> Guide:
    """Return the guide that the cells of one line have. Raises BadInput with *where*."""

    def cell(name: str, reader: Callable[[str], T]) -> T | None:
        text = row.get(name, "")
        try:
            return reader(text) if text else None
        except ValueError as error:
            raise BadInput(f"{name}: {error}", where) from error

    guide = Guide(
        materials=cell("materials", _names),
        shared=cell("shared", _names),
        fees=cell("fees", _fees),
        intermediaries=cell("intermediaries", _names),
        hearing=cell("hearing", _yes),
        two_persons=cell("two_persons", _yes),
        published=cell("published", lambda text: "" if text in _NONE else text),
        cancelled=cell("cancelled", _day),
    )
    unlisted = set(guide.shared or ()) - set(guide.materials or guide.shared or ())
    if unlisted:
        raise BadInput(f"shared: {min(unlisted)} is not among the materials", where)
    return guide


def _pieces(text: str) -> Iterator[str]:
    return filter(None, (piece.strip() for piece in text.replace("；", ";").split(";")))


def _names(text: str) -> tuple[str, ...]:
    names = () if text in _NONE else tuple(_pieces(text))
    for name in names:
        if len(name) > MAX_NAME:
            raise ValueError(f"a name of more than {MAX_NAME} letters")
    if len(set(names)) < len(names):
        raise ValueError("one of them stands there twice")
    return names


def _fees(text: str) -> tuple[tuple[str, int], ...]:
    if text in _NONE:
        return ()
    return tuple(_fee(piece) for piece in _pieces(text))


def _fee(piece: str) -> tuple[str, int]:
    fee, _, amount = (part.strip() for part in piece.replace("：", ":").rpartition(":"))
    match = _YUAN.fullmatch(amount)
    if not fee or match is None:
        raise ValueError(f"not a fee: {piece[:40]!r} (write 工本费:10)")
    return fee, int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"yes or no, not {text[:40]!r}")
    return text == "yes"


def _day(text: str) -> str:
    if not is_date(text):
        raise ValueError(f"not a date: {text[:40]!r} (write 2026-12-01)")
    return text
