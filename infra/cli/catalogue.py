"""`duban catalogue import FILE.csv`: put a new version of the item catalogue in force."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput, Conflict
from infra.cloud import LOCAL_STAGE
from infra.input_file import content_of

if TYPE_CHECKING:  # heavy, and not needed to say what is wrong with a file
    from chalicelib.plumbing.services import Services
    from chalicelib.policy.catalogue import CatalogueItem

MOST_MIB = 32
_SHOWN = 10  # items named for each rule; --json names all


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("catalogue", help="import the catalogue of items")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    importing = actions.add_parser(
        "import",
        help="check a CSV file, put it in force, judge its items and the cases that waited for it",
        description="Columns: item,name,department,kind,promise,statutory,basis,stages; and where"
        " they are known: procedures,deemed,safety,materials,shared,fees,intermediaries,hearing,"
        "two_persons,published,cancelled.",
    )
    importing.add_argument("file", metavar="FILE.csv", type=Path)
    importing.add_argument(
        "--check", action="store_true", help="only check the file and its items; needs no stage"
    )
    importing.add_argument(
        "--profile", default="statutory", metavar="P", help="by whose rules to check (statutory)"
    )
    importing.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE")
    importing.add_argument("--json", action="store_true", help="print one JSON document")
    importing.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Import, whole or not at all; then tell its items, and nudge what was held."""
    from chalicelib.policy import catalogue

    entries = catalogue.read_catalogue(content_of(arguments.file, MOST_MIB), str(arguments.file))
    told: dict[str, Any] = {"version": catalogue.catalogue_version(entries), "items": len(entries)}
    if arguments.check:
        told["broken"] = _checked(entries, arguments.profile)
    else:
        from infra.served import served

        with served(arguments.stage) as services:
            told |= _imported(services, entries, str(arguments.file))
    print(json.dumps(told, ensure_ascii=False) if arguments.json else _lines(told))
    return 0


def _checked(entries: "Sequence[CatalogueItem]", profile: str) -> Mapping[str, list[str]]:
    """Which items break which rules; what was before them is not known here."""
    from datetime import UTC, datetime

    from chalicelib.policy.shipped import load_profile
    from chalicelib.rules.catalogue_import import CatalogueImport, evaluate_items, summary

    imported = CatalogueImport(entries, (), "", datetime.now(UTC))
    return summary([*evaluate_items(imported, {}, load_profile(profile))]).broken


def _imported(
    services: "Services", entries: "tuple[CatalogueItem, ...]", file: str
) -> dict[str, Any]:
    """Put *entries* in force and see to whom they concern; killed anywhere, do it again.

    What the import before left untold is told first: what an item was meanwhile is not lost. Who is
    judged by the old catalogue meanwhile is nudged by reconcile, within minutes.
    """
    from chalicelib.lambdas.awaken import nudge_held
    from chalicelib.lambdas.listing import tell_items
    from infra.progress import bar

    tell_items(services)
    try:
        services.catalogues.write(entries)
    except Conflict as error:
        raise BadInput("another catalogue was imported meanwhile; import again", file) from error
    nudged = nudge_held(services)
    told = tell_items(services, shown=bar("items looked at"))
    return {
        "nudged": nudged,
        "listed": told.listed,
        "removed": told.removed,
        "broken": told.broken,
    }


def _lines(told: Mapping[str, Any]) -> str:
    in_force = "nudged" in told
    state = "is in force" if in_force else "not imported"
    if in_force:
        print(f"{told['nudged']} held cases are judged again", file=sys.stderr)
        print(f"{told['listed']} items told, {told['removed']} are gone", file=sys.stderr)
    joint = " " if in_force else "; "
    lines = [f"{told['items']} items; version {told['version']}{joint}{state}"]
    return "\n".join([*lines, *(_line(rule, items) for rule, items in told["broken"].items())])


def _line(rule: str, items: Sequence[str]) -> str:
    from chalicelib.rules.table import rules

    named = ", ".join(items[:_SHOWN]) + (", …" if len(items) > _SHOWN else "")
    return f"{rule} {rules()[rule].title.zh}: {len(items)} ({named})"
