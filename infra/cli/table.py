"""`duban table list|restore`: how far back tables can go, and a table of then in its own place."""

import argparse
import json
from datetime import datetime
from typing import Any

from chalicelib.instant import NoInstant, parse
from infra.stack.stage_options import add_stage
from infra.terminal.language import say
from infra.terminal.parser import add_json
from infra.terminal.progress import print_progress


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "table", help=say("把一张表恢复到某一时刻", "bring a table back to a point in time")
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list",
        help=say("列出各表，以及各能恢复到多早", "show the tables and how far back each can go"),
    )
    add_json(listing)
    listing.set_defaults(run=run_list)
    restoring = _add_restore(actions)
    for action in (listing, restoring):
        add_stage(action)


def _add_restore(actions: Any) -> argparse.ArgumentParser:
    restoring: argparse.ArgumentParser = actions.add_parser(
        "restore",
        help=say(
            "把一张表某一时刻的内容换上来",
            "put a table as it was at a point in time into the place of the stage's",
        ),
        description=say(
            "函数停下，DynamoDB 做出新表，环境以它替换旧表（旧表保留），按公开日志补"
            "齐，函数再运行。中途被结束的，再执行同一命令。退出码 1：各表与公开日志仍"
            "不一致，函数停着。",
            "The functions rest, DynamoDB makes a new table, the stack takes it in "
            "place of the old one (which is kept), what the public log has is made "
            "good, and the functions run again. Killed, give the same command again. "
            "Exit 1: tables and public log still differ; the functions rest.",
        ),
    )
    restoring.add_argument(
        "table",
        metavar="TABLE",
        help=say("按列表所示：Facts、Inbox……", "as listed: Facts, Inbox, …"),
    )
    restoring.add_argument(
        "--at",
        required=True,
        type=_instant,
        metavar="T",
        help="2026-11-30T09:00:00+08:00",
    )
    restoring.set_defaults(run=run_restore)
    return restoring


def run_list(arguments: argparse.Namespace) -> int:
    """List the tables."""
    from infra.rebuilding import past
    from infra.stack import cloud

    pasts = past.list_pasts(cloud.of_stage(arguments.stage), arguments.stage)
    if arguments.json:
        print(json.dumps([each.written() for each in pasts]))
    for each in () if arguments.json else pasts:
        span = f"{each.since} – {each.until}" if each.since else say("无", "none")
        print(f"{each.table:<9} {span}  {each.name}")
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Restore a table, mend the others by the public log, and let the functions run again."""
    from infra.rebuilding import past, resting
    from infra.stack import cloud
    from infra.stack.services import services_of

    where, stage = cloud.of_stage(arguments.stage), arguments.stage
    print(past.put_past(where, stage, arguments.table, arguments.at, print_progress))
    if arguments.table not in past.NOT_DERIVED:
        with services_of(stage) as services:
            agree = past.reconcile(services, print_progress)
        if not agree:
            print_progress(
                say("函数仍停着", "the functions rest: mend it, then duban functions wake")
            )
            return 1
    resting.wake(where, stage, print_progress)
    return 0


def _instant(text: str) -> datetime:
    try:
        return parse(text)
    except NoInstant as error:
        raise argparse.ArgumentTypeError(say(error.zh, str(error))) from error
