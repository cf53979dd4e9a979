"""Which Duban this is: the version, and the commit of a checkout."""

import subprocess
import sys
import tomllib
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]
_WHEEL = "duban-verify"


def version() -> str:
    """Return version, commit (where this is a checkout) and Python, for people to report."""
    project = _CHECKOUT / "pyproject.toml"
    if project.exists():
        number = str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])
    else:  # installed as a wheel
        from importlib import metadata

        number = metadata.version(_WHEEL)
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    return " ".join(filter(None, (number, _commit(), f"({python})")))


def _commit() -> str:
    """Return the short name of the commit, with a + where files were changed; "" without one."""
    if not (_CHECKOUT / ".git").exists():
        return ""
    command = ["git", "-C", str(_CHECKOUT), "describe", "--always", "--dirty=+", "--abbrev=7"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:  # no git here
        return ""
    return done.stdout.strip()
