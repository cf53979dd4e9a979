"""`duban dead-letters list|resend`: what the functions gave up on, and healing it."""

import argparse
import json
import sys
from typing import Any

from infra.cloud import LOCAL_STAGE

HEALED, STUCK = 0, 1
TELL = 10


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "dead-letters", help="show what the functions gave up on, and heal it"
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="show the messages in the on-failure queues")
    listing.set_defaults(run=run_list)
    resending = actions.add_parser(
        "resend",
        help="bring on what the messages stand for; delete them once it has come through",
        description="Exit 1 when something is still stuck after the wait; nothing is deleted then.",
    )
    resending.add_argument("--wait", type=int, default=60, metavar="SECONDS")
    resending.set_defaults(run=run_resend)
    for action in (listing, resending):
        action.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE")
        action.add_argument("--json", action="store_true", help="print one JSON document")


def run_list(arguments: argparse.Namespace) -> int:
    """List the messages; exit 1 when there are any."""
    from infra import cloud, dead_letters

    where = cloud.of_stage(arguments.stage)
    letters = dead_letters.look(dead_letters.queues(where, arguments.stage))
    if arguments.json:
        print(json.dumps([letter.told() for letter in letters]))
    for letter in () if arguments.json else letters:
        print(
            f"{letter.at}  {letter.function:<9} {letter.condition or 'unknown'}"
            f" after {letter.attempts} attempts, {letter.records} records,"
            f" {letter.shard} {letter.first}..{letter.last}"
        )
    return STUCK if letters else HEALED


def run_resend(arguments: argparse.Namespace) -> int:
    """Heal, and say what came of it."""
    from infra import cloud, dead_letters
    from infra.served import served

    where = cloud.of_stage(arguments.stage)
    with served(arguments.stage) as services:
        left, deleted = dead_letters.resend(
            dead_letters.queues(where, arguments.stage),
            services,
            lambda: dead_letters.reconcile(where, arguments.stage),
            arguments.wait,
        )
    if arguments.json:
        stuck = [{"case": case, "id": item_id} for case, item_id in left.stuck]
        told = {"deleted": deleted, "touched": left.touched, "stuck": stuck}
        print(
            json.dumps({**told, "board_behind": left.board_behind, "unpublished": left.unpublished})
        )
    elif left.is_whole:
        print(f"all has come through; {deleted} messages deleted")
    else:
        print(
            f"still stuck: {len(left.stuck)} inbox items; board {left.board_behind} behind, "
            f"{left.unpublished} entries not public"
        )
        for case, item_id in left.stuck[:TELL]:
            print(f"{case}  {item_id}", file=sys.stderr)
    return HEALED if left.is_whole else STUCK
