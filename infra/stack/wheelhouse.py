"""`make wheelhouse`: all wheels that setting up and deploying need, for a machine without internet.

Run on a machine like that one (system, processor, Python), the folder is then brought to it. Where
it is there, nothing is asked of a package index any more.
"""

import subprocess
import sys
from pathlib import Path

from msgspec.structs import replace

from chalicelib.errors import Bilingual
from infra.stack.target import LAMBDA, MACHINES
from infra.terminal.language import say

_ROOT = Path(__file__).resolve().parents[2]
FOLDER = _ROOT / "wheelhouse"
OUT_OF_REACH = Bilingual(
    "连不上软件源。请设镜像（export PIP_INDEX_URL=镜像的 /simple 地址），"
    "或在能联网的同类机器上 make wheelhouse，把 wheelhouse/ 拷到这里",
    "no package index is within reach: export PIP_INDEX_URL=… of a mirror, or run"
    " make wheelhouse on a machine like this one that has one, and bring wheelhouse/ here",
)
_SIGNS = (  # what pip says of an index that does not answer
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "Connection refused",
    "connection broken",
    "No matching distribution found",
    "Could not fetch URL",
)


def options() -> list[str]:
    """Return the options with which pip takes wheels from the folder; none without one."""
    is_there = FOLDER.is_dir() and any(FOLDER.glob("*.whl"))
    return ["--no-index", "--find-links", str(FOLDER)] if is_there else []


def is_out_of_reach(complaint: str) -> bool:
    """Return whether pip's *complaint* is that no package index answers."""
    return any(sign in complaint for sign in _SIGNS)


def fill(folder: Path) -> list[Path]:
    """Download all wheels, each checked by its hash; return them in the order of their names.

    Crash in between: some are there, and the same call goes on.
    """
    _download(folder, _ROOT / "requirements-dev.txt", [])
    for architecture in MACHINES:
        tags = replace(LAMBDA, architecture=architecture).wheel_tags
        _download(folder, _ROOT / "requirements.txt", tags)
    return sorted(folder.glob("*.whl"))


def _download(folder: Path, requirements: Path, tags: list[str]) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(folder), "--requirement", str(requirements)]
    done = subprocess.run([*command, *tags], capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or "pip failed").splitlines()[-1]
        sys.exit(f"wheelhouse: {OUT_OF_REACH if is_out_of_reach(done.stderr) else said}")


def main() -> None:
    """Fill the folder and say what to do with it."""
    wheels = fill(FOLDER)
    size = sum(wheel.stat().st_size for wheel in wheels) / 1e6
    print(f"{len(wheels)} wheels, {size:.0f} MB: {FOLDER}")
    zh = "请把它拷到无网机器上的同一位置，再在那里 make setup"
    print(say(zh, "bring it to the same place of the other machine, then run make setup there"))


if __name__ == "__main__":
    main()
