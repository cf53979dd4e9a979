"""What a command was asked for, on stdout, and its remarks on stderr."""

import argparse
import json
import sys
from collections.abc import Iterable
from typing import Any


def report(
    arguments: argparse.Namespace, document: object, lines: Iterable[str], **layout: Any
) -> None:
    """Print *document* as JSON, in *layout*, where `--json` was given; else print *lines*."""
    if arguments.json:
        lines = [json.dumps(document, **{"ensure_ascii": False, **layout})]
    for line in lines:
        print(line)


def remark(*lines: str) -> None:
    """Print *lines* on stderr, each as said by the command."""
    for line in lines:
        print(f"duban: {line}", file=sys.stderr)
