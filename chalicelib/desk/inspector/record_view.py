"""The record of a case (全过程留痕): every fact, the first to the last, with its place in the log.

Pure. The versions of rules and calendar are long texts; they are listed once, and each fact refers
to them by a number.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.board.leaf_index import Run
from chalicelib.desk.inspector.fact_view import fact_row

MOST = 100  # facts on a page
VERSIONS = ("policy", "calendar", "terms")
_LIMIT = re.compile(r"(?P<amount>[0-9]{1,6})(?P<unit>[a-z]{1,2})")


def record_rows(
    facts: Sequence[Mapping[str, Any]],
    runs: Sequence[Run],
    words: Mapping[str, str],
    known: Mapping[str, object],
) -> list[dict[str, Any]]:
    """Return the rows of *facts*, as a history shows them, with their indexes in the log.

    *known* is what the head of the page says of the whole case.
    """
    rows = []
    for fact in facts:
        data = fact["data"]
        versions = {name: _text(data[name], words) for name in VERSIONS if data.get(name)}
        index = index_of(fact["n"], runs)
        rows.append({**fact_row(fact, words, known), "index": index, "versions": versions})
    return rows


def _text(version: Any, words: Mapping[str, str]) -> str:
    """Return a version as text; the terms of the catalogue have several parts, each in words."""
    if not isinstance(version, Mapping):
        return str(version)
    return " · ".join(
        f"{words.get(f'field_{name}', name)} {_part(name, part, words)}"
        for name, part in version.items()
    )


def _part(name: str, part: Any, words: Mapping[str, str]) -> str:
    """Return one part of the terms: a kind, a limit as `3wd`, or the limit of each stage."""
    if isinstance(part, Mapping):
        return " ".join(f"{stage} {_part('', limit, words)}" for stage, limit in part.items())
    text = str(part)
    limit = _LIMIT.fullmatch(text)
    unit = words.get(f"unit_{limit['unit']}") if limit else None
    if limit and unit:
        return f"{limit['amount']} {unit}"
    return words.get(f"{name}_{text}", text)


def index_of(n: int, runs: Sequence[Run]) -> int | None:
    """Return the index of fact *n* in the log; None while the board has not read that far.

    A run says where its first fact is, and the next ones follow. The last run may be followed by
    facts that are not in the log yet: of these alone the place is unknown.
    """
    run = next((run for run in reversed(runs) if run.n <= n), None)
    return run.index_of(n) if run else None


def number_versions(rows: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Give each version in *rows* a number, and return them in that order, each with its name."""
    numbers: dict[tuple[str, str], int] = {}
    for row in rows:
        row["refers_to"] = [
            numbers.setdefault((name, version), len(numbers) + 1)
            for name, version in row["versions"].items()
        ]
    return list(numbers)


def page_of(facts: Sequence[Mapping[str, Any]], first: int) -> tuple[int, int, int | None]:
    """Return the first and the last fact of the page that begins at *first*, and the next page."""
    begin = min(max(first, 0), max(len(facts) - 1, 0))
    end = min(begin + MOST, len(facts))
    return begin, end, end if end < len(facts) else None
