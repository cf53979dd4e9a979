"""`duban source key new|add|list|require|remove`: the keys that sources sign with (v1a).

It begins under `duban source`, whose module is `infra/cli/source.py`.
"""

import argparse
import base64
import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chalicelib.errors import Bilingual
from infra.stack.stage_options import add_stage_and_json
from infra.terminal.input_file import unwritable
from infra.terminal.language import say
from infra.terminal.parser import add_json

Runner = Callable[[argparse.Namespace], int]


_ADD = Bilingual(
    "在日志里声明一个报送单位的公钥，并采信它",
    "state a source's public key in the log, and believe it",
)
_REQUIRE = Bilingual(
    "去掉一个报送单位的密钥，只凭公钥采信",
    "drop the source's secrets: believe it by its keys alone",
)
_LIST = Bilingual("列出声明过的公钥", "show the keys that were stated")
_REMOVE = Bilingual("不再采信一把公钥，并声明", "believe a key no longer, and state that")


def add_key_actions(sources: Any) -> None:
    """Add the command to the actions of `duban source`."""
    parser = sources.add_parser(
        "key",
        help=say("报送单位签名用的公钥（v1a）", "the public keys that sources sign with (v1a)"),
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _add_new(actions)
    adding = _action(actions, "add", _ADD, _add)
    adding.add_argument(
        "--public",
        required=True,
        metavar="whpk_…",
        help=say("公钥，按它生成的写", "the key, as it made it"),
    )
    _action(actions, "require", _REQUIRE, _require)
    removing = _action(actions, "remove", _REMOVE, _remove)
    removing.add_argument(
        "key",
        metavar="KEY",
        help=say("指纹的开头，或 whpk_…", "the begin of its fingerprint, or whpk_…"),
    )
    _action(
        actions, "list", Bilingual("列出声明过的公钥", "show the keys that were stated"), _list, "?"
    )


def _add_new(actions: Any) -> None:
    making = actions.add_parser(
        "new",
        help=say("在本机生成一对密钥", "make a key pair on this machine"),
        description=say(
            "供试用。报送单位自己生成密钥，只交出公钥：别人见过私钥，就能以它的名义报送。",
            "For trying it out. A source makes its own, and gives away the public "
            "key only: whoever else has seen the private key can report in its name.",
        ),
    )
    where = making.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help=say("把私钥写入文件", "write the private key to a file"),
    )
    where.add_argument("--show", action="store_true", help=say("显示私钥", "print the private key"))
    add_json(making)
    making.set_defaults(run=run_new)


def _action(
    actions: Any, name: str, text: Bilingual, run: Runner, nargs: str | None = None
) -> argparse.ArgumentParser:
    described = say(f"{text.zh}。", f"{text.en}.")
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=say(*text), description=described
    )
    parser.add_argument("name", metavar="SOURCE", nargs=nargs)
    add_stage_and_json(parser)
    parser.set_defaults(run=run)
    return parser


def run_new(arguments: argparse.Namespace) -> int:
    """Make a key pair; the private key goes where it was asked for, and nowhere else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from chalicelib.intake.source_key import PRIVATE_PREFIX, SourceKey

    seed = secrets.token_bytes(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    key, private = SourceKey(public), PRIVATE_PREFIX + base64.b64encode(seed).decode("ascii")
    if arguments.out:
        _write(arguments.out, private)
        why = say("私钥，只由报送单位自己保管", "the private key; only the source may keep it")
        print(f"{arguments.out}: {why}", file=sys.stderr)
    document = {"public": key.text, "key": key.fingerprint}
    if arguments.show:
        document["private"] = private
    print(json.dumps(document) if arguments.json else "\n".join(document.values()))
    return 0


def _write(path: Path, private: str) -> None:
    """Write a file that only its owner reads."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(private + "\n")
    except OSError as error:
        raise unwritable(error, path) from error


def _add(arguments: argparse.Namespace) -> int:
    from infra.operate import source_keys

    return _run(arguments, lambda here: source_keys.add_key(here, arguments.name, arguments.public))


def _require(arguments: argparse.Namespace) -> int:
    from infra.operate import source_keys

    return _run(arguments, lambda here: source_keys.require_keys(here, arguments.name))


def _remove(arguments: argparse.Namespace) -> int:
    from infra.operate import source_keys

    return _run(arguments, lambda here: source_keys.remove_key(here, arguments.name, arguments.key))


def _list(arguments: argparse.Namespace) -> int:
    from infra.operate import source_keys
    from infra.stack.services import services_of

    with services_of(arguments.stage) as services:
        names = [arguments.name] if arguments.name else source_keys.sources_with_keys(services)
        rows = [source_keys.listed(services, name) for name in names]
    if arguments.json:
        print(json.dumps({"sources": rows}))
    elif rows:
        _print(rows)
    else:
        print(say("没有声明过公钥；用 duban source key add 声明", "no key was stated: add one"))
    return 0


def _run(arguments: argparse.Namespace, work: Callable[[Any], dict[str, Any]]) -> int:
    from infra.stack.services import services_of

    with services_of(arguments.stage) as services:
        row = work(services)
    if arguments.json:
        print(json.dumps(row))
    else:
        _print([row])
    return 0


def _print(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        believed = (
            say("只凭公钥", "by key alone")
            if row["required"]
            else say("凭密钥或公钥", "by secret or key")
        )
        print(f"{row['source']:<24} {believed}")
        for key in row["keys"]:
            mark = "" if key["is_believed"] else say("  （已撤销）", "  (removed)")
            print(f"  {key['key']}  {key['public']}{mark}")
