"""Writes a catalogue as the table that it can be read from again, in the words of official lists.

Pure. Read back, the rows give the same items, and so the same version.
"""

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.policy.catalogue import COLUMNS, KIND_NAMES, CatalogueItem
from chalicelib.policy.catalogue_columns import NAMES
from chalicelib.policy.guide import Guide
from chalicelib.policy.limit import Limit
from chalicelib.policy.limit_words import UNIT_NAMES

_UNITS = {unit: name if unit == "h" else f"个{name}" for name, unit in UNIT_NAMES.items()}
_YES = {True: "是", False: "否", None: ""}
_RARE = ("procedures", "deemed", *Guide.__struct_fields__)


def catalogue_table(items: Iterable[CatalogueItem]) -> Iterator[list[str]]:
    """Yield the header, then a row for each of *items* by code; rare columns where one has them."""
    rows = [_row(item) for item in sorted(items, key=lambda item: item.item)]
    columns = [*COLUMNS, *(name for name in _RARE if any(row[name] for row in rows))]
    yield [NAMES[name][0] for name in columns]
    for row in rows:
        yield [row[name] for name in columns]


def limit_words(limit: Limit | None) -> str:
    """Return *limit* in Chinese; empty for none."""
    return f"{limit.amount}{_UNITS[limit.unit]}" if limit else ""


def _row(item: CatalogueItem) -> dict[str, str]:
    guide = item.guide
    fees = [f"{fee}:{_yuan(fen)}" for fee, fen in guide.fees or ()]
    at_once = item.kind == "immediate" and item.promise is None and item.statutory is None
    return {
        "item": item.item,
        "name": item.name,
        "department": item.department,
        "kind": KIND_NAMES[item.kind],
        "promise": "当场" if at_once else limit_words(item.promise),
        "statutory": limit_words(item.statutory),
        "basis": item.basis,
        "stages": "; ".join(
            f"{stage.name}:{limit_words(stage.limit)}" if stage.limit else stage.name
            for stage in item.stages
        ),
        "procedures": "; ".join(item.procedures),
        "deemed": item.deemed,
        "materials": _names(guide.materials),
        "shared": _names(guide.shared),
        "fees": "" if guide.fees is None else _names(fees),
        "intermediaries": _names(guide.intermediaries),
        "hearing": _YES[guide.hearing],
        "two_persons": _YES[guide.two_persons],
        "published": "无" if guide.published == "" else guide.published or "",
        "cancelled": guide.cancelled or "",
    }


def _names(names: Sequence[str] | None) -> str:
    """Return *names* in one cell; 无 for none of them, empty where nothing is known."""
    if names is None:
        return ""
    return "; ".join(names) or "无"


def _yuan(fen: int) -> str:
    yuan, rest = divmod(fen, 100)
    return f"{yuan}.{rest:02}" if rest else f"{yuan}"
