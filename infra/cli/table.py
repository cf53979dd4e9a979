"""`duban table list|restore`: how far back tables can go, and a table of then in its own place."""

import argparse
import json
from datetime import datetime
from typing import Any

from chalicelib.instant import NoInstant, parse
from infra.stack.stage_options import add_stage
from infra.terminal.progress import print_progress


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("table", help="bring a table back to a point in time")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="show the tables and how far back each can go")
    listing.add_argument("--json", action="store_true", help="print one JSON document")
    listing.set_defaults(run=run_list)
    restoring = actions.add_parser(
        "restore",
        help="put a table as it was at a point in time into the place of the stage's",
        description="The functions rest, DynamoDB makes a new table, the stack takes it in place of"
        " the old one (which is kept), what the public log has is made good, and the functions run"
        " again. Killed, give the same command again. Exit 1: tables and public log still differ;"
        " the functions rest.",
    )
    restoring.add_argument("table", metavar="TABLE", help="as listed: Facts, Inbox, …")
    restoring.add_argument(
        "--at", required=True, type=_instant, metavar="T", help="2026-11-30T09:00:00+08:00"
    )
    restoring.set_defaults(run=run_restore)
    for action in (listing, restoring):
        add_stage(action)


def run_list(arguments: argparse.Namespace) -> int:
    """List the tables."""
    from infra.rebuilding import past
    from infra.stack import cloud

    pasts = past.list_pasts(cloud.of_stage(arguments.stage), arguments.stage)
    if arguments.json:
        print(json.dumps([each.written() for each in pasts]))
    for each in () if arguments.json else pasts:
        span = f"{each.since} – {each.until}" if each.since else "无 / none"
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
            print_progress("函数仍停着 / the functions rest: mend it, then duban functions wake")
            return 1
    resting.wake(where, stage, print_progress)
    return 0


def _instant(text: str) -> datetime:
    try:
        return parse(text)
    except NoInstant as error:
        raise argparse.ArgumentTypeError(f"{error.zh} / {error}") from error
