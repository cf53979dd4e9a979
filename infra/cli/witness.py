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

if TYPE_CHECKING:
    from chalicelib.log.tlog.note import Vkey

_LAST_PORT = 65535


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "witness", help="cosign the checkpoints of logs that others run", description=__doc__
    )
    parser.add_argument(
        "--new-key", nargs=2, metavar=("NAME", "FILE"), help="make a key, and print its vkey"
    )
    parser.add_argument("--key", metavar="FILE", type=Path, help="the key made so")
    parser.add_argument(
        "--origin",
        metavar="VKEY",
        action="append",
        default=[],
        help="the vkey of a log whose origin is its key's name; repeatable",
    )
    parser.add_argument(
        "--log",
        metavar=("ORIGIN", "VKEY"),
        nargs=2,
        action="append",
        default=[],
        help="a log whose origin is another than its key's name; repeatable",
    )
    parser.add_argument("--state", metavar="DIR", type=Path, help="what was cosigned last; keep it")
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
            "要写 --key、--origin 或 --log、--state，或者 --new-key"
            " / --key, --origin or --log, and --state are needed, or --new-key"
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
        raise BadInput(error.strerror or str(error), arguments.listen) from error
    with server:
        host, port = server.server_address[:2]
        print(f"witness {vkey.text} at http://{host!s}:{port}", file=sys.stderr, flush=True)
        server.serve_forever()


def _logs(vkeys: Sequence[str], named: Sequence[Sequence[str]]) -> dict[str, list["Vkey"]]:
    """Return the trusted keys by the origin of their log. Raises BadInput."""
    logs: dict[str, list[Vkey]] = {}
    for key in map(_log, vkeys):
        logs.setdefault(key.name, []).append(key)
    for origin, text in named:
        if not origin or any(sign < " " for sign in origin):
            raise BadInput("日志的 origin 须为一行文字 / the origin is one line of text", "--log")
        logs.setdefault(origin, []).append(_log(text))
    return logs


def _log(text: str) -> "Vkey":
    from chalicelib.log.tlog.note import ED25519, read_vkey

    vkey = read_vkey(text)
    if vkey.kind != ED25519:
        raise BadInput("this is no log's key: its signatures are of kind 1", text[:60])
    return vkey


def _address(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"\[?([0-9A-Za-z.:-]+?)\]?:([0-9]{1,5})", text, re.ASCII)
    if match is None or int(match.group(2)) > _LAST_PORT:
        raise BadInput("an address and a port, such as 127.0.0.1:8310", "--listen")
    return match.group(1), int(match.group(2))
