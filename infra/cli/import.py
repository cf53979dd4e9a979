# ruff: noqa: N999 - it is called as its command is; nothing imports it by a statement
"""`duban import`: report a ledger (CSV, Excel, WPS, XES) to a stage, by its own door."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

OK, INCOMPLETE = 0, 1
MOST_SHOWN = 20  # of each kind of trouble; --json names all


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "import",
        help="report a ledger's cases to a stage, for a county without webhooks",
        description="Report a ledger's cases as signed webhooks. What is told late is late news;"
        " set `duban source live-from` first, so that the past makes no card."
        " 台账导入：同一文件再次导入不会改变任何记录。",
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--map", metavar="MAP.toml", type=Path, required=True)
    parser.add_argument("--to", metavar="URL", required=True, help="where the stage answers")
    parser.add_argument("--region", metavar="R", help="of cases that name none")
    parser.add_argument("--until", metavar="T", help="report nothing that occurred after this")
    parser.add_argument("--check", action="store_true", help="only read the file; send nothing")
    parser.add_argument("--source", metavar="NAME", help="the source that posts")
    parser.add_argument(
        "--secret", metavar="whsec_…", help="its secret, or its private key (whsk_…)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Import, and print the counts; exit 1 where anything was not read, not sent or refused."""
    from chalicelib.errors import BadInput
    from infra.feeding.feed import source_at
    from infra.feeding.ledger_import import Outcome, events_of_ledger, post_ledger
    from infra.feeding.sender import Courier
    from infra.replay.log_map import load_map
    from infra.replay.read_log import read_log
    from infra.replay.rules import replay_rules
    from infra.terminal.progress import progress_bar

    access = source_at(arguments.to, arguments.source, arguments.secret)
    log_map = load_map(arguments.map)
    if log_map.case.item is None:
        reason = "导入需要 [case] item：哪一列是事项编码"
        raise BadInput(reason, f"{arguments.map}: case.item")
    rules = replay_rules(log_map, "statutory", str(arguments.map))
    log = read_log(arguments.file, log_map, rules.profile.zone, arguments.until, progress_bar)
    made = events_of_ledger(log, access.source, arguments.region, rules.counting)
    outcome = Outcome()
    if not arguments.check:
        outcome = post_ledger(made, Courier(access).post, progress_bar)
    remarks = log.records.remarks
    document = {
        "cases": made.cases,
        "events": len(made.events),
        "recorded": outcome.results["recorded"],
        "duplicate": outcome.results["duplicate"],
        "refused": outcome.refused,
        "unsent": made.unsent,
        **remarks.written(),
    }
    troubles = [*(f"未导入：{each}" for each in made.unsent[:MOST_SHOWN])]
    troubles += [f"被拒收：{each}" for each in outcome.refused[:MOST_SHOWN]]
    for line in (*remarks.lines(MOST_SHOWN), *troubles):
        print(f"duban: {line}", file=sys.stderr)
    print(json.dumps(document, ensure_ascii=False) if arguments.json else _line(document))
    is_whole = not (made.unsent or outcome.refused or remarks.times_unread)
    return OK if is_whole else INCOMPLETE


def _line(document: dict[str, Any]) -> str:
    refused, unsent = len(document["refused"]), len(document["unsent"])
    return (
        f"{document['cases']} 件办件，{document['events']} 条事件：登记 {document['recorded']}，"
        f"已有 {document['duplicate']}，拒收 {refused}；未导入 {unsent} 件"
    )
