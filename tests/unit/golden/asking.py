"""Asks `duban due` and reads its answer."""

import json
from typing import Any

import pytest

from infra.cli.main import main

Answer = dict[str, Any]


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> Answer:
    """Ask for JSON."""
    assert main(["due", *arguments, "--json"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    answer: Answer = json.loads(told.out)
    assert {"due_at", "provisional", "steps"} <= answer.keys()
    return answer


def counted_days(answer: Answer) -> list[str]:
    """Return the days that count, like `02-14`: the first of the list is the first day."""
    return [step["date"][5:] for step in answer["steps"] if step["counts"]]
