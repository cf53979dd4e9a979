"""Effective dates (生效日期) in a profile's tables: which rows are in force on a day (DOMAIN §1.8).

Pure: tables in, tables out. A row says from which local day it holds; the earlier rows stay beside:

    [[threshold]]                      # without a date: from ever
    clock = "promise" …
    over = "0wd"

    [[threshold]]                      # of the same clock, rule and level: from that day on
    clock = "promise" …
    over = "1wd"
    effective = "2027-01-01"

A section is written as often as it has values: `[[appeal]]` twice instead of `[appeal]` once. A row
with `repealed = true` ends the others. A row binds the cases that are accepted from its day on
(`accepted_from`, the default: 法不溯及既往, 立法法 104), or all that are open then (`running`).
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any, NamedTuple

from chalicelib.policy.reading import Table
from chalicelib.schema import Defect

Path = tuple[str, ...]

APPLIES_TO = ("accepted_from", "running", "acts_from")
ROWS: Mapping[Path, tuple[str, ...]] = {
    ("threshold",): ("clock", "rule", "level"),
    ("repeated",): ("rule",),
    ("scoring", "section"): ("id",),
}
"""The arrays whose rows have dates of their own, and the keys that make two rows the same."""

_UNDATED: tuple[Path, ...] = (("document",), ("scoring", "deduction"), ("office", "season"))
_RUNNING = ("threshold", "clocks", "pause", "extension", "conduct")
_BOUND = (  # limits that a case has for life: they are set when it is received or accepted
    *("acceptance", "promise", "statutory", "immediate", "joint", "first_review"),
    *("renewal", "stage", "procedure"),
)
_DATED, _TRANSITION, _REPEALED = "effective", "applies_to", "repealed"
_MARKS = frozenset({_DATED, _TRANSITION, _REPEALED})
_EVER = date.min


class DatedRow(NamedTuple):
    """A row at *path*, a version of *same*, *since* a day; *is_running*: for open cases too."""

    path: Path
    same: tuple[str, ...]
    since: date
    is_running: bool
    table: Table


def in_force(table: Table, accepted: date, running: date) -> dict[str, Any]:
    """Return the *table* with the rows that are in force for a case *accepted* on a local day.

    Rows that bind running cases count up to the day *running*. The tables returned are without
    dates. Raises Defect.
    """

    def counts(row: DatedRow) -> bool:
        return row.since <= (max(accepted, running) if row.is_running else accepted)

    return _resolve(table, (), counts)


def changes(table: Table) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Return the days from which rows hold: for new cases, and for running ones. Raises Defect."""
    found = [row for row in rows_of(table) if row.since != _EVER]
    accepted = {row.since for row in found}
    running = {row.since for row in found if row.is_running}
    return tuple(sorted(accepted)), tuple(sorted(running))


def with_running(table: Table, later: Table, since: date) -> dict[str, Any]:
    """Return *table* and beside its rows those of *later* that bind running cases.

    None of them holds before the local day *since*, on which *later* came into force.
    """
    merged: Any = deepcopy(table)
    for row in rows_of(later):
        if row.is_running:
            *above, last = row.path
            section = merged
            for key in above:
                section = section.setdefault(key, {})
                section = section[-1] if isinstance(section, list) else section
            beside = section.get(last, [])
            dated = {**row.table, _DATED: max(row.since, since)}
            section[last] = [*(beside if isinstance(beside, list) else [beside]), dated]
    return merged  # type: ignore[no-any-return] # it is a table


def rows_of(table: Table, path: Path = ()) -> Iterator[DatedRow]:
    """Yield every row of *table* that may have a date, in its order. Raises Defect."""
    for key, value in table.items():
        here = (*path, key)
        for row in _tables(key, value):
            if here in _UNDATED:
                _refuse_dates(row, here)
                continue
            if here in ROWS or isinstance(value, list) or row.keys() & _MARKS:
                yield _read_row(row, here)
            if here not in ROWS:
                yield from rows_of(row, here)


def _resolve(table: Table, path: Path, counts: Any) -> dict[str, Any]:
    resolved: dict[str, Any] = {}
    for key, value in table.items():
        here, tables = (*path, key), _tables(key, value)
        if here in _UNDATED or not tables:
            resolved[key] = value
        elif here in ROWS:
            resolved[key] = [dict(row) for row in _select(tables, here, counts)]
        else:
            is_dated = isinstance(value, list) or _DATED in value
            chosen = [*_select(tables, here, counts)] if is_dated else tables
            if len(chosen) > 1:
                zh = "同一天有两份，不知道以哪一份为准"
                raise Defect(here, zh, "two of the same day: nobody can say which one holds")
            if chosen:
                resolved[key] = _resolve(chosen[0], here, counts)
    return resolved


