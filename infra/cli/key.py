"""`duban key add|list|remove`: who may call the API, and in which role."""

import argparse
import json
from typing import Any

from chalicelib.errors import BadInput
from infra.cloud import LOCAL_STAGE

ROLES = ("inspector", "operator", "department")


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("key", help="give and take the keys of people and systems")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    adding = actions.add_parser("add", help="make a key and print it, once")
    adding.add_argument("role", metavar="ROLE", choices=ROLES, help=" or ".join(ROLES))
    adding.add_argument("--department", metavar="D", help="whose; only for the role department")
    adding.set_defaults(run=run_add)
    listing = actions.add_parser("list", help="show who has a key")
    listing.set_defaults(run=run_list)
    removing = actions.add_parser("remove", help="take a key away; it stops at once")
    removing.add_argument("key", metavar="KEY_ID", help="as listed")
    removing.set_defaults(run=run_remove)
    for action in (adding, listing, removing):
        action.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE")
        action.add_argument("--json", action="store_true", help="print one JSON document")


def run_add(arguments: argparse.Namespace) -> int:
    """Make a key; it is printed here and kept nowhere."""
    from infra.served import services_of

    if (arguments.role == "department") != bool(arguments.department):
        raise BadInput("the role department, and no other, needs --department D")
    with services_of(arguments.stage) as services:
        key = services.keys.issue(arguments.role, arguments.department)
    document = {"role": arguments.role, "department": arguments.department, "key": key}
    print(json.dumps(document, ensure_ascii=False) if arguments.json else key)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """List who has a key."""
    from infra.served import services_of

    with services_of(arguments.stage) as services:
        callers = list(services.keys.all())
    if arguments.json:
        rows = [
            {"key_id": caller.key_id, "role": caller.role, "department": caller.department}
            for caller in callers
        ]
        print(json.dumps(rows, ensure_ascii=False))
    for caller in () if arguments.json else callers:
        print(f"{caller.key_id}  {caller.role:<10} {caller.department or ''}".rstrip())
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    """Take a key away."""
    from infra.served import services_of

    with services_of(arguments.stage) as services:
        if not services.keys.remove(arguments.key):
            raise BadInput(f"there is no key {arguments.key}")
    if arguments.json:
        print(json.dumps({"key_id": arguments.key, "removed": True}))
    return 0
