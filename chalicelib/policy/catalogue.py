"""Reads a catalogue of items (事项清单) from CSV: text → items, or BadInput with line and reason.

One line per item. Columns, by name in the first line and in any order:

    item        the item's code, once in the file
    name        what it is called
    department  who handles it; of several (A; B) the first, unless another of them is told
    kind        immediate, promise, forwarded or joint
    promise     承诺时限, like 10wd; may be empty
    statutory   法定时限, like 20wd; may be empty, but not both
    basis       the legal basis
    stages      受理:1wd; 审查:8wd; 决定:1wd (name, and a limit where there is one); may be empty

and where they are needed:

    procedures  site_survey; technical_review: procedures whose own record pauses the item's clock
    deemed      the basis on which silence past the promise is approval (超时默认)
    safety      yes: safety or health is at stake, so that silence never is

and the columns of its service guide (`guide.py`: materials, fees and others).

A catalogue is taken whole or not at all. Its version is the hash of its items, so the same items in
another order of lines are the same version.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from chalicelib.errors import BadInput
from chalicelib.policy import guide
from chalicelib.policy.guide import UNSAID, Guide
from chalicelib.policy.limit import Limit

ItemKind = Literal["immediate", "promise", "forwarded", "joint"]
ITEM_KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
COLUMNS = ("item", "name", "department", "kind", "promise", "statutory", "basis", "stages")
OPTIONAL = ("procedures", "deemed", "safety", *guide.COLUMNS)
MAX_ENTRIES = 20_000
MAX_TEXT = 200
_LONGER = dict.fromkeys(("basis", "stages", "deemed"), 2000) | dict.fromkeys(
    ("materials", "shared", "fees", "intermediaries"), guide.MAX_LIST
)

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_BETWEEN = re.compile(r"[;；、]")  # two departments


@dataclass(frozen=True, slots=True)
class CatalogueStage:
    """A step inside the department, with its own limit where it has one."""

    name: str
    limit: Limit | None


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One item: who handles it and how long that may take."""

    item: str
    name: str
    department: str
    kind: ItemKind
    promise: Limit | None
    statutory: Limit | None
    basis: str
    stages: tuple[CatalogueStage, ...]
    procedures: tuple[str, ...] = ()
    deemed: str = ""
    guide: Guide = UNSAID

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments that may handle it, the first of which does unless another says so."""
        names = (name.strip() for name in _BETWEEN.split(self.department))
        return tuple(filter(None, names))

    def document(self) -> dict[str, Any]:
        """Return the item as it is stored and hashed; rare fields only where set."""
        rare = {"procedures": list(self.procedures), "deemed": self.deemed}
        return {
            "item": self.item,
            "name": self.name,
            "department": self.department,
            "kind": self.kind,
            "promise": str(self.promise or ""),
            "statutory": str(self.statutory or ""),
            "basis": self.basis,
            "stages": [[stage.name, str(stage.limit or "")] for stage in self.stages],
            **{name: value for name, value in rare.items() if value},
            **self.guide.document(),
        }


def read_stored_item(document: dict[str, Any]) -> CatalogueItem:
    """Return the item that `CatalogueItem.document` wrote."""
    stages = tuple(CatalogueStage(name, _limit_or_none(text)) for name, text in document["stages"])
    promise, statutory = (_limit_or_none(document[name]) for name in ("promise", "statutory"))
    values = {**document, "promise": promise, "statutory": statutory, "stages": stages}
    return CatalogueItem(
        **{column: values[column] for column in COLUMNS},
        procedures=tuple(document.get("procedures", ())),
        deemed=document.get("deemed", ""),
        guide=guide.read_stored_guide(document),
    )


def _limit_or_none(text: str) -> Limit | None:
    return Limit.parse(text) if text else None


def catalogue_version(items: tuple[CatalogueItem, ...]) -> str:
    """Return the version of *items*, a hash of their content: their order does not matter."""
    documents = sorted((item.document() for item in items), key=lambda document: document["item"])
    text = json.dumps(documents, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_catalogue(content: bytes, file: str) -> tuple[CatalogueItem, ...]:
    """Return all items of a catalogue; *file* is its name in errors. Raises BadInput."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadInput("not UTF-8; save it as “CSV UTF-8”", f"{file}:{line}") from error
    items: list[CatalogueItem] = []
    lines: dict[str, int] = {}
    for line, row in _rows(text, file):
        where = f"{file}:{line}"
        item = _read_item(row, where)
        if item.item in lines:
            raise BadInput(f"item {item.item} is on line {lines[item.item]} already", where)
        lines[item.item] = line
        items.append(item)
        if len(items) > MAX_ENTRIES:
            raise BadInput(f"more than {MAX_ENTRIES} items", where)
    if not items:
        raise BadInput("no items in it", file)
    return tuple(items)