def _select(tables: Sequence[Table], path: Path, counts: Any) -> Iterator[Table]:
    """Yield, of the versions of each row, those of the last day that counts, without its date."""
    rows = [row for row in (_read_row(table, path) for table in tables) if counts(row)]
    latest: dict[tuple[str, ...], date] = {}
    for row in rows:
        latest[row.same] = max(row.since, latest.get(row.same, _EVER))
    for row in rows:
        if row.since == latest[row.same] and not row.table.get(_REPEALED):
            yield undated(row.table)


def undated(row: Table) -> dict[str, Any]:
    """Return *row* without what says from when on it holds."""
    return {key: row[key] for key in row if key not in _MARKS}


def _tables(key: str, value: object) -> Sequence[Table]:
    """Return *value* as tables: one, or an array of them; none where it is anything else."""
    if key == "basis":
        return ()
    if isinstance(value, Mapping):
        return (value,)
    is_array = isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value)
    return value if is_array else ()  # type: ignore[return-value] # mypy does not follow all()


def _read_row(row: Table, path: Path) -> DatedRow:
    since = row.get(_DATED)
    if since is None:
        if row.keys() & {_TRANSITION, _REPEALED}:
            zh = f"{_TRANSITION}、{_REPEALED} 要同 {_DATED} 一起写"
            raise Defect(path, zh, f"{_TRANSITION} and {_REPEALED} go with {_DATED}")
        day = _EVER
    else:
        day = _read_day(since, path)
    applies_to = row.get(_TRANSITION, "accepted_from")
    if applies_to not in APPLIES_TO:
        zh = f"{_TRANSITION} 只能是 {'、'.join(APPLIES_TO)}，不是 {applies_to!r}"
        en = f"{_TRANSITION} must be {' or '.join(APPLIES_TO)}, not {applies_to!r}"
        raise Defect(path, zh, en)
    if applies_to == "acts_from":
        zh = "acts_from 还不能用：暂停、延期按受理时的规则判断。请写 accepted_from 或 running"
        en = "acts_from cannot be used yet: write accepted_from or running"
        raise Defect(path, zh, en)
    is_running = applies_to == "running"
    if is_running:
        _check_running(row, path)
    if not isinstance(row.get(_REPEALED, False), bool):
        zh, en = f"{_REPEALED} 只能是 true 或 false", f"{_REPEALED} must be true or false"
        raise Defect(path, zh, en)
    same = tuple(repr(row.get(key)) for key in ROWS.get(path, ()))
    return DatedRow(path, same, day, is_running, row)


def _check_running(row: Table, path: Path) -> None:
    """Refuse a running row that must not run, or does not cite why it does. Raises Defect."""
    if path[0] not in _RUNNING:
        zh = f"只有 {'、'.join(_RUNNING)} 的规则可以适用于已受理的办件（running）"
        en = f"only rules of {', '.join(_RUNNING)} may run for accepted cases (running)"
        raise Defect(path, zh, en)
    if path[0] == "clocks" and path[1:2] and path[1] in _BOUND:
        zh = "收件、受理时定下的期限不改（法不溯及既往）：这里不能写 running"
        en = "a limit set at receipt or acceptance stays as it is: running cannot be used here"
        raise Defect(path, zh, en)
    basis = row.get("basis")
    cited = basis if isinstance(basis, list) else []
    if not any(isinstance(part, Mapping) and {*part} & {"law", "local", "model"} for part in cited):
        zh = "running 要写明依据：basis 里要有 law、local 或者 model"
        raise Defect(path, zh, "running needs a basis: law, local or model")


def _read_day(value: object, path: Path) -> date:
    try:
        if isinstance(value, str):
            return date.fromisoformat(value)
    except ValueError:
        pass
    if type(value) is date:
        return value
    zh = f"{_DATED} 要写成日期，例如 2027-01-01，不是 {value!r}"
    raise Defect(path, zh, f"{_DATED} is a day, such as 2027-01-01, not {value!r}")


def _refuse_dates(row: Table, path: Path) -> None:
    if row.keys() & _MARKS and path != ("document",):
        zh = f"这里不能单独写 {_DATED}；请给整个 [{path[0]}] 写上日期"
        en = f"{_DATED} cannot stand here alone; date the whole of [{path[0]}]"
        raise Defect(path, zh, en)
