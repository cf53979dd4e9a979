"""The shape of `infra/`: what a folder may import, and that each has its place in the order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.test_architecture import INFRA, SOURCES, fail_for, imports, shown

pytestmark = pytest.mark.source

# From what knows least to what knows most: a folder imports only those before it.
ORDER = [
    # Profiles, calendars and logs as files: they need no stage.
    "terminal", "policy", "calendar", "replay", "verify", "explain", "witness",
    # A stage: the stack, what brings it back, what is done with a running one.
    "stack", "recovery", "rebuilding", "operate", "people",
    # What feeds a stage, and the one on this machine; then all commands.
    "feeding", "demo", "local", "cli",
]  # fmt: skip


def imported_folders(path: Path) -> Iterator[str]:
    """Yield the folders of `infra` that the file *path* imports from, its own too."""
    for module in imports(path):
        top, _, rest = module.partition(".")
        if top == "infra":
            yield rest.partition(".")[0]


def test_the_folders_of_infra_are_those_of_the_order() -> None:
    """Beside them lies only what writes the command."""
    folders = {path.name for path in INFRA.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == set(ORDER)
    assert {path.name for path in INFRA.glob("*.py")} == {"__init__.py", "command.py"}


def test_a_folder_of_infra_imports_only_those_before_it() -> None:
    """So no two need each other, and one can be read without those behind it."""
    files = {path: path.relative_to(INFRA).parts[0] for path in SOURCES if INFRA in path.parents}
    fail_for(
        f"{shown(path)} imports from {target}/, which stands behind {folder}/"
        for path, folder in files.items()
        if folder in ORDER
        for target in imported_folders(path)
        if target not in ORDER[: ORDER.index(folder) + 1]
    )


def test_nothing_in_infra_imports_the_app_or_the_tests() -> None:
    """The stack packages `app.py`; it never runs it."""
    fail_for(
        f"{shown(path)} imports {module}"
        for path in SOURCES
        if INFRA in path.parents
        for module in imports(path)
        if module.partition(".")[0] in ("app", "tests")
    )
