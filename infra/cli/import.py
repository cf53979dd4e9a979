# ruff: noqa: N999 - it is called as its command is; nothing imports it by a statement
"""`duban import`: report a ledger (CSV, Excel, WPS, XES) to a stage, by its own door."""

import argparse
from typing import TYPE_CHECKING, Any

from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import progress_bar, remark, report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.feeding.ledger_import import Import, Outcome

OK, INCOMPLETE = 0, 1
MOST_SHOWN = 20  # of each kind of trouble; --json names all
_COMMAND = """\
import  把台账里的办件报送到环境，供没有 webhook 的县区使用
        | report a ledger's cases to a stage, for a county without webhooks
    about
        以签名的 webhook 报送台账里的办件。晚报的作迟到处理；请先用 duban source live-from 设定启用
        日，以免为过去发牌。同一文件再次导入不会改变任何记录。
        | Report a ledger's cases as signed webhooks. What is told late is late news; set `duban
        source live-from` first, so that the past makes no card. Importing the same file again
        changes nothing.
    FILE
    --map MAP.toml required
    --to URL required  环境的地址 | where the stage answers
    --region R  没有写地区的办件属于哪个地区 | of cases that name none
    --until T  此后发生的不报送 | report nothing that occurred after this
    --check  只读文件，不报送 | only read the file; send nothing
    --source NAME  由哪个报送单位报送 | the source that posts
    --secret whsec_…  它的密钥，或私钥（whsk_…） | its secret, or its private key (whsk_…)
    --json
"""
add = commands(__name__, _COMMAND)


def run(arguments: argparse.Namespace) -> int:
    """Import, and print the counts; exit 1 where anything was not read, not sent or refused."""
    from chalicelib.errors import BadInput
    from infra.feeding.feed import source_at
    from infra.feeding.ledger_import import Outcome, events_of_ledger, post_ledger
    from infra.feeding.sender import Courier
    from infra.replay.log_map import load_map
    from infra.replay.read_log import read_log
    from infra.replay.rules import replay_rules

    access = source_at(arguments.to, arguments.source, arguments.secret)
    log_map = load_map(arguments.map)
    if log_map.case.item is None:
        zh = "导入需要 [case] item：哪一列是事项编码"
        en = "an import needs [case] item: the column with the item's code"
        raise BadInput(zh=zh, en=en, where=f"{arguments.map}: case.item")
    rules = replay_rules(log_map, "statutory", str(arguments.map))
    log = read_log(arguments.file, log_map, rules.profile.zone, arguments.until, progress_bar)
    made = events_of_ledger(log, access.source, arguments.region, rules.counting)
    courier = Courier(access)
    outcome = Outcome() if arguments.check else post_ledger(made, courier.post, progress_bar)
    remarks = log.records.remarks
    document = {
        "cases": made.cases,
        "events": len(made.events),
        **{result: outcome.results[result] for result in ("recorded", "duplicate")},
        "refused": [text.zh for text in outcome.refused],
        "unsent": [text.zh for text in made.unsent],
        **remarks.written(),
    }
    remark(*remarks.lines(MOST_SHOWN), *_troubles(made, outcome))
    report(arguments, document, [_line(document)])
    is_whole = not (made.unsent or outcome.refused or remarks.times_unread)
    return OK if is_whole else INCOMPLETE


def _troubles(made: "Import", outcome: "Outcome") -> "Iterator[str]":
    """Yield a line for each of the first cases that were not sent, or were refused."""
    unsent, refused = say("未导入：", "not imported: "), say("被拒收：", "refused: ")
    yield from (f"{unsent}{say(*each)}" for each in made.unsent[:MOST_SHOWN])
    yield from (f"{refused}{say(*each)}" for each in outcome.refused[:MOST_SHOWN])


def _line(document: dict[str, Any]) -> str:
    refused, unsent = len(document["refused"]), len(document["unsent"])
    cases, events = document["cases"], document["events"]
    recorded, known = document["recorded"], document["duplicate"]
    return say(
        f"{cases} 件办件，{events} 条事件：登记 {recorded}，"
        f"已有 {known}，拒收 {refused}；未导入 {unsent} 件",
        f"{cases} cases, {events} events: {recorded} recorded, {known} known, {refused} refused;"
        f" {unsent} cases not imported",
    )
