"""`duban up`: the whole stack on this machine, until Ctrl-C."""

import argparse
from typing import Any

from infra.local.port import USUAL
from infra.terminal.language import say

MAX_SPEED = 1_000_000
MAX_PORT = 65535


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "up",
        help=say(
            "在本机运行整个系统，按 Ctrl-C 结束", "run the whole stack on this machine until Ctrl-C"
        ),
        description=say(
            "在本机回环地址启动本地云，部署进去，运行到按 Ctrl-C 为止。",
            "Start a local cloud on loopback, deploy into it, stay until Ctrl-C.",
        ),
    )
    _add_options(parser)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--speed",
        type=_speed,
        default=None,
        metavar="N",
        help=say("让时钟快 N 倍", "let its clock run N times as fast"),
    )
    parser.add_argument(
        "--demo",
        action="store_true",
        help=say("先报送虚构的一周办件", "feed a made-up working week of a county first"),
    )
    parser.add_argument(
        "--port",
        type=_port,
        metavar="N",
        help=say(
            f"端口（默认 {USUAL}；0：任一空闲端口）",
            f"listen there (default: {USUAL}; 0: any free port)",
        ),
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help=say(
            "重启后保留数据、钥匙和地址，存在 .duban/kept",
            "hold data, keys and address over a restart, in .duban/kept",
        ),
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
            say(f"应为 0 至 {MAX_PORT} 的整数", f"a whole number from 0 to {MAX_PORT} is needed")
        )
    return int(text)


def _speed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_SPEED):
        raise argparse.ArgumentTypeError(
            say(f"应为 1 至 {MAX_SPEED} 的整数", f"a whole number from 1 to {MAX_SPEED} is needed")
        )
    return int(text)
