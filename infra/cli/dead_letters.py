"""`duban dead-letters list|resend`: batches that the functions gave up on, and their healing."""

import argparse
import json
import sys
from typing import Any

from infra.cloud import LOCAL_STAGE

HEALED, STUCK = 0, 1
_MOST_LISTED = 10


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "dead-letters", help="show the batches that the functions gave up on, and heal them"
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="show the messages in the on-failure queues")
    listing.set_defaults(run=run_list)
    resending = actions.add_parser(
        "resend",
        help="bring on the work that the messages stand for; delete them once it is done",
        description="Exit 1 when something is still stuck after the wait; nothing is deleted then.",
    )
    resending.add_argument("--wait", type=int, default=180, metavar="SECONDS")
    resending.set_defaults(run=run_resend)
    for action in (listing, resending):
        action.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE")
        action.add_argument("--json", action="store_true", help="print one JSON document")


def run_list(arguments: argparse.Namespace) -> int:
    """List the messages; exit 1 when there are any."""
    from infra import cloud, dead_letters

    where = cloud.of_stage(arguments.stage)
    letters = dead_letters.list_letters(dead_letters.queues(where, arguments.stage))
    if arguments.json:
        print(json.dumps([letter.written() for letter in letters]))
    for letter in () if arguments.json else letters:
        print(
            f"{letter.at}  {letter.function:<9} {letter.condition or 'unknown'}"
            f" after {letter.attempts} attempts, {letter.records} records,"
            f" {letter.shard} {letter.first}..{letter.last}"
        )
    return STUCK if letters else HEALED


def run_resend(arguments: argparse.Namespace) -> int:
    """Heal, and print the state."""
    from infra import cloud, dead_letters
    from infra.served import services_of

    where = cloud.of_stage(arguments.stage)
    with services_of(arguments.stage) as services:
        healing, deleted = dead_letters.resend(
            dead_letters.queues(where, arguments.stage),
            services,
            lambda: dead_letters.run_reconcile(where, arguments.stage),
            arguments.wait,
        )
    if arguments.json:
        stuck = [{"case": case, "id": item_id} for case, item_id in healing.stuck]
        document = {"deleted": deleted, "touched": healing.touched, "stuck": stuck}
        print(
            json.dumps(
                {
                    **document,
                    "board_behind": healing.board_behind,
                    "unpublished": healing.unpublished,
                }
            )
        )
    elif healing.is_whole:
        print(f"all has come through; {deleted} messages deleted")
    else:
        print(
            f"still stuck: {len(healing.stuck)} inbox items; board {healing.board_behind} behind, "
            f"{healing.unpublished} entries not public"
        )
        for case, item_id in healing.stuck[:_MOST_LISTED]:
            print(f"{case}  {item_id}", file=sys.stderr)
    return HEALED if healing.is_whole else STUCK
