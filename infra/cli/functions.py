"""`duban functions rest|wake`: stop the functions that write, and give them their shares back."""

import argparse
from typing import Any

from infra.stack.stage_options import add_stage
from infra.terminal.progress import print_progress


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "functions", help="let a stage's functions rest while its tables are mended"
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    resting = actions.add_parser(
        "rest",
        help="stop the functions that write; events may be posted all the while",
        description="Nothing is lost: streams keep their records for a day, the inbox for ever.",
    )
    resting.add_argument("--api", action="store_true", help="stop the API too")
    resting.set_defaults(run=run_rest)
    waking = actions.add_parser("wake", help="give each its share of the account again")
    waking.set_defaults(run=run_wake)
    for action in (resting, waking):
        add_stage(action)


def run_rest(arguments: argparse.Namespace) -> int:
    """Let them rest."""
    from infra.rebuilding import resting
    from infra.stack import cloud

    where = cloud.of_stage(arguments.stage)
    resting.rest(where, arguments.stage, print_progress, api=arguments.api)
    return 0


def run_wake(arguments: argparse.Namespace) -> int:
    """Let them run."""
    from infra.rebuilding import resting
    from infra.stack import cloud

    resting.wake(cloud.of_stage(arguments.stage), arguments.stage, print_progress)
    return 0
