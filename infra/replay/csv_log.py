"""Reads a CSV log as a stream: each row an event, or without `activity` in the map, a case."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from chalicelib.errors import BadInput
from infra.replay.log_file import open_text
from infra.replay.log_map import LogMap
from infra.replay.raw_case import RawCase
from infra.replay.wanted import WantedKeys, present_value

Columns = tuple[tuple[str, int], ...]


def read_csv(
    stream: BinaryIO, log_map: LogMap, wanted: WantedKeys, where: str
) -> Iterator[RawCase]:
    """Yield one RawCase per row of *stream*; *where* names the log in errors. Raises BadInput."""
    encoding = log_map.encoding or "utf-8"
    with open_text(stream, encoding) as text:
        rows = csv.reader(text, delimiter=log_map.delimiter or ",", strict=True)
        try:
            yield from _read_rows(rows, log_map, wanted, where)
        except csv.Error as error:
            raise BadInput(f"broken CSV: {error}", f"{where}, line {rows.line_num}") from error
        except UnicodeError as error:
            row_where = f"{where}, after line {rows.line_num}"
            raise BadInput(f"not {encoding}: {error}", row_where) from error


def _read_rows(rows: Any, log_map: LogMap, wanted: WantedKeys, where: str) -> Iterator[RawCase]:
    header = next(rows, None)
    if not header:
        raise BadInput("no header line", f"{where}, line 1")
    case_columns = _columns(header, wanted.case_keys, where)
    event_keys = wanted.event_keys if log_map.has_events else frozenset[str]()
    event_columns = _columns(header, event_keys, where)
    for row in rows:
        if not row:
            continue
        if len(row) > len(header) and any(row[len(header) :]):
            message = f"{len(row)} values under {len(header)} columns"
            raise BadInput(message, f"{where}, line {rows.line_num}")
        attributes = _values(row, case_columns)
        events = [_values(row, event_columns)] if log_map.has_events else []
        yield RawCase(attributes.get(wanted.id, ""), attributes, events)


def _columns(header: Sequence[str], keys: frozenset[str], where: str) -> Columns:
    names = [name.strip() for name in header]
    for key in sorted(keys):
        if key not in names:
            raise BadInput(f"no column {key!r}", f"{where}, line 1")
        if names.count(key) > 1:
            raise BadInput(f"column {key!r} is there twice", f"{where}, line 1")
    return tuple((key, names.index(key)) for key in sorted(keys))


def _values(row: Sequence[str], columns: Columns) -> dict[str, str]:
    values: dict[str, str] = {}
    for key, index in columns:
        value = present_value(row[index]) if index < len(row) else None
        if value is not None:
            values[key] = value
    return values
