"""A ledger, imported over HTTP into the packaged stack."""

import json
from datetime import UTC, datetime
from pathlib import Path

from infra.cli.main import main
from tests.e2e.conftest import Door

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
MAP = """format = "csv"
timezone = "Asia/Shanghai"
[case]
id = "办件编号"
accepted = { attribute = "受理时间" }
completed = { attribute = "办结时间" }
department = { attribute = "部门" }
item = { attribute = "事项编码" }
limit_column = { attribute = "承诺时限" }
"""
LEDGER = """办件编号,受理时间,办结时间,部门,事项编码,承诺时限
L-1,2025/3/7 9:05,2025/3/14 17:30,住房和城乡建设局,E2E-02,5个工作日
L-2,2025年3月7日,9999-12-31,住房和城乡建设局,E2E-02,5个工作日
"""


def test_a_ledger_in_gbk_is_imported_once(door: Door, tmp_path: Path, capsys) -> None:
    """Signed, recorded, and known when it comes again."""
    door.courier.set_clock(NOW, 0)  # after all that the ledger tells, whatever ran before
    path, map_path = tmp_path / "ledger.csv", tmp_path / "map.toml"
    path.write_bytes(LEDGER.encode("gbk"))
    map_path.write_text(MAP, encoding="utf-8")
    arguments = ["--map", str(map_path), "--to", door.url, "--region", "370102"]
    access = ["--source", door.source, "--secret", door.secret]
    for status in ("recorded", "duplicate"):
        assert main(["import", str(path), *arguments, *access, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["cases"], told["events"], told[status]) == (2, 3, 3)
