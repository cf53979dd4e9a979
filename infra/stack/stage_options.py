"""The options of a command about a deployed stage: which one, and how it prints."""

import argparse

from infra.stack.cloud import LOCAL_STAGE


def add_stage(parser: argparse.ArgumentParser) -> None:
    """Add `--stage`, by default the local one."""
    parser.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE")


def add_stage_and_json(parser: argparse.ArgumentParser) -> None:
    """Add `--stage`, and `--json` for programs that read what is printed."""
    add_stage(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
