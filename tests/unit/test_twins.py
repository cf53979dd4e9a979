"""The documents for their readers: Chinese first, an English twin, and nothing said in one alone.

A twin of `x.md` is `x.en.md`. Words differ; headings in their order, code, and what a table is
about do not. Developers read English, under five Chinese lines.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGLISH = sorted([*ROOT.glob("*.en.md"), *ROOT.glob("docs/**/*.en.md")])
FOR_DEVELOPERS = [
    *("architecture", "http", "events", "log", "verify", "replay", "explain", "performance"),
    *("adding-a-rule", "adding-an-event", "adding-a-kind"),
]
WITH_TWINS = [
    *("README", "docs/operating", "docs/cards", "docs/commands", "docs/glossary"),
    *("docs/profiles", "docs/rules", "docs/adding-a-profile", "docs/draws", "docs/desks"),
    *("docs/people", "docs/signing-in", "docs/rights"),
]
MOST_LINES = 150  # of the README
ADDED = ("V-35.toml", "inspection/")  # what the pages on adding make as they go
CHINESE_LINES = 5  # at the top of what developers read

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TWINS = pytest.mark.parametrize("english", ENGLISH, ids=lambda path: path.name)


def chinese(english: Path) -> Path:
    """Return the twin of the document *english*."""
    return english.with_name(english.name.replace(".en.md", ".md"))


def words(path: Path) -> str:
    """Return the document at *path* without its blocks of code."""
    return _FENCE.sub("", path.read_text("utf-8"))


def headings(path: Path) -> list[int]:
    """Return the levels of the headings, in order."""
    return [len(marks) for marks in re.findall(r"^(#+) .+$", words(path), re.MULTILINE)]


def code(path: Path) -> list[tuple[str, str]]:
    """Return the blocks of code as they run: comments, and the labels of a diagram, are words."""
    blocks = _FENCE.findall(path.read_text("utf-8"))
    return [(language, _without_words(language, block)) for language, block in blocks]


def _without_words(language: str, block: str) -> str:
    if language == "mermaid":
        return re.sub(r'"[^"]*"', '""', block)
    if language in ("sh", "toml", "python"):
        return re.sub(r"(^|[ \t]+)#( .*)?$", "", block, flags=re.MULTILINE)
    return block


def tables(path: Path) -> list[list[str]]:
    """Return the first column of each table, below its head.

    Of a cell with code or a link that is what counts: the words around it are translated.
    """
    found, rows = [], re.compile(r"(?:^\|.*\n)+", re.MULTILINE).findall(words(path) + "\n")
    for table in rows:
        first = [re.split(r"(?<!\\)\|", row)[1].strip() for row in table.splitlines()[2:]]
        found.append([_what_counts(cell) for cell in first])
    return found


def _what_counts(cell: str) -> str:
    links = [re.sub(r"(\.en)?\.md.*", ".md", link) for link in re.findall(r"\]\((.+?)\)", cell)]
    return " ".join([*links, *re.findall(r"`[^`]+`", cell)])


def test_what_operators_read_has_a_twin() -> None:
    """Under the same name."""
    names = {path.relative_to(ROOT).as_posix() for path in ENGLISH}
    assert names >= {f"{name}.en.md" for name in WITH_TWINS}
    for english in ENGLISH:
        assert chinese(english).is_file(), f"{chinese(english)} is missing"


@_TWINS
def test_twins_have_the_same_headings(english: Path) -> None:
    """As many, of the same levels, in the same order."""
    assert headings(chinese(english)) == headings(english), chinese(english).name


@_TWINS
def test_twins_have_the_same_code(english: Path) -> None:
    """What a reader copies and runs is the same in both."""
    assert code(chinese(english)) == code(english), chinese(english).name


@_TWINS
def test_twins_have_the_same_first_columns(english: Path) -> None:
    """As many tables and rows, about the same commands, files and settings."""
    assert tables(chinese(english)) == tables(english), chinese(english).name


def test_the_glossaries_have_the_same_words() -> None:
    """Chinese and English of each word are in both; the Chinese page explains in Chinese."""
    pages = {}
    for name in ("glossary.md", "glossary.en.md"):
        rows = re.findall(
            r"^\| (.+?) \| (.+?) \| (.+) \|$", words(ROOT / "docs" / name), re.MULTILINE
        )
        pages[name] = [row[:2] for row in rows[1:]]
        assert len(pages[name]) > 100
        for chinese_word, _, meaning in rows[1:] if name == "glossary.md" else ():
            assert _HAN.search(meaning), chinese_word
    assert pages["glossary.md"] == pages["glossary.en.md"]


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_readme_is_short(name: str) -> None:
    """Its first line leads to the twin."""
    text = (ROOT / name).read_text("utf-8")
    twin = "README.en.md" if name == "README.md" else "README.md"
    assert len(text.splitlines()) <= MOST_LINES
    assert f"]({twin})" in text.splitlines()[0]


def test_the_readme_says_where_a_yellow_card_is_decided() -> None:
    """And these files are there."""
    for name in ("README.md", "README.en.md"):
        text = (ROOT / name).read_text("utf-8")
        named = re.findall(r"`(chalicelib/[\w/.]+)`", text)
        assert {"chalicelib/permit/decide.py", "chalicelib/findings/issuing.py"} <= {*named}
        assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_example_is_python() -> None:
    """What it does is tried in tests/integration/test_readme.py."""
    (example,) = (block for language, block in code(ROOT / "README.md") if language == "python")
    assert ast.parse(example).body


@pytest.mark.parametrize("name", FOR_DEVELOPERS)
def test_what_developers_read_begins_with_five_chinese_lines(name: str) -> None:
    """Under its title, so that the office knows what the page is about."""
    lines = (ROOT / "docs" / f"{name}.md").read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    head = lines[2 : 2 + CHINESE_LINES]
    assert all(line.startswith("> ") and _HAN.search(line) for line in head), name
    assert lines[2 + CHINESE_LINES] == "", name


def test_every_folder_is_in_the_layout() -> None:
    """Of the service and of what runs it: docs/architecture.md says what each answers."""
    layout = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("## Layout")[2]
    for root in ("chalicelib", "infra"):
        for folder in (ROOT / root).iterdir():
            if folder.is_dir() and folder.name != "__pycache__":
                assert f"`{root}/{folder.name}/`" in layout, f"{root}/{folder.name}/"


@pytest.mark.parametrize(
    "path", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda p: p.name
)
def test_files_that_documents_name_are_there(path: Path) -> None:
    """Code moves; a page that names where it was sends the reader astray."""
    if path.name == "CHANGELOG.md":  # it tells of the past
        return
    named = re.findall(r"`((?:chalicelib|infra|tests)/[\w/.-]*\w[/\w]*)`", path.read_text("utf-8"))
    missing = [name for name in named if not (ROOT / name).exists()]
    assert [name for name in missing if not any(new in name for new in ADDED)] == [], path.name


def test_tests_that_documents_name_are_there() -> None:
    """What is said to fail when a step is forgotten."""
    for page in ("adding-a-rule", "adding-an-event", "adding-a-kind"):
        text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
        named = re.findall(r"(test_\w+\.py)::(test_\w+)`", text)
        assert named
        for file, name in named:
            files = [path.read_text("utf-8") for path in (ROOT / "tests").rglob(file)]
            assert any(f"def {name}(" in text for text in files), f"{page}.md: {file}::{name}"
