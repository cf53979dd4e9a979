"""`duban catalogue import FILE.csv`: put a new version of the item catalogue in force."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput, Conflict
from infra.cloud import LOCAL_STAGE
from infra.input_file import read_input_file

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong file
    from chalicelib.plumbing.services import Services
    from chalicelib.policy.catalogue import CatalogueItem

MOST_MIB = 32
_MOST_LISTED = 10  # items named for each rule; --json names all


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
    """Import, whole or not at all; then notify its items, and nudge cases that were held."""
    from chalicelib.policy import catalogue

    entries = catalogue.read_catalogue(
        read_input_file(arguments.file, MOST_MIB), str(arguments.file)
    )
    document: dict[str, Any] = {
        "version": catalogue.catalogue_version(entries),
        "items": len(entries),
    }
    if arguments.check:
        document["broken"] = _find_broken(entries, arguments.profile)
    else:
        from infra.served import services_of

        with services_of(arguments.stage) as services:
            document |= _import_items(services, entries, str(arguments.file))
    print(json.dumps(document, ensure_ascii=False) if arguments.json else _lines(document))
    return 0


def _find_broken(entries: "Sequence[CatalogueItem]", profile: str) -> Mapping[str, list[str]]:
    """Return the items that break each rule; the catalogue before them is not known here."""
    from datetime import UTC, datetime

    from chalicelib.policy.shipped import load_profile
    from chalicelib.rules.catalogue_import import CatalogueImport, evaluate_items, summarize_import

    imported = CatalogueImport(entries, (), "", datetime.now(UTC))
    return summarize_import([*evaluate_items(imported, {}, load_profile(profile))]).broken


def _import_items(
    services: "Services", entries: "tuple[CatalogueItem, ...]", file: str
) -> dict[str, Any]:
    """Put *entries* in force, notify items and nudge cases that waited for one; return the counts.

    The log states the catalogue before it is in force. Crash anywhere: import again. Items that the
    import before did not notify come first, so no version of an item is lost. `reconcile` nudges
    cases that were judged by the old catalogue meanwhile, within minutes.
    """
    from chalicelib.lambdas.listing import notify_items
    from chalicelib.lambdas.recompute import recompute
    from chalicelib.lambdas.stating import Coming
    from infra.announcing import announce
    from infra.cli.calendar import AT_ONCE
    from infra.progress import progress_bar

    notify_items(services)
    try:
        services.catalogues.write(entries, lambda: announce(services, Coming(catalogue=entries)))
    except Conflict as error:
        raise BadInput("another catalogue was imported meanwhile; import again", file) from error
    show = progress_bar("cases looked at")
    progress = recompute(services, None, lambda so_far: show(so_far.looked_at), AT_ONCE)
    summary = notify_items(services, report=progress_bar("items looked at"))
    return {
        "nudged": progress.counts.nudged,
        "listed": summary.listed,
        "removed": summary.removed,
        "broken": summary.broken,
    }


def _lines(document: Mapping[str, Any]) -> str:
    in_force = "nudged" in document
    state = "is in force" if in_force else "not imported"
    if in_force:
        print(f"{document['nudged']} cases are judged again", file=sys.stderr)
        print(f"{document['listed']} items told, {document['removed']} are gone", file=sys.stderr)
    joint = " " if in_force else "; "
    lines = [f"{document['items']} items; version {document['version']}{joint}{state}"]
    return "\n".join([*lines, *(_line(rule, items) for rule, items in document["broken"].items())])


def _line(rule: str, items: Sequence[str]) -> str:
    from chalicelib.rules.table import read_rule_table

    named = ", ".join(items[:_MOST_LISTED]) + (", …" if len(items) > _MOST_LISTED else "")
    return f"{rule} {read_rule_table()[rule].title.zh}: {len(items)} ({named})"