def _rows(text: str, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if not any(row):
                continue
            if header is None:
                header = _header(row, f"{file}:{reader.line_num}")
            elif len(row) != len(header):
                reason = f"{len(row)} cells under {len(header)} columns"
                raise BadInput(reason, f"{file}:{reader.line_num}")
            else:
                yield reader.line_num, dict(zip(header, row, strict=True))
    except csv.Error as error:
        raise BadInput(f"not CSV: {error}", f"{file}:{reader.line_num}") from error


def _header(row: list[str], where: str) -> list[str]:
    missing = [name for name in COLUMNS if name not in row]
    unknown = [name for name in row if name not in (*COLUMNS, *OPTIONAL)]
    if missing or unknown or len(row) != len(set(row)):
        needed, more = ",".join(COLUMNS), ",".join(OPTIONAL)
        raise BadInput(f"the first line must name the columns {needed} (and may {more})", where)
    return row


def _read_item(row: dict[str, str], where: str) -> CatalogueItem:
    for name in ("item", "name", "department", "basis"):
        if not row[name]:
            raise BadInput(f"{name} is empty", where)
    if not _BETWEEN.sub("", row["department"]).strip():
        raise BadInput("department names none", where)
    for name, text in row.items():
        if len(text) > _LONGER.get(name, MAX_TEXT):
            raise BadInput(f"{name} is too long", where)
        if any(ord(letter) < ord(" ") for letter in text):
            raise BadInput(f"{name} has a line break or control character in it", where)
    if row["kind"] not in ITEM_KINDS:
        raise BadInput(f"kind is one of {', '.join(ITEM_KINDS)}, not {row['kind']!r}", where)
    promise, statutory = _limit(row, "promise", where), _limit(row, "statutory", where)
    if promise is None and statutory is None:
        raise BadInput("promise and statutory are both empty", where)
    if promise and statutory and _is_longer(promise, statutory):
        raise BadInput(f"the promise {promise} is longer than the law's {statutory}", where)
    return CatalogueItem(
        item=row["item"],
        name=row["name"],
        department=row["department"],
        kind=row["kind"],
        promise=promise,
        statutory=statutory,
        basis=row["basis"],
        stages=tuple(_stages(row["stages"], where)),
        procedures=tuple(_procedures(row.get("procedures", ""), where)),
        deemed=_deemed(row, where),
        guide=guide.read_guide(row, where),
    )


def _deemed(row: dict[str, str], where: str) -> str:
    """Return the basis for a deemed approval; empty where safety is at stake (DOMAIN DEF-07)."""
    deemed, safety = row.get("deemed", ""), row.get("safety", "")
    if safety not in ("", "yes", "no"):
        raise BadInput(f"safety is yes or no, not {safety!r}", where)
    if deemed and safety == "yes":
        raise BadInput("silence cannot be approval where safety is at stake", where)
    return deemed


def _procedures(text: str, where: str) -> Iterator[str]:
    for code in filter(None, (piece.strip() for piece in text.replace("；", ";").split(";"))):
        if _CODE.fullmatch(code) is None:
            raise BadInput(f"procedures: not a code: {code!r} (write site_survey)", where)
        yield code


def _is_longer(limit: Limit, than: Limit) -> bool:
    return limit.unit == than.unit and limit.amount > than.amount  # other units: days decide


def _limit(row: dict[str, str], name: str, where: str) -> Limit | None:
    if not row[name]:
        return None
    try:
        limit = Limit.parse(row[name])
    except ValueError as error:
        raise BadInput(f"{name}: {error}", where) from error
    if limit.amount == 0:
        raise BadInput(f"{name}: a limit of nothing", where)
    return limit


def _stages(text: str, where: str) -> Iterator[CatalogueStage]:
    for part in filter(None, (piece.strip() for piece in text.replace("；", ";").split(";"))):
        name, _, limit = (piece.strip() for piece in part.replace("：", ":").partition(":"))
        if not name:
            raise BadInput(f"stages: no name in {part!r}", where)
        yield CatalogueStage(name, _limit({"stages": limit}, "stages", where))
