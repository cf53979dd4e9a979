"""`duban replay`: run a historic log through supervision and report (DESIGN §9)."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from infra.terminal.language import say
from infra.terminal.parser import add_json

OK, UNREAD = 0, 1
MOST_SHOWN = 20  # values that cannot be read; --json lists a thousand


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "replay",
        help=say(
            "用规则把历史日志重新判断一遍，并报告",
            "run a historic log through the rules and report",
        ),
        description=say(
            "报告督办会怎样判断一份日志（XES 或 CSV，也可以是 .gz）。",
            "Report how supervision would have judged a log (XES or CSV, also .gz).",
        ),
    )
    _add_options(parser)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("log", metavar="LOG", type=Path)
    parser.add_argument("--map", metavar="MAP.toml", type=Path, required=True)
    parser.add_argument(
        "--profile",
        metavar="P",
        default="statutory",
        help=say("自带的规则文件，或一个文件", "a shipped profile, or a file"),
    )
    parser.add_argument(
        "--until",
        metavar="T",
        help=say(
            "此后的事件视为未知（默认到日志结束）",
            "events after this are unknown (default: the log's end)",
        ),
    )
    parser.add_argument(
        "--answers",
        choices=("never", "always"),
        help=say(
            "也计算发牌的后果：没有答复的升级，重复的另发牌"
            "（发牌后无人答复 never，或每张牌都及时答复 always）",
            "also count what the cards lead to: unanswered ones climb, repeated ones "
            "make more (never or always answered)",
        ),
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Replay and print the report; exit 1 where something of the log was not read."""
    from infra.replay.log_map import load_map
    from infra.replay.read_log import read_log
    from infra.replay.report import replay_log
    from infra.replay.rules import replay_rules
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
        zh = "没有一件办件有受理时间，什么也没有裁断；请核对映射"
        en = "no case has an acceptance, so nothing was judged; look at the map"
        print(f"duban: {say(zh, en)}", file=sys.stderr)
    return OK if report.is_complete else UNREAD
