"""Replays a ledger in a file as `duban replay` does: bytes in, exit code and report out."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.cli.main import main

MAP = """format = "csv"
timezone = "Asia/Shanghai"
[case]
id = "办件编号"
accepted = { attribute = "受理时间" }
completed = { attribute = "办结时间" }
department = { attribute = "部门" }
limit = [{ amount = 5, unit = "wd" }]
"""
HEAD = ["办件编号", "受理时间", "办结时间", "部门"]
# Five working days from Friday 2025-03-07 end on Friday the 14th at 17:30.
IN_TIME = ["A1", "2025-03-07 09:05", "2025-03-14 17:30", "市场监督管理局"]
LATE = ["A2", "2025-03-07 09:05", "2025-03-17 09:00", "住建局"]

Replayed = tuple[int, dict[str, Any], str]


def csv_of(*rows: Sequence[str]) -> str:
    """Write rows as a CSV file."""
    return "".join(",".join(row) + "\n" for row in rows)


@pytest.fixture
def replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Replayed]:
    """Give a function that replays a file by a map: exit code, report, what is said of it."""

    def run(
        log: str | bytes, log_map: str | bytes = MAP, *more: str, name: str = "log.csv"
    ) -> Replayed:
        path, map_path = tmp_path / name, tmp_path / "map.toml"
        path.write_bytes(log.encode() if isinstance(log, str) else log)
        map_path.write_bytes(log_map.encode() if isinstance(log_map, str) else log_map)
        code = main(["replay", str(path), "--map", str(map_path), "--json", *more])
        told = capsys.readouterr()
        return code, json.loads(told.out) if told.out else {}, told.err

    return run


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    """The cases, and those that are closed, late and breached."""
    return tuple(report[name] for name in ("cases", "closed", "closed_late", "breached"))
