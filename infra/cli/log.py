"""`duban log`: who cosigns the public log, its trust policy, and how to rebuild tables from it."""

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.errors import BadInput, Conflict, Corrupt
from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import report

if TYPE_CHECKING:
    from chalicelib.log.quorum import Quorum

_ABOUT_POLICY = """\
# {origin} 的信任策略 / trust policy (c2sp.org/tlog-policy)
# 请与另外取得的公钥核对后再用 / compare the keys with some that you got elsewhere
# 回执公钥，核对回执时另以 --vkey 指定 / key of receipts, for --vkey beside this file:
# {receipts}
"""
_COMMAND = """\
log  管理公开日志 | look after the public log
    MATTER
log witness  谁为日志的检查点副署 | who cosigns the log's checkpoints
log witness add  增加一名见证人；同名的会替换
        | ask one more witness; the same name again is replaced
    VKEY  它副署用的公钥，按它给您的写 | its cosigner's key, as it gave it to you
    URL  它接受 add-checkpoint 的地址 | where it takes add-checkpoint
    --stage --json
log witness remove  不再请一名见证人副署 | ask a witness no longer
    NAME  按列表所示 | as listed
    --stage --json
log witness quorum  公布之前至少要几名见证人副署 | how many must have cosigned what is published
    K as needed
    --stage --json
log witness list  列出见证人 | show the witnesses
    --stage --json
log policy  输出日志、见证人和法定数的策略文件（C2SP tlog-policy）
        | print the log, its witnesses and their quorum as a policy file (C2SP tlog-policy)
    about  供读者用：请公布在日志以外的地方，如公报或纸上。该信任谁，日志自己说的不算数。
        | For readers: publish it elsewhere than beside the log, in a gazette or on paper. A log's
        own word for whom to trust is weak.
    --url URL =  日志的公开地址 | where the log is read
    --stage --json
log restore  按公开日志恢复各表丢失的内容 | rebuild from the public log what tables have lost
    about
        把日志表、事实、快照、公示板与公开日志对照。修复之前，先让写入的函数停下（docs/operating.md）。
        退出码 0：各表与公开日志已一致；1：不一致；2：无法进行。
        | Compares the log's table, facts, snapshots and board with the public log. Let the
        functions that write rest before it mends them (docs/operating.en.md). Exit 0: tables and
        public log agree now. 1: they do not. 2: it cannot be done.
    --check  只对照 | only compare
    --vkey VKEY  日志的公钥（默认用日志旁公布的）
        | the log's key (default: the key published beside the log)
    --stage --json
log mend  修正被改动或缺失的公开文件 | put changed or missing public objects right
    about
        把每个公开文件与签过名的对照。不带 --check 时，用正确的内容覆盖错误的：只为此、只在此处放开
        存储桶的限制（docs/operating.md）。退出码 1：有错，或仍有错。
        | Compares every public object with what was signed. Without --check it writes the right
        bytes over wrong ones: for that alone the bucket's policy is opened, for these bytes at
        this place (docs/operating.en.md). Exit 1: something is wrong, or stays so.
    --check  只对照 | only compare
    --stage --json
"""
add = commands(__name__, _COMMAND, needed=int)


def _witness(
    change: "Callable[[argparse.Namespace, Quorum], Quorum] | None", arguments: argparse.Namespace
) -> int:
    """Apply *change*, if there is one, to the witnesses in the registry; print the witnesses."""
    with stages.services_of(arguments.stage) as services:
        witnesses = services.witnesses
        quorum = witnesses.change(partial(change, arguments)) if change else witnesses.quorum()
    report(arguments, quorum.written(), _witness_lines(quorum), ensure_ascii=True)
    return 0


run_witness_add = partial(_witness, lambda given, old: old.with_witness(given.vkey, given.url))
run_witness_remove = partial(_witness, lambda given, old: old.without_witness(given.name))
run_witness_quorum = partial(_witness, lambda given, old: old.with_needed(given.needed))
run_witness_list = partial(_witness, None)


def _witness_lines(quorum: "Quorum") -> Iterator[str]:
    needed, there = quorum.needed, len(quorum.witnesses)
    yield say(f"{there} 名见证人，至少 {needed} 名", f"{needed} of {there}")
    for witness in quorum.witnesses:
        yield f"{witness.vkey.name}  {witness.url}  {witness.vkey.text}"


def run_policy(arguments: argparse.Namespace) -> int:
    """Print the policy file of a stage. Raises BadInput where it could not be read back."""
    from chalicelib.log.routes import log_keys
    from chalicelib.log.tlog.policy import read_policy
    from chalicelib.log.tlog.vkey import read_vkey

    with stages.services_of(arguments.stage) as services:
        keys, quorum = log_keys(services), services.witnesses.quorum()
        origin = services.settings.log_origin
        if not keys:
            zh, en = "日志尚未公布任何内容", "nothing of the log is published yet"
            raise BadInput(zh=zh, en=en, where="log")
        receipts = services.receipts.vkey.text
    policy = quorum.policy({read_vkey(text): arguments.url for text in keys})
    lines = _ABOUT_POLICY.format(origin=origin, receipts=receipts) + policy.text
    read_policy(lines.encode(), "policy")  # two names of one key, or a word that is none: refused
    report(arguments, {"policy": lines}, lines.splitlines())
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Compare the tables with the public log, and make them agree unless --check is given."""
    from chalicelib.log.tlog.vkey import read_vkey
    from infra.recovery.restoring import restore

    trusted = read_vkey(arguments.vkey) if arguments.vkey else None
    with stages.services_of(arguments.stage) as services:
        try:
            restored = restore(services, trusted, writes=not arguments.check)
        except (Corrupt, Conflict) as error:
            reason = error.text.zh
            zh = f"公开日志和各表对不上（{reason}），没有恢复；请用 duban verify 核对公开日志"
            raise BadInput(zh=zh, en=str(error), where="restore") from error
    report(arguments, restored.written(), restored.lines(), ensure_ascii=True)
    return 0 if restored.was_whole or (not arguments.check and restored.is_whole) else 1


def run_mend(arguments: argparse.Namespace) -> int:
    """Compare the public objects with what was signed, and mend them unless --check is given."""
    from infra.recovery.mending import mend
    from infra.recovery.public_bucket import PublicBucket, signing_client
    from infra.stack import cloud

    client = signing_client(cloud.of_stage(arguments.stage))
    with stages.services_of(arguments.stage) as services:
        bucket = PublicBucket(services.settings.log_bucket, client)
        mended = mend(services, bucket, writes=not arguments.check)
    report(arguments, mended.written(), mended.lines(), ensure_ascii=True)
    return 0 if mended.was_whole or (not arguments.check and not mended.lost) else 1
