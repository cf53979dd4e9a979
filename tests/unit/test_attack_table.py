"""The table of attacks in docs/verify.md is that of the tests, and little in it goes unseen."""

from pathlib import Path

from tests.support.attack_table import HEAD, attacks, table

PAGE = Path(__file__).parents[2] / "docs" / "verify.md"


def test_the_table_is_made_from_the_tests() -> None:
    """Line by line; `python -m tests.support.attack_table` prints it."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = lines.index(HEAD[0])
    end = next(n for n in range(start, len(lines)) if not lines[n].startswith("|"))
    assert lines[start:end] == table()


def test_nothing_goes_unseen_but_two_things() -> None:
    """All who could tell lie together, or what is told was never true."""
    assert [each.what for each in attacks() if each.caught == "nothing"] == [
        "a source that lies about the world in time",
        "the operator and all witnesses together show a log that never was",
    ]


def test_an_attack_is_named_once() -> None:
    """Whoever looks for it finds one row."""
    names = [each.what for each in attacks()]
    assert len(names) == len(set(names))
