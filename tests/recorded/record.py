"""Record the outputs anew, or write them out in full to see what has changed.

    .venv/bin/python -m tests.recorded.record [FAMILY …]
    .venv/bin/python -m tests.recorded.record --full FOLDER [FAMILY …]
    .venv/bin/python -m tests.recorded.record --keep-week

Only a change that is meant to change an output records it anew. Where a test finds another output,
write it in full from either commit, and compare the two folders with `diff -r`. `--keep-week` makes
the log that `duban verify` is tried on anew; only a new form of the log asks for that.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import pytest

from infra.stack.package import package
from infra.stack.target import host
from tests.recorded import packaged, week
from tests.recorded.digests import Texts, record, write_full
from tests.recorded.families import FAMILIES

TEMPLATE = "template"
STAGES = ("prod", "local")


def template() -> Texts:
    """Package both stages for this machine; return the parts of their templates."""
    found: dict[str, str] = {}
    for stage in STAGES:
        folder = package(stage, host(layered=False))
        found |= packaged.outputs(json.loads((folder / "template.json").read_text()), stage)
    return found


def main() -> None:
    """Record what is named, by default all of it."""
    os.environ["DUBAN_LANG"] = "zh"  # as in the tests
    made = {**FAMILIES, TEMPLATE: template}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=", ".join(made))
    parser.add_argument("--full", type=Path, metavar="FOLDER")
    parser.add_argument("--keep-week", action="store_true")
    given = parser.parse_args()
    if given.keep_week:
        week.keep()
    for family in given.families or made:
        try:
            texts = made[family]()
        except pytest.skip.Exception as skipped:
            sys.stderr.write(f"{family}: {skipped}\n")
            continue
        if given.full:
            write_full(family, texts, given.full)
        else:
            record(family, texts)


if __name__ == "__main__":
    main()
