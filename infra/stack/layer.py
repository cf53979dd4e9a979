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
from infra.stack import wheelhouse
from infra.stack.bytecode import compile_folder, compiler_of
from infra.stack.descriptions import thin_out
from infra.stack.target import Target

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements.txt"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip's own notion of the beginning of time
KEPT = ROOT / "build" / "layers"
_MODULES = ("layer.py", "descriptions.py", "bytecode.py")
MADE_BY = (REQUIREMENTS, *map(Path(__file__).with_name, _MODULES))
"""The files that a layer is made of, beside its target."""


def layer(target: Target) -> Path:
    """Return the zip for *target*, building it if it is not there yet."""
    made_of = b"".join(path.read_bytes() for path in MADE_BY)
    made_of += repr((target, compiler_of(target)[1:])).encode()
    digest = hashlib.sha256(made_of).hexdigest()
    path = KEPT / f"{target.runtime}-{target.architecture}-{digest}.zip"
    if not path.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as scratch:
            site = Path(scratch) / "site"
            _install(target, site)
            if (descriptions := site / "botocore" / "data").is_dir():
                thin_out(descriptions)
            place = f"python/lib/{target.runtime}/site-packages/"
            compile_folder(site, f"/opt/{place}", target)
            # Renamed when whole: a build that was cut off leaves nothing that looks finished.
            zip_folder(site, Path(scratch) / "zip", place).rename(path)
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
        zh = f"{target.runtime}/{target.architecture} 的依赖层没有做成，原话是：{reason}"
        en = f"no layer for {target.runtime}/{target.architecture}: {reason}"
        raise BadInput(zh=zh, en=en, where="pip")
    shutil.rmtree(site / "bin", ignore_errors=True)


def zip_folder(folder: Path, path: Path, prefix: str = "") -> Path:
    """Zip *folder*, each file under *prefix*, as *path*: the same files make the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                entry = zipfile.ZipInfo(f"{prefix}{file.relative_to(folder).as_posix()}", _EPOCH)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes())
    return path
