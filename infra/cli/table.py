"""`duban table list|restore`: how far back tables can go, and a table of then in its own place."""

import argparse
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import to_builtins

from chalicelib.instant import NoInstant, parse
from infra.stack import cloud
from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import print_progress, report

if TYPE_CHECKING:
    from infra.rebuilding.past import Past

_COMMAND = """\
table  把一张表恢复到某一时刻 | bring a table back to a point in time
table list  列出各表，以及各能恢复到多早 | show the tables and how far back each can go
    --json --stage
table restore  把一张表某一时刻的内容换上来
        | put a table as it was at a point in time into the place of the stage's
    about
        函数停下，DynamoDB 做出新表，环境以它替换旧表（旧表保留），按公开日志补齐，函数再运行。中途
        被结束的，再执行同一命令。退出码 1：各表与公开日志仍不一致，函数停着。
        | The functions rest, DynamoDB makes a new table, the stack takes it in place of the old one
        (which is kept), what the public log has is made good, and the functions run again.
        Killed, give the same command again. Exit 1: tables and public log still differ; the
        functions rest.
    TABLE  按列表所示：Facts、Inbox…… | as listed: Facts, Inbox, …
    --at T required  2026-11-30T09:00:00+08:00
    --stage
"""


def _instant(text: str) -> datetime:
    try:
        return parse(text)
    except NoInstant as error:
        raise argparse.ArgumentTypeError(say(error.zh, str(error))) from error


add = commands(__name__, _COMMAND, at=_instant)


def run_list(arguments: argparse.Namespace) -> int:
    """List the tables."""
    from infra.rebuilding.past import list_pasts

    pasts = [*list_pasts(cloud.of_stage(arguments.stage), arguments.stage)]
    report(arguments, to_builtins(pasts), map(_line, pasts))
    return 0


def _line(past: "Past") -> str:
    span = f"{past.since} – {past.until}" if past.since else say("无", "none")
    return f"{past.table:<9} {span}  {past.name}"


def run_restore(arguments: argparse.Namespace) -> int:
    """Restore a table, mend the others by the public log, and let the functions run again."""
    from infra.rebuilding import past, resting

    where, stage = cloud.of_stage(arguments.stage), arguments.stage
    print(past.put_past(where, stage, arguments.table, arguments.at, print_progress))
    if arguments.table not in past.NOT_DERIVED:
        with stages.services_of(stage) as services:
            agree = past.reconcile(services, print_progress)
        if not agree:
            en = "the functions rest: mend it, then duban functions wake"
            print_progress(say("函数仍停着", en))
            return 1
    resting.wake(where, stage, print_progress)
    return 0
