"""`duban recreate STAGE`: bring back what was deleted by mistake."""

import argparse

from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import print_progress, report

# As infra/stack/template.yaml has them: what may be gone for good.
DATA = (
    *("Inbox", "Cases", "Facts", "Log", "Board", "Registry", "Vault", "Signed", "SignIn"),
    *("SourcesSecret", "LogKey", "ReceiptKey", "SignInSecret", "PublicLog", "LogKmsKey"),
)
_COMMAND = """\
recreate  找回误删的表、密钥或整个环境
        | bring back tables, secrets, keys, or the whole stack, deleted by mistake
    about
        查看缺什么，从仍有之处取回，并交还给环境。中途被结束的，再执行同一命令。
        带 --check 时退出码 1：有缺失。
        | Looks what is missing, has it back from whoever keeps it still, and makes the stack own
        it. Killed, give the same command again. Exit 1 with --check: something is missing.
    STAGE
    --check  只查看 | only look
    --give-up repeated as given_up  哪里都没有了的，重建为空的
        | make it empty, if nothing has it any more
    --json
"""
add = commands(__name__, _COMMAND, given_up=DATA)


def run(arguments: argparse.Namespace) -> int:
    """Print the resources that are missing; without `--check`, bring them back first."""
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
    report(arguments, [part.written() for part in lost], (part.line() for part in lost))
    if arguments.check:
        if is_there and not lost:
            print_progress(say("没有缺失", "nothing is missing"))
        return 1 if lost or not is_there else 0
    for line in consequences(lost):
        print_progress(line)
    zh = "接着执行 duban log restore，再 duban functions wake"
    print_progress(say(zh, "next: duban log restore, then duban functions wake"))
    return 0
