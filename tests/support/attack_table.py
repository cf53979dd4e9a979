"""The table of attacks in docs/verify.md, made from the tests that try them.

    .venv/bin/python -m tests.support.attack_table

prints it.
"""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple, get_args

from tests.support.attacks import Caught

ROOT = Path(__file__).parents[2]
HEAD = ("| attack | what catches it | tried by |", "|---|---|---|")


class Attack(NamedTuple):
    """An attack, what of a reader catches it, and the test that tries it."""

    caught: str
    what: str
    file: str


def attacks() -> list[Attack]:
    """Return the attacks that tests are marked with, by what catches them."""
    order = get_args(Caught)
    found = {each for file in _files() for each in _marked(file)}
    return sorted(found, key=lambda each: (order.index(each.caught), each.what))


def table() -> list[str]:
    """Return the lines of the table."""
    return [*HEAD, *(f"| {what} | {caught} | `{file}` |" for caught, what, file in attacks())]


def _files() -> Iterator[Path]:
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        if "\n@attack(" in file.read_text("utf-8"):
            yield file


def _marked(file: Path) -> Iterator[Attack]:
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    module: ModuleType = importlib.import_module(name)
    for function in vars(module).values():
        for mark in getattr(function, "pytestmark", ()):
            if mark.name == "attack":
                what, caught = mark.args
                yield Attack(caught, what, file.stem)


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
