"""`duban log`: who cosigns the public log, and how to rebuild tables from it."""

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput, Conflict, Corrupt
from infra.cloud import LOCAL_STAGE

if TYPE_CHECKING:
    from chalicelib.audit.quorum import Quorum


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("log", help="look after the public log")
    matters = parser.add_subparsers(metavar="MATTER", required=True)
    _add_witness(matters)
    _add_restore(matters)


def _add_restore(matters: Any) -> None:
    restoring = matters.add_parser(
        "restore",
        help="rebuild from the public log what tables have lost",
        description="Let the functions that write rest first (docs/operating.md). Exit 0: tables"
        " and public log agree now. 1: with --check, they do not. 2: it cannot be done.",
    )
    restoring.add_argument("--check", action="store_true", help="only look")
    restoring.add_argument("--vkey", help="the log's key (default: what lies beside the log)")
    restoring.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE")
    restoring.add_argument("--json", action="store_true", help="print one JSON document")
    restoring.set_defaults(run=run_restore)


def _add_witness(matters: Any) -> None:
    witness = matters.add_parser("witness", help="who cosigns the log's checkpoints")
    actions = witness.add_subparsers(metavar="ACTION", required=True)
    adding = actions.add_parser("add", help="ask one more; the same name again is replaced")
    adding.add_argument("vkey", metavar="VKEY", help="its cosigner's key, as it gave it to you")
    adding.add_argument("url", metavar="URL", help="where it takes add-checkpoint")
    adding.set_defaults(change=lambda said: lambda old: old.added(said.vkey, said.url))
    removing = actions.add_parser("remove", help="ask one no longer")
    removing.add_argument("name", metavar="NAME", help="as listed")
    removing.set_defaults(change=lambda said: lambda old: old.without(said.name))
    needing = actions.add_parser("quorum", help="how many must have cosigned what is published")
    needing.add_argument("needed", metavar="K", type=int)
    needing.set_defaults(change=lambda said: lambda old: old.of(said.needed))
    listing = actions.add_parser("list", help="show them")
    listing.set_defaults(change=None)
    for action in (adding, removing, needing, listing):
        action.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE")
        action.add_argument("--json", action="store_true", help="print one JSON document")
        action.set_defaults(run=run_witness)


def run_witness(arguments: argparse.Namespace) -> int:
    """Change what the registry says, if that was asked for, and show it."""
    from infra.served import served

    make: Callable[[argparse.Namespace], Callable[[Quorum], Quorum]] | None = arguments.change
    with served(arguments.stage) as services:
        witnesses = services.witnesses
        now = witnesses.change(make(arguments)) if make else witnesses.quorum()
    if arguments.json:
        print(json.dumps(now.written()))
        return 0
    print(f"{now.needed} of {len(now.witnesses)}")
    for witness in now.witnesses:
        print(f"{witness.vkey.name}  {witness.url}  {witness.vkey.text}")
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Compare the tables with what is public, and make them agree unless only a look is wanted."""
    from chalicelib.audit.tlog.vkey import read_vkey
    from infra.recovery.restoring import restore
    from infra.served import served

    trusted = read_vkey(arguments.vkey) if arguments.vkey else None
    with served(arguments.stage) as services:
        try:
            restored = restore(services, trusted, writes=not arguments.check)
        except (Corrupt, Conflict) as error:
            raise BadInput(str(error), "restore") from error
    if arguments.json:
        print(json.dumps(restored.told()))
    else:
        print(*restored.lines(), sep="\n")
    return 0 if restored.was_whole or not arguments.check else 1
