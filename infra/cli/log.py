"""`duban log`: who cosigns the public log, its trust policy, and how to rebuild tables from it."""

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput, Conflict, Corrupt
from infra.stack.stage_options import add_stage_and_json
from infra.terminal.language import say

if TYPE_CHECKING:
    from chalicelib.log.quorum import Quorum

_ABOUT_POLICY = """\
# {origin} 的信任策略 / trust policy (c2sp.org/tlog-policy)
# 请与另外取得的公钥核对后再用 / compare the keys with some that you got elsewhere
# 回执公钥，核对回执时另以 --vkey 指定 / key of receipts, for --vkey beside this file:
# {receipts}
"""


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("log", help=say("管理公开日志", "look after the public log"))
    matters = parser.add_subparsers(metavar="MATTER", required=True)
    _add_witness(matters)
    _add_policy(matters)
    _add_restore(matters)
    _add_mend(matters)


def _add_policy(matters: Any) -> None:
    policy = matters.add_parser(
        "policy",
        help=say(
            "输出日志、见证人和法定数的策略文件（C2SP tlog-policy）",
            "print the log, its witnesses and their quorum as a policy file (C2SP tlog-policy)",
        ),
        description=say(
            "供读者用：请公布在日志以外的地方，如公报或纸上。该信任谁，日志自己说的不算数。",
            "For readers: publish it elsewhere than beside the log, in a gazette or "
            "on paper. A log's own word for whom to trust is weak.",
        ),
    )
    policy.add_argument(
        "--url", default="", metavar="URL", help=say("日志的公开地址", "where the log is read")
    )
    add_stage_and_json(policy)
    policy.set_defaults(run=run_policy)


def _add_restore(matters: Any) -> None:
    restoring = matters.add_parser(
        "restore",
        help=say(
            "按公开日志恢复各表丢失的内容", "rebuild from the public log what tables have lost"
        ),
        description=say(
            "把日志表、事实、快照、公示板与公开日志对照。修复之前，先让写入的函数停下"
            "（docs/operating.md）。退出码 0：各表与公开日志已一致；1：不一致；2：无"
            "法进行。",
            "Compares the log's table, facts, snapshots and board with the public "
            "log. Let the functions that write rest before it mends them "
            "(docs/operating.en.md). Exit 0: tables and public log agree now. 1: they "
            "do not. 2: it cannot be done.",
        ),
    )
    restoring.add_argument("--check", action="store_true", help=say("只对照", "only compare"))
    restoring.add_argument(
        "--vkey",
        help=say(
            "日志的公钥（默认用日志旁公布的）",
            "the log's key (default: the key published beside the log)",
        ),
    )
    add_stage_and_json(restoring)
    restoring.set_defaults(run=run_restore)


def _add_mend(matters: Any) -> None:
    mending = matters.add_parser(
        "mend",
        help=say("修正被改动或缺失的公开文件", "put changed or missing public objects right"),
        description=say(
            "把每个公开文件与签过名的对照。不带 --check 时，用正确的内容覆盖错误的："
            "只为此、只在此处放开存储桶的限制（docs/operating.md）。退出码 1：有错，"
            "或仍有错。",
            "Compares every public object with what was signed. Without --check it "
            "writes the right bytes over wrong ones: for that alone the bucket's "
            "policy is opened, for these bytes at this place (docs/operating.en.md). "
            "Exit 1: something is wrong, or stays so.",
        ),
    )
    mending.add_argument("--check", action="store_true", help=say("只对照", "only compare"))
    add_stage_and_json(mending)
    mending.set_defaults(run=run_mend)


