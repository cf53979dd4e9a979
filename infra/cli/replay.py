"""`duban replay`: run a historic log through supervision and report (DESIGN §9)."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

OK, UNREAD = 0, 1
MOST_SHOWN = 20  # values that cannot be read; --json lists a thousand


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "replay",
        help="run a historic log through the rules and report",
        description="Report how supervision would have judged a log (XES or CSV, also .gz).",
    )
    parser.add_argument("log", metavar="LOG", type=Path)
    parser.add_argument("--map", metavar="MAP.toml", type=Path, required=True)
    parser.add_argument(
        "--profile", metavar="P", default="statutory", help="a shipped profile, or a file"
    )
    parser.add_argument(
        "--until", metavar="T", help="events after this are unknown (default: the log's end)"
    )
    parser.add_argument(
        "--answers",
        choices=("never", "always"),
        help="also count what the cards lead to: unanswered ones climb, repeated ones make more"
        " (发牌后无人答复 never，或每张牌都及时答复 always)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Replay and print the report; exit 1 where something of the log was not read."""
    from infra.replay.log_map import load_map
    from infra.replay.read_log import read_log
    from infra.replay.rules import replay_rules
    from infra.replay.run import replay_log
    from infra.terminal.progress import progress_bar

    log_map = load_map(arguments.map)
    rules = replay_rules(log_map, arguments.profile, str(arguments.map))
    log = read_log(arguments.log, log_map, rules.profile.zone, arguments.until, progress_bar)
    crossings = log_map.report.crossings
    report = replay_log(log, rules, crossings, progress_bar, arguments.answers)
    if arguments.json:
        print(json.dumps(report.written(), ensure_ascii=False, indent=2))
    else:
        from infra.replay.page import page

        print(page(report.written()))
    for line in report.remarks.lines(MOST_SHOWN):
        print(f"duban: {line}", file=sys.stderr)
    if not report.has_accepted:
        print("duban: 没有一件办件有受理时间，什么也没有裁断；请核对映射", file=sys.stderr)
    return OK if report.is_complete else UNREAD
