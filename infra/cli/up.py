"""`duban up`: the whole stack on this machine, until Ctrl-C."""

import argparse
from typing import Any

from infra.local.port import USUAL

MAX_SPEED = 1_000_000
MAX_PORT = 65535


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
    parser.add_argument(
        "--port", type=_port, metavar="N", help=f"listen there (default: {USUAL}; 0: any free port)"
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="hold data, keys and address over a restart, in .duban/kept",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run it; Ctrl-C is the normal end."""
    from infra.local import stage as local_stage

    wanted = local_stage.Wanted(
        arguments.port, arguments.speed, demo=arguments.demo, keep=arguments.keep
    )
    return local_stage.run_stage(wanted)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_PORT):
        raise argparse.ArgumentTypeError(
            f"应为 0 至 {MAX_PORT} 的整数 / a whole number from 0 to {MAX_PORT} is needed"
        )
    return int(text)


def _speed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_SPEED):
        raise argparse.ArgumentTypeError(
            f"应为 1 至 {MAX_SPEED} 的整数 / a whole number from 1 to {MAX_SPEED} is needed"
        )
    return int(text)
