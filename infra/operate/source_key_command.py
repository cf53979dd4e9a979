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

from chalicelib.errors import BadInput
from infra.stack.stage_options import add_stage_and_json

Runner = Callable[[argparse.Namespace], int]


def add_key_actions(sources: Any) -> None:
    """Add the command to the actions of `duban source`."""
    parser = sources.add_parser("key", help="the public keys that sources sign with (v1a)")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    making = actions.add_parser(
        "new",
        help="make a key pair on this machine",
        description="For trying it out. A source makes its own, and gives away the public key only:"
        " whoever else has seen the private key can report in its name.",
    )
    where = making.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="FILE", help="write the private key to a file")
    where.add_argument("--show", action="store_true", help="print the private key")
    making.add_argument("--json", action="store_true", help="print one JSON document")
    making.set_defaults(run=run_new)
    adding = _action(actions, "add", "state a source's public key in the log, and believe it", _add)
    adding.add_argument("--public", required=True, metavar="whpk_…", help="the key, as it made it")
    _action(actions, "require", "drop the source's secrets: believe it by its keys alone", _require)
    removing = _action(actions, "remove", "believe a key no longer, and state that", _remove)
    removing.add_argument("key", metavar="KEY", help="the begin of its fingerprint, or whpk_…")
    _action(actions, "list", "show the keys that were stated", _list, nargs="?")


def _action(
    actions: Any, name: str, text: str, run: Runner, nargs: str | None = None
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text + ".")
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
        why = "私钥，只由报送单位自己保管 / the private key; only the source may keep it"
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
        why = "写不进：不覆盖已有文件，请换一个名称 / cannot be written, no file is replaced"
        raise BadInput(f"{why}: {error.strerror}", str(path)) from error


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
        print("没有声明过公钥；用 duban source key add 声明 / no key was stated: add one")
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
            "只凭公钥 / by key alone" if row["required"] else "凭密钥或公钥 / by secret or key"
        )
        print(f"{row['source']:<24} {believed}")
        for key in row["keys"]:
            mark = "" if key["is_believed"] else "  （已撤销 / removed）"
            print(f"  {key['key']}  {key['public']}{mark}")
