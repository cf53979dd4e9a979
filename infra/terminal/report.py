"""What a command was asked for, on stdout; its remarks, and how far it is, on stderr."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
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


def progress_bar(title: str, size: int | None = None) -> Callable[[int], None]:
    """Open a bar; return a function that sets the progress. Without *size* it only counts."""
    from tqdm import tqdm

    # disable=None: tqdm itself looks whether stderr is a terminal.
    bar = tqdm(total=size, desc=title, unit="", unit_scale=True, disable=None)

    def show(done: int) -> None:
        bar.update(done - bar.n)
        if size is not None and done >= size:
            bar.close()

    return show


def print_progress(line: str) -> None:
    """Print a line of progress on stderr; the result of a command goes to stdout."""
    print(line, file=sys.stderr, flush=True)
