"""`duban witness`: cosign the checkpoints of logs that others run, and never two histories of one.

Run it elsewhere, as somebody who would lose by colluding with the log's operator. Look after its
state: a witness that begins again with an empty state can be shown any history.
"""

import argparse
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput
from infra.terminal.language import say

if TYPE_CHECKING:
    from chalicelib.log.tlog.note import Vkey

_LAST_PORT = 65535


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "witness",
        help=say("为别人的日志的检查点副署", "cosign the checkpoints of logs that others run"),
        description=say(
            "为别人的日志的检查点副署；同一日志的两种历史，绝不都签。请在别处运行，由与日志运维者"
            "串通会吃亏的人来运行。请看好它的状态：状态清空后重新开始的见证人，给它看什么历史都会信。",
            "Cosign the checkpoints of logs that others run, and never two histories "
            "of one. Run it elsewhere, as somebody who would lose by colluding with "
            "the log's operator. Look after its state: a witness that begins again "
            "with an empty state can be shown any history.",
        ),
    )
    _add_options(parser)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new-key",
        nargs=2,
        metavar=("NAME", "FILE"),
        help=say("生成一把私钥，并显示它的 vkey", "make a key, and print its vkey"),
    )
    parser.add_argument(
        "--key", metavar="FILE", type=Path, help=say("这样生成的私钥", "the key made so")
    )
    parser.add_argument(
        "--origin",
        metavar="VKEY",
        action="append",
        default=[],
        help=say(
            "日志的 vkey，日志的 origin 就是公钥名称；可重复",
            "the vkey of a log whose origin is its key's name; repeatable",
        ),
    )
    parser.add_argument(
        "--log",
        metavar=("ORIGIN", "VKEY"),
        nargs=2,
        action="append",
        default=[],
        help=say(
            "origin 与公钥名称不同的日志；可重复",
            "a log whose origin is another than its key's name; repeatable",
        ),
    )
    parser.add_argument(
        "--state",
        metavar="DIR",
        type=Path,
        help=say("上次副署了什么；请妥善保存", "what was cosigned last; keep it"),
    )
    parser.add_argument("--listen", metavar="ADDRESS:PORT", default="127.0.0.1:8310")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make a key, or serve until interrupted."""
    if arguments.new_key:
        from infra.witness.key import make_key

        name, path = arguments.new_key
        print(make_key(name, Path(path)).text)
        return 0
    if not (arguments.key and (arguments.origin or arguments.log) and arguments.state):
        raise BadInput(
            zh="要写 --key、--origin 或 --log、--state，或者 --new-key",
            en="--key, --origin or --log, and --state are needed, or --new-key",
        )
    _serve(arguments)
    return 0


def _serve(arguments: argparse.Namespace) -> None:
    from infra.witness.cosigner import Cosigner
    from infra.witness.key import read_witness_key
    from infra.witness.server import Server
    from infra.witness.store import Memory

    vkey, signer = read_witness_key(arguments.key)
    logs = _logs(arguments.origin, arguments.log)
    cosigner = Cosigner(vkey, signer, logs, Memory(arguments.state), lambda: int(time.time()))
    try:
        server = Server(_address(arguments.listen), cosigner)
    except OSError as error:
        raise BadInput(
            zh="这个地址和端口用不了：可能已被占用，或者无权使用",
            en=f"this address cannot be used: {error.strerror or error}",
            where=arguments.listen,
        ) from error
    with server:
        host, port = server.server_address[:2]
        print(
            f"{say('见证人', 'witness')} {vkey.text} {say('在', 'at')} http://{host!s}:{port}",
            file=sys.stderr,
            flush=True,
        )
        server.serve_forever()


def _logs(vkeys: Sequence[str], named: Sequence[Sequence[str]]) -> dict[str, list["Vkey"]]:
    """Return the trusted keys by the origin of their log. Raises BadInput."""
    logs: dict[str, list[Vkey]] = {}
    for key in map(_log, vkeys):
        logs.setdefault(key.name, []).append(key)
    for origin, text in named:
        if not origin or any(sign < " " for sign in origin):
            raise BadInput(
                zh="日志的 origin 须为一行文字", en="the origin is one line of text", where="--log"
            )
        logs.setdefault(origin, []).append(_log(text))
    return logs


def _log(text: str) -> "Vkey":
    from chalicelib.log.tlog.note import ED25519, read_vkey

    vkey = read_vkey(text)
    if vkey.kind != ED25519:
        raise BadInput(
            zh="不是日志的公钥：日志签名的类型是 1",
            en="this is no log's key: its signatures are of kind 1",
            where=text[:60],
        )
    return vkey


def _address(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"\[?([0-9A-Za-z.:-]+?)\]?:([0-9]{1,5})", text, re.ASCII)
    if match is None or int(match.group(2)) > _LAST_PORT:
        raise BadInput(
            zh="应写地址和端口，例如 127.0.0.1:8310",
            en="an address and a port, such as 127.0.0.1:8310",
            where="--listen",
        )
    return match.group(1), int(match.group(2))
