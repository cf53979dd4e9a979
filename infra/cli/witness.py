"""`duban witness`: cosign the checkpoints of logs that others run, and never two histories of one.

Run it elsewhere, as somebody who would lose by colluding with the log's operator. Look after its
state: a witness that begins again with an empty state can be shown any history.
"""

import argparse
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.errors import BadInput
from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import print_progress

if TYPE_CHECKING:
    from chalicelib.log.tlog.note import Vkey

_LAST_PORT = 65535
_COMMAND = """\
witness  为别人的日志的检查点副署 | cosign the checkpoints of logs that others run
    about
        为别人的日志的检查点副署；同一日志的两种历史，绝不都签。请在别处运行，由与日志运维者串通会吃
        亏的人来运行。请看好它的状态：状态清空后重新开始的见证人，给它看什么历史都会信。
        | Cosign the checkpoints of logs that others run, and never two histories of one. Run it
        elsewhere, as somebody who would lose by colluding with the log's operator. Look after its
        state: a witness that begins again with an empty state can be shown any history.
    --new-key NAME FILE  生成一把私钥，并显示它的 vkey | make a key, and print its vkey
    --key FILE  这样生成的私钥 | the key made so
    --origin VKEY repeated  日志的 vkey，日志的 origin 就是公钥名称；可重复
        | the vkey of a log whose origin is its key's name; repeatable
    --log ORIGIN VKEY repeated  origin 与公钥名称不同的日志；可重复
        | a log whose origin is another than its key's name; repeatable
    --state DIR  上次副署了什么；请妥善保存 | what was cosigned last; keep it
    --listen ADDRESS:PORT = 127.0.0.1:8310
"""
add = commands(__name__, _COMMAND)


def run(arguments: argparse.Namespace) -> int:
    """Make a key, or serve until interrupted."""
    if arguments.new_key:
        from infra.witness.key import make_key

        name, path = arguments.new_key
        print(make_key(name, Path(path)).text)
        return 0
    if not (arguments.key and (arguments.origin or arguments.log) and arguments.state):
        en = "--key, --origin or --log, and --state are needed, or --new-key"
        raise BadInput(zh="要写 --key、--origin 或 --log、--state，或者 --new-key", en=en)
    _serve(arguments)
    return 0


def _serve(arguments: argparse.Namespace) -> None:
    from infra.witness.cosigner import Cosigner, Memory
    from infra.witness.key import read_witness_key
    from infra.witness.server import Server

    vkey, signer = read_witness_key(arguments.key)
    logs = _logs(arguments.origin, arguments.log)
    cosigner = Cosigner(vkey, signer, logs, Memory(arguments.state), lambda: int(time.time()))
    try:
        server = Server(_address(arguments.listen), cosigner)
    except OSError as error:
        zh = "这个地址和端口用不了：可能已被占用，或者无权使用"
        en = f"this address cannot be used: {error.strerror or error}"
        raise BadInput(zh=zh, en=en, where=arguments.listen) from error
    with server:
        host, port = server.server_address[:2]
        here = f"{say('在', 'at')} http://{host!s}:{port}"
        print_progress(f"{say('见证人', 'witness')} {vkey.text} {here}")
        server.serve_forever()


def _logs(vkeys: Sequence[str], named: Sequence[Sequence[str]]) -> dict[str, list["Vkey"]]:
    """Return the trusted keys by the origin of their log. Raises BadInput."""
    logs: dict[str, list[Vkey]] = {}
    for key in map(_log, vkeys):
        logs.setdefault(key.name, []).append(key)
    for origin, text in named:
        if not origin or any(sign < " " for sign in origin):
            zh, en = "日志的 origin 须为一行文字", "the origin is one line of text"
            raise BadInput(zh=zh, en=en, where="--log")
        logs.setdefault(origin, []).append(_log(text))
    return logs


def _log(text: str) -> "Vkey":
    from chalicelib.log.tlog.note import ED25519, read_vkey

    vkey = read_vkey(text)
    if vkey.kind != ED25519:
        en = "this is no log's key: its signatures are of kind 1"
        raise BadInput(zh="不是日志的公钥：日志签名的类型是 1", en=en, where=text[:60])
    return vkey


def _address(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"\[?([0-9A-Za-z.:-]+?)\]?:([0-9]{1,5})", text, re.ASCII)
    if match is None or int(match.group(2)) > _LAST_PORT:
        en = "an address and a port, such as 127.0.0.1:8310"
        raise BadInput(zh="应写地址和端口，例如 127.0.0.1:8310", en=en, where="--listen")
    return match.group(1), int(match.group(2))
