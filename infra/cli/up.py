"""`duban up`: the whole stack on this machine, until Ctrl-C."""

import argparse
from typing import Any

MAX_SPEED = 1_000_000


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "up",
        help="run the whole stack on this machine until Ctrl-C",
        description="Start a local cloud on loopback, deploy into it, stay until Ctrl-C.",
    )
    parser.add_argument(
        "--speed", type=_speed, default=None, metavar="N", help="let its clock run N times as fast"
    )
    parser.add_argument(
        "--demo", action="store_true", help="feed a made-up working week of a county first"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run it; Ctrl-C is the normal end."""
    from infra import local_stage

    return local_stage.run_stage(speed=arguments.speed, demo=arguments.demo)


def _speed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_SPEED):
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {MAX_SPEED} is needed")
    return int(text)
