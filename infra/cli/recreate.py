"""`duban recreate STAGE`: bring back what was deleted by mistake."""

import argparse
import json
from typing import Any

from infra.terminal.language import say
from infra.terminal.parser import add_json
from infra.terminal.progress import print_progress

# As infra/stack/template.yaml has them: what may be gone for good.
DATA = (
    *("Inbox", "Cases", "Facts", "Log", "Board", "Registry", "Vault", "Signed"),
    *("SourcesSecret", "LogKey", "ReceiptKey", "PublicLog", "LogKmsKey"),
)


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "recreate",
        help=say(
            "找回误删的表、密钥或整个环境",
            "bring back tables, secrets, keys, or the whole stack, deleted by mistake",
        ),
        description=say(
            "查看缺什么，从仍有之处取回，并交还给环境。"
            "中途被结束的，再执行同一命令。带 --check 时退出码 1：有缺失。",
            "Looks what is missing, has it back from whoever keeps it still, and "
            "makes the stack own it. Killed, give the same command again. Exit 1 "
            "with --check: something is missing.",
        ),
    )
    parser.add_argument("stage", metavar="STAGE")
    parser.add_argument("--check", action="store_true", help=say("只查看", "only look"))
    parser.add_argument(
        "--give-up",
        action="append",
        default=[],
        choices=DATA,
        dest="given_up",
        help=say("哪里都没有了的，重建为空的", "make it empty, if nothing has it any more"),
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look, or bring back; print what is missing, and what to do about it."""
    from infra.rebuilding import recreating
    from infra.rebuilding.recovery import consequences
    from infra.stack import cloud

    where, stage = cloud.of_stage(arguments.stage), arguments.stage
    if arguments.check:
        is_there, lost = recreating.look(where, stage)
        if not is_there:
            print_progress(say("环境已删除，可以重建", "the stack is gone, and can be made again"))
    else:
        is_there, lost = True, recreating.recreate(where, stage, arguments.given_up, print_progress)
    if arguments.json:
        print(json.dumps([each.written() for each in lost]))
    for each in () if arguments.json else lost:
        print(each.line())
    if arguments.check:
        if is_there and not lost:
            print_progress(say("没有缺失", "nothing is missing"))
        return 1 if lost or not is_there else 0
    for line in consequences(lost):
        print_progress(line)
    print_progress(
        say(
            "接着执行 duban log restore，再 duban functions wake",
            "next: duban log restore, then duban functions wake",
        )
    )
    return 0
