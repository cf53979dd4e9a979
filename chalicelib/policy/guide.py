"""The service guide (办事指南) of an item, as far as the catalogue says: what may be asked.

行政许可法 30 (what is to be displayed), 31 (nothing else may be asked), 58 and 59 (fees only by
law); 优化营商环境条例 43 and 44 (intermediaries, data sharing). Cells of the catalogue → `Guide`.

    materials       身份证明; 营业执照: what the applicant has to bring
    shared          营业执照: which of it the authority gets by data sharing or has already
    fees            工本费:10; 检验费:120.50: what is charged, in yuan
    intermediaries  环境影响评价: the intermediary services that the item may need
    hearing         yes: a hearing must be held
    two_persons     yes: two officers must act (实质核查)
    published       where the guide is published: a page, a hall
    cancelled       2026-12-01: the first day on which the item is not to be run any more

An empty cell says nothing, and nothing follows from it; `none` or 无 says that there is none.
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
    """What the guide of an item says; None is what it does not say."""

    materials: tuple[str, ...] | None = None
    shared: tuple[str, ...] | None = None
    fees: tuple[tuple[str, int], ...] | None = None  # each with its most, in fen
    intermediaries: tuple[str, ...] | None = None
    hearing: bool | None = None
    two_persons: bool | None = None
    published: str | None = None  # where; empty where it is not
    cancelled: str | None = None

    def document(self) -> dict[str, Any]:
        """Write what is said, and nothing else."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: _plain(value) for name, value in said.items() if value is not None}

    def rules(self) -> dict[str, int]:
        """What a case has to be handled by, as its terms keep it; *fees* is the most, in fen."""
        said: dict[str, int | None] = {
            "fees": None if self.fees is None else sum(fen for _, fen in self.fees),
            "hearing": self.hearing,
            "intermediaries": None if self.intermediaries is None else len(self.intermediaries),
            "two_persons": self.two_persons,
        }
        return {name: value for name, value in said.items() if value is not None}


UNSAID = Guide()


def _plain(value: object) -> object:
    """Tuples as they come back from JSON."""
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def from_document(document: Mapping[str, Any]) -> Guide:
    """Read what `Guide.document` wrote, beside whatever else stands there."""
    said = {name: document[name] for name in COLUMNS if name in document}
    for name in ("materials", "shared", "intermediaries"):
        if name in said:
            said[name] = tuple(said[name])
    if "fees" in said:
        said["fees"] = tuple((what, fen) for what, fen in said["fees"])
    return Guide(**said)


def read(row: Mapping[str, str], where: str) -> Guide:
    """Read the cells of one line; what is wrong is refused with *where*."""

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
    strange = set(guide.shared or ()) - set(guide.materials or guide.shared or ())
    if strange:
        raise BadInput(f"shared: {min(strange)} is not among the materials", where)
    return guide


def _pieces(text: str) -> Iterator[str]:
    return filter(None, (piece.strip() for piece in text.replace("；", ";").split(";")))


def _names(text: str) -> tuple[str, ...]:
    found = () if text in _NONE else tuple(_pieces(text))
    for name in found:
        if len(name) > MAX_NAME:
            raise ValueError(f"a name of more than {MAX_NAME} letters")
    if len(set(found)) < len(found):
        raise ValueError("one of them stands there twice")
    return found


def _fees(text: str) -> tuple[tuple[str, int], ...]:
    if text in _NONE:
        return ()
    return tuple(_fee(piece) for piece in _pieces(text))


def _fee(piece: str) -> tuple[str, int]:
    what, _, amount = (part.strip() for part in piece.replace("：", ":").rpartition(":"))
    match = _YUAN.fullmatch(amount)
    if not what or match is None:
        raise ValueError(f"not a fee: {piece[:40]!r} (write 工本费:10)")
    return what, int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"yes or no, not {text[:40]!r}")
    return text == "yes"


def _day(text: str) -> str:
    if not is_date(text):
        raise ValueError(f"not a date: {text[:40]!r} (write 2026-12-01)")
    return text
