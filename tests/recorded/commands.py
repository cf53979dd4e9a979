"""What the offline commands print, and the OpenAPI document."""

import io
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

from chalicelib.api.routes import openapi_document
from infra.cli.main import main
from tests.recorded.digests import HERE
from tests.support.real_data import RECEIPT_MAP, receipt_log
from tests.support.unpacked import unpack

WEEK = HERE / "week.tar.xz"

_DUE = """
plain --from 2025-04-14T10:00 --limit 20wd
readme --from 2026-04-01 --limit 20wd --extend 10wd@2026-04-28
days --from 2025-09-26T16:00 --limit 10d
months --from 2025-01-31T09:00 --limit 1mo
hours --from 2025-04-14T10:00 --limit 24h
office-hours --from 2025-04-18T15:00 --limit 12wh
national-day --from 2025-09-28T09:30 --limit 8wd
holiday-start --from 2025-10-03T09:30 --limit 5wd
paused --from 2025-04-14T10:00 --limit 5wd --pause 2025-04-16T09:00..2025-04-21T15:00
capped --from 2025-04-14T10:00 --limit 5wd --pause 2025-04-16T09:00..2025-05-21T15:00~5wd
pauses --from 2025-04-14 --limit 15wd --pause 2025-04-15..2025-04-16 --pause 2025-04-22..2025-04-28
open-capped --from 2025-04-14 --limit 15wd --pause 2025-04-15..~10wd
extended --from 2025-04-14 --limit 5wd --extend 5wd@2025-04-17 --extend 3wd@2025-04-25
both --from 2025-04-14 --limit 5d --extend 5d@2025-04-17 --pause 2025-04-15..2025-04-17~2wd
convention-h --from 2018-10-15T10:00 --limit 1wd --convention H
paused-h --from 2026-03-02T16:00 --limit 3wd --convention H --pause 2026-03-03..2026-03-04
convention-l --from 2018-10-15T10:00 --limit 1wd --convention L
hunan --from 2026-02-11T10:00 --limit 5wd --profile hunan
yulin --from 2026-02-11T10:00 --limit 5wd --profile yulin
meizhou --from 2026-02-11T10:00 --limit 5wd --profile meizhou
meizhou-paused --from 2026-02-11T10:00 --limit 5wd --profile meizhou --pause 2026-02-12..2026-02-25
dongguan --from 2026-02-11T10:00 --limit 5wd --profile dongguan
dongguan-hours --from 2026-02-11T10:00 --limit 16wh --profile dongguan
rest-day --from 2026-04-20T10:00 --limit 12d
provisional --from 2026-12-20T09:00 --limit 20wd
provisional-days --from 2027-05-01T09:00 --limit 45d
long-ago --from 2005-09-28T09:00 --limit 20wd
offset --from 2026-04-01T23:30:00+02:00 --limit 1wd
refused-limit --from 2026-04-01 --limit 20xd
refused-start --from tomorrow --limit 20wd
refused-pause --from 2026-04-01 --limit 20wd --pause 2026-04-02..
refused-extension --from 2026-04-01 --limit 1wd --extend 5wd@2026-05-01
"""

_PROFILES = ("statutory", "hunan", "yulin", "meizhou", "dongguan")

_CASES = """办件编号,活动,时间,部门,承诺工作日
1,受理,2025-09-22 09:30,市场监督管理局,8
1,办结,2025-10-09 15:20,,
2,受理,2025-09-28 10:05,住房和城乡建设局,5
3,受理,2025-10-13 08:50,市场监督管理局,8
3,办结,2025-10-15 11:00,,
4,受理,2025-08-04 08:50,住房和城乡建设局,5
4,中止,2025-08-06 09:00,,
4,恢复,2025-08-11 09:00,,
4,办结,2025-08-20 11:00,,
5,受理,2025-08-04 08:50,住房和城乡建设局,5
5,延期,2025-08-08 09:00,,
5,办结,2025-08-20 11:00,,
6,受理,2025-08-04 08:50,农业农村局,8
6,办结,2025-08-01 11:00,,
7,受理,2025-08-xx 08:50,农业农村局,8
8,收件,2025-08-04 08:50,农业农村局,8
"""
_MAP = """
format = "csv"
timezone = "Asia/Shanghai"
activity = "活动"
time = "时间"
[case]
id = "办件编号"
accepted = { event = "受理" }
completed = { event = "办结", which = "last" }
department = { attribute = "部门" }
limit = [{ when = { "承诺工作日" = "5" }, amount = 5, unit = "wd" }, { amount = 8, unit = "wd" }]
[[pause]]
start = { event = "中止" }
end = { event = "恢复" }
[[extension]]
at = { event = "延期" }
amount = 5
unit = "wd"
"""


def printed(*arguments: str) -> str:
    """Run `duban` with *arguments*; return its exit code and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(arguments)
    return f"exit {code}\n{out.getvalue()}{err.getvalue()}"


def due() -> dict[str, str]:
    """Return what `duban due` prints for each row of the table, as JSON and for people."""
    rows = [row.split() for row in _DUE.strip().splitlines()]
    found = {f"{name}.json": printed("due", *asked, "--json") for name, *asked in rows}
    return found | {f"{name}.txt": printed("due", *asked) for name, *asked in rows}


def policy() -> dict[str, str]:
    """Return what `duban policy` prints about the shipped profiles."""
    found = {
        "check.json": printed("policy", "check", "--json"),
        "check.txt": printed("policy", "check"),
        "refused.txt": printed("policy", "check", "nowhere"),
    }
    for old in _PROFILES:
        for new in _PROFILES:
            found[f"{old}-{new}.json"] = printed("policy", "diff", old, new, "--json")
            found[f"{old}-{new}.txt"] = printed("policy", "diff", old, new)
    return found


def replay() -> dict[str, str]:
    """Return what `duban replay` reports of a few cases written down here."""
    return dict(_replayed(Path("cases.csv"), _CASES, _MAP))


def receipt() -> dict[str, str]:
    """Return what `duban replay` reports of the receipt log; skips where it is not here."""
    return dict(_replayed(receipt_log(), "", RECEIPT_MAP))


def _replayed(log: Path, rows: str, log_map: str) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("map.toml").write_text(log_map, encoding="utf-8")
        if rows:
            log.write_text(rows, encoding="utf-8")
        yield "report.json", printed("replay", str(log), "--map", "map.toml", "--json")
        yield "report.txt", printed("replay", str(log), "--map", "map.toml")


def verify() -> dict[str, str]:
    """Return what `duban verify` reports of the log of a week, and of parts and forgeries of it."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        unpack(WEEK, Path())
        found = {
            "whole.json": printed("verify", "week", "--json"),
            "whole.txt": printed("verify", "week"),
            "english.txt": printed("verify", "week", "--english"),
            "since.json": printed("verify", "week", "--since", "300", "--json"),
            "keyless.json": printed("verify", "week", "--json", "--vkey", "x+00000000+AQ=="),
        }
        for number in range(2):
            entries = Path("week/tile/entries") / f"{number:03}"
            raw = entries.read_bytes()
            entries.write_bytes(raw.replace(b'"level":"yellow"', b'"level":"orange"', 1))
        found["edited.json"] = printed("verify", "week", "--json")
        Path("week/tile/0/000").unlink()
        os.truncate("week/tile/entries/001", 1000)
        found["damaged.json"] = printed("verify", "week", "--json")
    return found


def openapi() -> dict[str, str]:
    """Return the OpenAPI document."""
    return {"openapi.json": json.dumps(openapi_document(), ensure_ascii=False, indent=1)}
