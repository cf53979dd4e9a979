"""The commands that the documents show are commands: each line is read as the shell reads it."""

import re
import shlex
from pathlib import Path

import pytest

from infra.cli.main import _parser

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted([*DOCS.parent.glob("README*.md"), *DOCS.glob("*.md")])
_FENCE = re.compile(r"^```sh\n(.+?)^```$", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^(?:\.venv/bin/)?duban (.+?)(?: > .*)?$", re.MULTILINE)
_ROW = re.compile(r"^\| `duban ([^`]+ --stage [^`]+)` \|", re.MULTILINE)


def commands(page: Path) -> list[list[str]]:
    """Return what *page* has the operator run: in a block of code, or in a table with a stage."""
    text = page.read_text("utf-8")
    blocks = (block.replace("\\\n", "") for block in _FENCE.findall(text))
    lines = [line for block in blocks for line in _LINE.findall(block)]
    return [shlex.split(line, comments=True) for line in (*lines, *_ROW.findall(text))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_shown_can_be_given(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its options, in a spelling of today."""
    for words in commands(page):
        try:
            _parser(words).parse_args(words)
        except SystemExit:
            pytest.fail(f"{page.name}: duban {shlex.join(words)}: {capsys.readouterr().err}")


def test_the_manual_shows_commands() -> None:
    """Else the test above would find nothing wrong in nothing."""
    for name in ("operating.md", "operating.en.md"):
        assert len(commands(DOCS / name)) > 25, name


@pytest.mark.parametrize(
    ("name", "head"), [("operating.md", "| 提示 |"), ("operating.en.md", "| message |")]
)
def test_the_messages_of_the_machine_are_quoted_as_they_are(name: str, head: str) -> None:
    """An operator searches the manual for what the terminal shows."""
    _, _, table = (DOCS / name).read_text("utf-8").partition(head)
    rows = re.findall(r"^\| (`.+?`) \|", table.partition("\n\n")[0], re.MULTILINE)
    code = "".join(path.read_text("utf-8") for path in (DOCS.parent / "infra").rglob("*.py"))
    messages = re.findall(r"`(.+?)`", " ".join(rows))
    assert len(messages) == 8
    assert [each for each in messages if each not in code] == []
