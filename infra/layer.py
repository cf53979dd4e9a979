"""Build the layer of dependencies: the wheels of requirements.txt, checked by hash, as one zip.

Chalice could build it, but downloads foreign wheels without their hashes, only warns when one is
missing, and serves only the interpreter that packages. The zip is kept by what it was made of.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from chalicelib.errors import BadInput
from infra import wheelhouse
from infra.target import Target

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements.txt"
KEPT = ROOT / "build" / "layers"
# The same bytes each time: a zip's own notion of the beginning of time.
EPOCH = (1980, 1, 1, 0, 0, 0)


def layer(target: Target) -> Path:
    """Return the zip for *target*, building it if it is not there yet."""
    made_of = REQUIREMENTS.read_bytes() + repr(target).encode()
    path = (
        KEPT / f"{target.runtime}-{target.architecture}-{hashlib.sha256(made_of).hexdigest()}.zip"
    )
    if not path.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as scratch:
            site = Path(scratch) / "site"
            _install(target, site)
            # Renamed when whole: a build that was cut off leaves nothing that looks finished.
            _zip(site, f"python/lib/{target.runtime}/site-packages", Path(scratch) / "zip").rename(
                path
            )
    return path


def _install(target: Target, site: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--quiet", "--no-compile"]
    command += ["--require-hashes", "--only-binary", ":all:", "--requirement", str(REQUIREMENTS)]
    command += ["--target", str(site), *target.wheel_tags, *wheelhouse.options()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        if wheelhouse.is_out_of_reach(done.stderr):
            raise BadInput(wheelhouse.OUT_OF_REACH)
        reason = (done.stderr.strip() or "pip failed").splitlines()[-1]
        raise BadInput(f"no layer for {target.runtime}/{target.architecture}: {reason}", "pip")
    shutil.rmtree(site / "bin", ignore_errors=True)


def _zip(site: Path, prefix: str, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(site.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                entry = zipfile.ZipInfo(f"{prefix}/{file.relative_to(site).as_posix()}", EPOCH)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes())
    return path
