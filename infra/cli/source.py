"""`duban source add|list|remove`: the intake systems whose signed events are believed."""

import argparse
import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.errors import BadInput
from chalicelib.intake.event import OURS
from infra.cloud import LOCAL_STAGE

ACTIVE = 2
SECRET_BYTES = 32
# No colon: a case is named `source:subject`, and the first colon must be the border.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}", re.ASCII)

Document = Mapping[str, list[str]]


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "source", help="register the intake systems that may send events"
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    adding = actions.add_parser("add", help="register a source and print its secret, once")
    adding.add_argument(
        "name", metavar="NAME", help="its CloudEvents source, such as county-permits"
    )
    adding.add_argument(
        "--rotate",
        action="store_true",
        help="give a source that is registered a second secret; the one before stays valid",
    )
    adding.set_defaults(run=run_add)
    listing = actions.add_parser("list", help="show the sources and how many secrets each has")
    listing.set_defaults(run=run_list)
    removing = actions.add_parser("remove", help="believe a source no longer")
    removing.add_argument("name", metavar="NAME")
    removing.add_argument(
        "--old", action="store_true", help="only end a rotation: drop all secrets but the newest"
    )
    removing.set_defaults(run=run_remove)
    for action in (adding, listing, removing):
        action.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE")
        action.add_argument("--json", action="store_true", help="print one JSON document")


def run_add(arguments: argparse.Namespace) -> int:
    """Register or rotate; the secret is printed here and nowhere else."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    _change(
        arguments.stage,
        lambda old: add_secret(old, arguments.name, secret, rotate=arguments.rotate),
    )
    document = {"source": arguments.name, "secret": secret}
    print(json.dumps(document) if arguments.json else secret)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """List the sources; of a secret only a mark that distinguishes it from others."""
    from infra.served import services_of

    with services_of(arguments.stage) as services:
        sources = services.sources.read_document()
    rows = [
        {"source": name, "secrets": [_mark(secret) for secret in active]}
        for name, active in sorted(sources.items())
    ]
    if arguments.json:
        print(json.dumps(rows))
    for source in () if arguments.json else rows:
        print(f"{source['source']:<40} {' '.join(source['secrets'])}")
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    """Remove a source, or end its rotation."""
    _change(arguments.stage, lambda old: remove_source(old, arguments.name, only_old=arguments.old))
    if arguments.json:
        print(json.dumps({"source": arguments.name, "removed": not arguments.old}))
    return 0


def add_secret(old: Document, name: str, secret: str, *, rotate: bool) -> Document:
    """Give *name* the new *secret*, the newest first; of older ones at most one stays."""
    if not _NAME.fullmatch(name):
        raise BadInput(f"a source is named by letters, digits and . _ ~ -, not {name!r}")
    if name == OURS:
        raise BadInput(f"{OURS} is our own name; register the source under another")
    if rotate and name not in old:
        raise BadInput(f"there is no source {name}; leave --rotate out")
    if not rotate and name in old:
        raise BadInput(f"source {name} is registered; --rotate gives it a second secret")
    return {**old, name: [secret, *old.get(name, [])][:ACTIVE]}


def remove_source(old: Document, name: str, *, only_old: bool) -> Document:
    """Leave *name* out, or with its newest secret only."""
    if name not in old:
        raise BadInput(f"there is no source {name}")
    rest = {other: active for other, active in old.items() if other != name}
    return {**rest, name: old[name][:1]} if only_old else rest


def _change(stage: str, change: Callable[[Document], Document]) -> None:
    from infra.served import services_of

    with services_of(stage) as services:
        services.sources.write(change(services.sources.read_document()))


def _mark(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:8]
