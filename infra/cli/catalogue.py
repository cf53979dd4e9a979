"""`duban catalogue import|list|export`: the items in force, and a new version of them."""

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
    parser = subparsers.add_parser("catalogue", help="import the catalogue of items, or show it")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _add_import(actions)
    listing = actions.add_parser("list", help="show the items of the catalogue in force")
    listing.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE")
    listing.add_argument("--json", action="store_true", help="print one JSON document")
    listing.set_defaults(run=run_list)
    exporting = actions.add_parser(
        "export", help="write the catalogue in force as the CSV that import reads"
    )
    exporting.add_argument("--out", type=Path, metavar="FILE", help="instead of standard output")
    exporting.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE")
    exporting.set_defaults(run=run_export)


def _add_import(actions: Any) -> None:
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


def run_list(arguments: argparse.Namespace) -> int:
    """Print the items in force; exit 1 where there is no catalogue."""
    version, items = _in_force(arguments.stage)
    if arguments.json:
        rows = [item.document() for item in items]
        print(json.dumps({"version": version or None, "items": rows}, ensure_ascii=False))
    else:
        for item in items:
            limits = f"{item.promise or '–'} / {item.statutory or '–'}"
            print(f"{item.item}  {item.name}  {item.department}  {item.kind}  {limits}")
        print(f"{len(items)} items; version {version}" if version else "no catalogue is in force")
    return 0 if version else 1


def run_export(arguments: argparse.Namespace) -> int:
    """Write the items in force as CSV; exit 1 where there is no catalogue."""
    from infra.catalogue_csv import write_catalogue

    version, items = _in_force(arguments.stage)
    if not version:
        print("no catalogue is in force", file=sys.stderr)
        return 1
    text = write_catalogue(items)
    if arguments.out is None:
        print(text, end="")
        return 0
    try:
        with arguments.out.open("x", encoding="utf-8-sig", newline="") as file:  # Excel asks for it
            file.write(text)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", str(arguments.out)) from error
    print(f"{arguments.out}: {len(items)} items; version {version}", file=sys.stderr)
    return 0


def _in_force(stage: str) -> "tuple[str, tuple[CatalogueItem, ...]]":
    """Return the version in force and its items by their codes; nothing where there is none."""
    from infra.served import services_of

    with services_of(stage) as services:
        version = services.catalogues.current(fresh=True)
        return version, tuple(services.catalogues.entries(version)) if version else ()


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
