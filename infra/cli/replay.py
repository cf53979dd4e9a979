"""`duban replay`: run a historic log through supervision and report (DESIGN §9)."""

import argparse

from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import remark, report

OK, UNREAD = 0, 1
MOST_SHOWN = 20  # values that cannot be read; --json lists a thousand
_COMMAND = """\
replay  用规则把历史日志重新判断一遍，并报告 | run a historic log through the rules and report
    about  报告督办会怎样判断一份日志（XES 或 CSV，也可以是 .gz）。
        | Report how supervision would have judged a log (XES or CSV, also .gz).
    LOG
    --map MAP.toml required
    --profile P = statutory  自带的规则文件，或一个文件 | a shipped profile, or a file
    --until T  此后的事件视为未知（默认到日志结束）
        | events after this are unknown (default: the log's end)
    --answers
        也计算发牌的后果：没有答复的升级，重复的另发牌
        （发牌后无人答复 never，或每张牌都及时答复 always）
        | also count what the cards lead to: unanswered ones climb, repeated ones make more (never
        or always answered)
    --json
"""
add = commands(__name__, _COMMAND, answers=("never", "always"))


def run(arguments: argparse.Namespace) -> int:
    """Replay and print the report; exit 1 where something of the log was not read."""
    from infra.replay.log_map import load_map
    from infra.replay.page import page
    from infra.replay.read_log import read_log
    from infra.replay.report import replay_log
    from infra.replay.rules import replay_rules
    from infra.terminal.progress import progress_bar

    log_map = load_map(arguments.map)
    rules = replay_rules(log_map, arguments.profile, str(arguments.map))
    log = read_log(arguments.log, log_map, rules.profile.zone, arguments.until, progress_bar)
    crossings = log_map.report.crossings
    replayed = replay_log(log, rules, crossings, progress_bar, arguments.answers)
    written = replayed.written()
    report(arguments, written, [page(written)], indent=2)
    remark(*replayed.remarks.lines(MOST_SHOWN))
    if not replayed.has_accepted:
        zh = "没有一件办件有受理时间，什么也没有裁断；请核对映射"
        remark(say(zh, "no case has an acceptance, so nothing was judged; look at the map"))
    return OK if replayed.is_complete else UNREAD
