"""A checkout of its own for a test, in which the command is run as an operator runs it."""

import shutil
from pathlib import Path

from infra.stack.cloud import LOCAL_STAGE
from infra.stack.layer import ROOT
from infra.stack.package import package
from infra.stack.target import host

NAMES = ("infra", "chalicelib", ".chalice", "app.py", "pyproject.toml", "requirements.txt")


def copy_checkout(folder: Path) -> Path:
    """Copy to *folder* what the command needs, compiled as it is: not each test compiles it."""
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, folder / name)
    return folder


def bring_package(folder: Path) -> None:
    """Bring the package of the local stage to the checkout in *folder*: it is made of the same."""
    made = package(LOCAL_STAGE, host(layered=False))
    left_out = shutil.ignore_patterns("project", "task")
    shutil.copytree(made, folder / "build" / LOCAL_STAGE, ignore=left_out)
