"""Writes a catalogue of items as the CSV that `duban catalogue import` reads. Pure: items → text.

What is written reads as the same version again. `safety` is not kept by the catalogue, which only
has what follows from it, so that column is not written.
"""

import csv
import io
from collections.abc import Iterable

from chalicelib.policy import guide
from chalicelib.policy.catalogue import COLUMNS, CatalogueItem
from chalicelib.policy.guide import Guide

_BETWEEN = "; "
_NONE = "none"
_COLUMNS = (*COLUMNS, "procedures", "deemed", *guide.COLUMNS)


def write_catalogue(items: Iterable[CatalogueItem]) -> str:
    """Return *items* as CSV in the order of their codes; only the columns that one of them has."""
    rows = [_row(item) for item in sorted(items, key=lambda item: item.item)]
    columns = [name for name in _COLUMNS if name in COLUMNS or any(row[name] for row in rows)]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _row(item: CatalogueItem) -> dict[str, str]:
    stages = (f"{stage.name}:{stage.limit}" if stage.limit else stage.name for stage in item.stages)
    return {
        "item": item.item,
        "name": item.name,
        "department": item.department,
        "kind": item.kind,
        "promise": str(item.promise or ""),
        "statutory": str(item.statutory or ""),
        "basis": item.basis,
        "stages": _BETWEEN.join(stages),
        "procedures": _BETWEEN.join(item.procedures),
        "deemed": item.deemed,
        **_guide(item.guide),
    }


def _guide(of: Guide) -> dict[str, str]:
    fees = None if of.fees is None else [f"{name}:{_yuan(fen)}" for name, fen in of.fees]
    return {
        "materials": _names(of.materials),
        "shared": _names(of.shared),
        "fees": _names(fees),
        "intermediaries": _names(of.intermediaries),
        "hearing": _yes(of.hearing),
        "two_persons": _yes(of.two_persons),
        "published": _NONE if of.published == "" else of.published or "",
        "cancelled": of.cancelled or "",
    }


def _names(names: Iterable[str] | None) -> str:
    """Return the cell of a list: empty where the guide does not say, `none` where there is none."""
    return "" if names is None else _BETWEEN.join(names) or _NONE


def _yes(answer: bool | None) -> str:  # noqa: FBT001 - it is the value
    return "" if answer is None else "yes" if answer else "no"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}" if fen % 100 else str(fen // 100)