def _add_witness(matters: Any) -> None:
    witness = matters.add_parser(
        "witness", help=say("谁为日志的检查点副署", "who cosigns the log's checkpoints")
    )
    actions = witness.add_subparsers(metavar="ACTION", required=True)
    adding = actions.add_parser(
        "add",
        help=say(
            "增加一名见证人；同名的会替换", "ask one more witness; the same name again is replaced"
        ),
    )
    adding.add_argument(
        "vkey",
        metavar="VKEY",
        help=say("它副署用的公钥，按它给您的写", "its cosigner's key, as it gave it to you"),
    )
    adding.add_argument(
        "url",
        metavar="URL",
        help=say("它接受 add-checkpoint 的地址", "where it takes add-checkpoint"),
    )
    adding.set_defaults(
        change=lambda arguments: lambda old: old.with_witness(arguments.vkey, arguments.url)
    )
    removing = actions.add_parser(
        "remove", help=say("不再请一名见证人副署", "ask a witness no longer")
    )
    removing.add_argument("name", metavar="NAME", help=say("按列表所示", "as listed"))
    removing.set_defaults(change=lambda arguments: lambda old: old.without_witness(arguments.name))
    needing = actions.add_parser(
        "quorum",
        help=say("公布之前至少要几名见证人副署", "how many must have cosigned what is published"),
    )
    needing.add_argument("needed", metavar="K", type=int)
    needing.set_defaults(change=lambda arguments: lambda old: old.with_needed(arguments.needed))
    listing = actions.add_parser("list", help=say("列出见证人", "show the witnesses"))
    listing.set_defaults(change=None)
    for action in (adding, removing, needing, listing):
        add_stage_and_json(action)
        action.set_defaults(run=run_witness)


def run_witness(arguments: argparse.Namespace) -> int:
    """Change the witnesses in the registry, if an action asks for it, and print them."""
    from infra.stack.services import services_of

    make: Callable[[argparse.Namespace], Callable[[Quorum], Quorum]] | None = arguments.change
    with services_of(arguments.stage) as services:
        witnesses = services.witnesses
        quorum = witnesses.change(make(arguments)) if make else witnesses.quorum()
    if arguments.json:
        print(json.dumps(quorum.written()))
        return 0
    needed, there = quorum.needed, len(quorum.witnesses)
    print(say(f"{there} 名见证人，至少 {needed} 名", f"{needed} of {there}"))
    for witness in quorum.witnesses:
        print(f"{witness.vkey.name}  {witness.url}  {witness.vkey.text}")
    return 0


def run_policy(arguments: argparse.Namespace) -> int:
    """Print the policy file of a stage, which reads back as what it says."""
    from chalicelib.log.routes import log_keys
    from chalicelib.log.tlog.policy import read_policy
    from chalicelib.log.tlog.vkey import read_vkey
    from infra.stack.services import services_of

    with services_of(arguments.stage) as services:
        keys, quorum = log_keys(services), services.witnesses.quorum()
        origin = services.settings.log_origin
        if not keys:
            raise BadInput(
                zh="日志尚未公布任何内容", en="nothing of the log is published yet", where="log"
            )
        receipts = services.receipts.vkey.text
    policy = quorum.policy({read_vkey(text): arguments.url for text in keys})
    lines = _ABOUT_POLICY.format(origin=origin, receipts=receipts) + policy.text
    read_policy(lines.encode(), "policy")  # two names of one key, or a word that is none: refused
    if arguments.json:
        lines = json.dumps({"policy": lines}, ensure_ascii=False) + "\n"
    print(lines, end="")
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Compare the tables with the public log, and make them agree unless --check is given."""
    from chalicelib.log.tlog.vkey import read_vkey
    from infra.recovery.restoring import restore
    from infra.stack.services import services_of

    trusted = read_vkey(arguments.vkey) if arguments.vkey else None
    with services_of(arguments.stage) as services:
        try:
            restored = restore(services, trusted, writes=not arguments.check)
        except (Corrupt, Conflict) as error:
            zh = (
                f"公开日志和各表对不上（{error.text.zh}），没有恢复；请用 duban verify 核对公开日志"
            )
            raise BadInput(zh=zh, en=str(error), where="restore") from error
    if arguments.json:
        print(json.dumps(restored.written()))
    else:
        print(*restored.lines(), sep="\n")
    return 0 if restored.was_whole or (not arguments.check and restored.is_whole) else 1


def run_mend(arguments: argparse.Namespace) -> int:
    """Compare the public objects with what was signed, and mend them unless --check is given."""
    from infra.recovery.mending import mend
    from infra.recovery.public_bucket import PublicBucket, signing_client
    from infra.stack import cloud
    from infra.stack.services import services_of

    client = signing_client(cloud.of_stage(arguments.stage))
    with services_of(arguments.stage) as services:
        bucket = PublicBucket(services.settings.log_bucket, client)
        mended = mend(services, bucket, writes=not arguments.check)
    if arguments.json:
        print(json.dumps(mended.written()))
    else:
        print(*mended.lines(), sep="\n")
    return 0 if mended.was_whole or (not arguments.check and not mended.lost) else 1
