"""The tables of `duban people import` are those that docs/people.md and its twin describe."""

import re
from pathlib import Path

import pytest

from infra.people.sheets import table_columns, words

DOCS = Path(__file__).parents[3] / "docs"


def described(name: str) -> list[tuple[str, str, str]]:
    """Return sheet, column and other names of each row of the table in a document."""
    row = r"^\| (\S+) \| (\S.*?) \| (.*?) \| .* \|$"
    rows = re.findall(row, (DOCS / name).read_text(), re.MULTILINE)
    return [row for row in rows if row[0] not in ("表", "sheet")]


@pytest.mark.parametrize("name", ["people.md", "people.en.md"])
def test_every_column_is_described_with_all_its_names(name: str) -> None:
    """Those that must be there have a star."""
    assert sorted(described(name)) == sorted(
        (
            table.name["zh"],
            f"{'＊' if column in table.needed else ''}{names[0]}",
            "、".join(names[1:]) or "—",
        )
        for table in table_columns().values()
        for column, names in table.columns.items()
    )


def test_no_word_of_a_cell_means_two_things() -> None:
    """Within one kind each word has one code; our own codes are words too."""
    for kind in ("addressee", "role", "kind", "level"):
        assert set(words(kind).values()) <= set(words(kind))
