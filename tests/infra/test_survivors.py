"""The list of mutants that survive, made for a project of two functions and one test."""

import tomllib
from pathlib import Path

import pytest

from tests.mutation.survivors import ROOT, main

CODE = """\
# At the last moment it is not yet too late.
def is_late(now, due, grace):
    return now - due > grace


def is_early(now, due):
    return now < due
"""
TEST = """\
from toy.clock import is_late


def test_it_is_late():
    assert is_late(4, 1, 2)
    assert not is_late(2, 1, 2)
"""
LISTED = """\
survived: toy.clock.x_is_late__mutmut_2
toy/clock.py:3
-    return now - due > grace
+    return now - due >= grace

no unit test calls toy.clock.x_is_early

3 mutants *: 1 killed, 1 no tests, 1 survived
"""
# Doors and the shell; what is read from files and events; what shows and publishes the outcome.
LEFT_OUT = {
    "api", "desk", "lambdas", "plumbing", "intake", "policy", "feed", "board",
    "vault", "log", "papers", "pages", "statement",
}  # fmt: skip
SETTINGS = """\
[tool.mutmut]
source_paths = ["toy"]
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """Return the folder of the project, in which no test looks at the last moment."""
    for name, text in {
        "pyproject.toml": SETTINGS,
        "toy/__init__.py": "",
        "toy/clock.py": CODE,
        "tests/test_clock.py": TEST,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def files(folder: Path) -> dict[Path, str]:
    """Return the text of every file in *folder*."""
    return {path: path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_mutant_that_no_test_notices_is_shown(
    toy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its place and both lines; the folder is as it was."""
    before = files(toy)
    assert main(toy, "*") == 0
    _, _, said = capsys.readouterr().out.partition("\n\n")
    assert said == LISTED
    assert files(toy) == before


@pytest.mark.night
def test_tests_that_notice_nothing_are_a_failure(toy: Path) -> None:
    """The mutants would all be listed, and nobody would see that something else is wrong."""
    (toy / "tests/test_clock.py").write_text(
        TEST.partition("    assert")[0] + "    is_late(4, 1, 2)\n"
    )
    assert main(toy, "*") == 1


@pytest.mark.night
def test_tests_that_fail_without_a_mutant_are_a_failure(toy: Path) -> None:
    """Every mutant would count as noticed."""
    (toy / "tests/test_clock.py").write_text(TEST.replace("not ", ""))
    with pytest.raises(SystemExit, match="failed"):
        main(toy, "*")


def test_all_that_unit_tests_read_is_copied() -> None:
    """What is not named in `also_copy` is missing beside the mutants."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    documents = {path.name for path in ROOT.glob("[A-Z]*")}
    assert {*settings["also_copy"]} == {"app.py", "docs", "infra", *documents}


def test_each_folder_of_the_package_is_changed_or_left_out_on_purpose() -> None:
    """A new folder of the core has its mutants from the first day."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutmut"]
    changed = {pattern.split("/")[1] for pattern in settings["only_mutate"]}
    folders = {path.parent.name for path in (ROOT / "chalicelib").glob("*/__init__.py")}
    assert folders == changed | LEFT_OUT
