"""Every background function is called by its own name, and imports its own and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.lambdas import entry
from tests.support.stack import Stack

ROOT = Path(__file__).parents[2]
DOORS = {"app", "chalice", "boto3", "chalicelib.board.routes"}
_PLACE = "chalicelib.lambdas.entry."


def handlers() -> set[str]:
    """Return the names by which the template has Lambda call the background functions."""
    functions = Stack("prod").functions().values()
    return {str(said["Handler"]) for said in functions if "Handler" in said}


def test_the_template_calls_each_by_its_name() -> None:
    """And no other: one that is missing there would go through app.py."""
    assert handlers() == {_PLACE + name for name in entry.NAMES}
    assert len(Stack("prod").functions()) == len(entry.NAMES) + 1


def test_there_is_no_other() -> None:
    """Lambda says so at once."""
    with pytest.raises(AttributeError):
        entry.routes  # noqa: B018 - what is asked for is what fails


def test_none_imports_the_doors() -> None:
    """Each in a process of its own, or they would share what they import."""
    code = "import sys; from chalicelib.lambdas import entry; getattr(entry, sys.argv[1]); "
    code += "print(*sys.modules)"
    for name in entry.NAMES:
        command = [sys.executable, "-c", code, name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        imported = set(done.stdout.split())
        assert f"chalicelib.lambdas.{name}" in imported
        assert not imported & DOORS, name
