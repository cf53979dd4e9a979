"""docs/adding-a-profile.md, done literally: the blocks of both pages, put where they say."""

import json
import re
from pathlib import Path

import pytest

from chalicelib.policy.shipped import profile_text
from infra.cli.main import main

DOCS = Path(__file__).parents[2] / "docs"
REGION = ["--region", "610327"]
BOTH = pytest.mark.parametrize(
    "county", ["adding-a-profile.md", "adding-a-profile.en.md"], indirect=True
)


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of code of *page* in a *language*, in order."""
    fence = re.compile(r"^```(\w*)\n(.+?)^```$", re.MULTILINE | re.DOTALL)
    found = fence.findall((DOCS / page).read_text("utf-8"))
    return [block for named, block in found if named == language]


@pytest.fixture
def county(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The county's file, as the page has it made."""
    name, document, yellow, dated = blocks(request.param, "toml")
    text = profile_text("statutory")
    text = re.sub(r"(?m)^id = .+\ntitle = .+\n(zone = .+\n)", rf"{name}\1\n{document}", text)
    text = re.sub(r"(?ms)^\[ladder\.yellow\].*?(?=^\[)", f"{yellow}\n", text)
    file = tmp_path / "longxian.toml"
    file.write_text(f"{text}\n{dated}", "utf-8")
    monkeypatch.chdir(tmp_path)
    return file


@BOTH
def test_it_is_sound_and_names_what_it_cites(
    county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So says `check`, and an import that only looks."""
    assert main(["policy", "check", county.name, *REGION, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["profiles"]
    assert (row["id"], row["faults"]) == ("longxian", [])
    assert not any("instrument" in note.get("where", "") for note in row["notes"])
    assert main(["policy", "import", county.name, "--check", *REGION]) == 0


@BOTH
def test_it_differs_as_the_page_shows(
    county: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """Line by line, in this order."""
    assert main(["policy", "diff", "statutory", county.name]) == 1
    lines = iter(capsys.readouterr().out.splitlines())
    shown, _ = blocks(request.node.callspec.params["county"], "")
    assert all(line in lines for line in shown.splitlines())


@BOTH
def test_a_mistake_is_told_as_the_page_shows(
    county: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """`5天` in place of `5wd`: the same line of the same file."""
    text = county.read_text("utf-8")
    county.write_text(
        text.replace('respond = "5wd"\nthen = "red"', 'respond = "5天"\nthen = "red"')
    )
    assert main(["policy", "check", county.name, *REGION]) == 2
    _, told = blocks(request.node.callspec.params["county"], "")
    assert told.strip() in capsys.readouterr().out
