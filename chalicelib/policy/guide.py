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
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from chalicelib.instant import is_date
from chalicelib.intake.name_text import NoText

if TYPE_CHECKING:
    from chalicelib.policy.catalogue_columns import Cells

MAX_NAME = 200
MAX_LIST = 10_000

_NONE = ("none", "无")
_YES = {"yes": True, "no": False, "是": True, "否": False}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_YUAN = re.compile(r"(\d{1,7})(?:\.(\d{1,2}))?", re.ASCII)


class Guide(Struct, frozen=True):
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
        values = asdict(self)
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


def read_guide(row: "Cells") -> Guide:
    """Return the guide that the cells of one row have; what is wrong is noted there."""
    guide = Guide(
        materials=row.read("materials", _names),
        shared=row.read("shared", _names),
        fees=row.read("fees", _fees),
        intermediaries=row.read("intermediaries", _names),
        hearing=row.read("hearing", read_yes),
        two_persons=row.read("two_persons", read_yes),
        published=row.read("published", lambda text: "" if text in _NONE else text),
        cancelled=row.read("cancelled", _day),
    )
    unlisted = set(guide.shared or ()) - set(guide.materials or guide.shared or ())
    if unlisted:
        name = min(unlisted)
        row.refuse("shared", f"“{name}”不在申请材料之中", f"{name!r} is none of the materials")
    return guide


def pieces(text: str) -> Iterator[str]:
    """Return the parts of a cell that lists several."""
    return filter(None, (piece.strip() for piece in text.replace("；", ";").split(";")))


def _names(text: str) -> tuple[str, ...]:
    names = () if text in _NONE else tuple(pieces(text))
    for name in names:
        if len(name) > MAX_NAME:
            zh = f"其中一项超过 {MAX_NAME} 个字符"
            raise NoText(zh=zh, en=f"a part is longer than {MAX_NAME} characters")
    if len(set(names)) < len(names):
        raise NoText(zh="有一项写了两次", en="a part is there twice")
    return names


def _fees(text: str) -> tuple[tuple[str, int], ...]:
    return () if text in _NONE else tuple(map(_fee, pieces(text)))


def _fee(piece: str) -> tuple[str, int]:
    fee, _, amount = (part.strip() for part in piece.replace("：", ":").rpartition(":"))
    match = _YUAN.fullmatch(amount)
    if not fee or match is None:
        zh = f"“{piece[:40]}”不是收费；应写成 工本费:10"
        raise NoText(zh=zh, en=f"{piece[:40]!r} is no fee; write its name, a colon and yuan")
    return fee, int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def read_yes(text: str) -> bool:
    """Return whether *text* says yes. Raises ValueError where it says neither."""
    if text not in _YES:
        zh = f"应写 是（yes）或 否（no），不是“{text[:40]}”"
        raise NoText(zh=zh, en=f"write yes or no, not {text[:40]!r}")
    return _YES[text]


def _day(text: str) -> str:
    match = _DAY.fullmatch(text)
    day = "{:0>4}-{:0>2}-{:0>2}".format(*match.groups()) if match else ""
    if not is_date(day):
        zh = f"“{text[:40]}”不是日期；应写成 2026-12-01"
        raise NoText(zh=zh, en=f"{text[:40]!r} is not a date; write 2026-12-01")
    return day
