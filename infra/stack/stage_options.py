"""The options of a command about a deployed stage: which one, and how it prints."""

import argparse

from infra.stack.cloud import LOCAL_STAGE
from infra.terminal.language import say
from infra.terminal.parser import add_json


def add_stage(parser: argparse.ArgumentParser) -> None:
    """Add `--stage`, by default the local one."""
    told = say(f"哪个环境（默认 {LOCAL_STAGE}）", f"which stage (default: {LOCAL_STAGE})")
    parser.add_argument("--stage", default=LOCAL_STAGE, metavar="STAGE", help=told)


def add_stage_and_json(parser: argparse.ArgumentParser) -> None:
    """Add `--stage`, and `--json` for programs that read what is printed."""
    add_stage(parser)
    add_json(parser)
