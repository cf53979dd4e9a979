"""The lock files and pyproject.toml say the same, and name nothing but packages."""

import re
import tomllib

import pytest

from infra.stack.layer import ROOT
from tests.infra.locks import read_lock

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = read_lock(ROOT / "requirements.txt")
ALL = read_lock(ROOT / "requirements-dev.txt")


def asked_for(group: str) -> list[str]:
    """What a dependency group of pyproject.toml asks for, included groups with it."""
    found: list[str] = []
    for entry in PROJECT["dependency-groups"][group]:
        found += [entry] if isinstance(entry, str) else asked_for(entry["include-group"])
    return found


def test_what_runs_is_what_is_tested() -> None:
    """Every version in a Lambda is the version that the tests ran with."""
    assert RUNTIME.items() <= ALL.items()


@pytest.mark.parametrize(
    ("asked", "locked"),
    [(PROJECT["project"]["dependencies"], RUNTIME), (asked_for("dev"), ALL)],
    ids=["requirements.txt", "requirements-dev.txt"],
)
def test_all_that_is_asked_for_is_locked(asked: list[str], locked: dict[str, str]) -> None:
    """A dependency that is added is locked in the same commit."""
    for requirement in asked:
        name, _, pinned = requirement.partition("==")
        assert name in locked
        assert pinned in ("", locked[name])


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_all_that_is_locked_is_needed(name: str) -> None:
    """Each pin is asked for by pyproject.toml or by another pin: its "via" says by which."""
    text = (ROOT / name).read_text()
    groups = re.split(r"\n(?=[a-z0-9])", text)[1:]
    for group in groups:
        reasons = re.findall(r"#   (?:via )?(.+)", group.split("# via")[1])
        reasons += re.findall(r"# via (.+)", group)
        by = {reason.split(" ")[0] for reason in reasons if not reason.startswith("-c ")}
        assert by, group.splitlines()[0]
        assert by <= {*ALL, "duban"} | {reason for reason in by if ":" in reason}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_no_lock_names_where_it_was_made(name: str) -> None:
    """No index address, no path."""
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    assert not re.search(r"(^|\s)/\w", text)


def test_tools_run_on_all_supported_pythons() -> None:
    """The code is linted for the oldest Python that it runs on."""
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"
    assert PROJECT["tool"]["ruff"]["target-version"] == "py311"
    assert PROJECT["tool"]["mypy"]["python_version"] == "3.11"
