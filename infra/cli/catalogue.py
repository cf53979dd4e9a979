"""`duban catalogue import FILE.csv`: put a new version of the item catalogue in force."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from infra.cloud import LOCAL_STAGE
from infra.input_file import content_of

MOST_MIB = 32


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("catalogue", help="import the catalogue of items")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    importing = actions.add_parser(
        "import",
        help="check a CSV file, put it in force, judge the cases that waited for it",
        description="Columns: item,name,department,kind,promise,statutory,basis,stages.",
    )
    importing.add_argument("file", metavar="FILE.csv", type=Path)
    importing.add_argument(
        "--check", action="store_true", help="only check the file; needs no stage"
    )
    importing.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE")
    importing.add_argument("--json", action="store_true", help="print one JSON document")
    importing.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Import, whole or not at all; then nudge what was held."""
    from chalicelib.policy import catalogue

    entries = catalogue.read(content_of(arguments.file, MOST_MIB), str(arguments.file))
    told: dict[str, Any] = {"version": catalogue.version(entries), "items": len(entries)}
    if not arguments.check:
        from chalicelib.lambdas.awaken import nudge_held
        from infra.served import served

        with served(arguments.stage) as services:
            services.catalogues.write(entries)
            # Who is judged by the old one meanwhile is nudged by reconcile, within minutes.
            told["nudged"] = nudge_held(services)
    print(json.dumps(told) if arguments.json else _line(told))
    return 0


def _line(told: dict[str, Any]) -> str:
    if "nudged" not in told:
        return f"{told['items']} items; version {told['version']}; not imported"
    print(f"{told['nudged']} held cases are judged again", file=sys.stderr)
    return f"{told['items']} items; version {told['version']} is in force"
