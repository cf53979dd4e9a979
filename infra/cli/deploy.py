"""`duban deploy STAGE`: package, upload, create or update the stack."""

import argparse
import json
import re
import sys
from typing import Any

from chalicelib.errors import BadInput

# As infra/template.yaml has it.
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,30}", re.ASCII)


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "deploy",
        help="package a stage and deploy it, to AWS or to what AWS_ENDPOINT_URL names",
        description="Package STAGE and deploy it through CloudFormation.",
    )
    parser.add_argument(
        "stage", type=_stage, metavar="STAGE", help="prod, or any other name: a-z, 0-9 and -"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="parameters",
        help="a parameter of infra/template.yaml, such as AlarmEmail=...; it is remembered",
    )
    parser.add_argument("--json", action="store_true", help="print the stack's outputs as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Deploy, and print where the API answers."""
    from infra import cloud, deploy, package, target
    from infra.keeping.stage import running_kept_stage
    from infra.policy import gate

    parameters = dict(_pair(text) for text in arguments.parameters)
    if "Profile" in parameters:  # before a cloud is asked
        gate.check_selected(parameters["Profile"])
    where = cloud.of_stage(arguments.stage)
    given = deploy.STAGE_PARAMETERS.get(arguments.stage, {}) | parameters
    deploy.check_profiles(where, arguments.stage, given)  # packaging takes a while
    # A local cloud runs functions on this machine, AWS on what is released.
    made_for = target.host(layered=True) if where.is_local else target.LAMBDA
    _print_progress(f"packaging {arguments.stage} for {made_for.runtime}/{made_for.architecture}")
    folder = package.package(arguments.stage, made_for)
    outputs = deploy.deploy(where, arguments.stage, folder, given, _print_progress)
    if arguments.stage == cloud.LOCAL_STAGE and (kept := running_kept_stage()):
        kept.deployed(kept.parameters | parameters)
    print(json.dumps(outputs, indent=2) if arguments.json else outputs["Url"])
    return 0


def _stage(text: str) -> str:
    if not _STAGE.fullmatch(text):
        raise argparse.ArgumentTypeError("a stage's name is made of a-z, 0-9 and -")
    return text


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise BadInput(f"NAME=VALUE is needed, not {text!r}", "--set")
    return name, value


def _print_progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
