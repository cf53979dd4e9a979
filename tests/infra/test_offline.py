"""Without a package index: one line that names the mirror and the wheelhouse; with one, none."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.stack.layer import ROOT

NOWHERE = "http://127.0.0.1:9/simple"
TINY = {
    "tiny/__init__.py": "",
    "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
    "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "tiny-1.0.dist-info/RECORD": "",
}
LAYER = """
from infra.stack import layer
from infra.stack import target
from chalicelib.errors import BadInput
try:
    print(layer.layer(target.LAMBDA))
except BadInput as error:
    print(error)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that needs one tiny package, which lies beside it."""
    shutil.copytree(ROOT / "infra", tmp_path / "c/infra", ignore=shutil.ignore_patterns("__pyc*"))
    shutil.copytree(ROOT / "chalicelib", tmp_path / "c/chalicelib")
    shutil.copy(ROOT / "Makefile", tmp_path / "c")
    wheel = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in TINY.items():
            archive.writestr(name, text)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / "c" / name).write_text(f"tiny==1.0 --hash=sha256:{digest}\n")
    return tmp_path / "c"


def run(checkout: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run it where no index answers and nothing else is configured."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    pip = {"PIP_INDEX_URL": NOWHERE, "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    return subprocess.run(
        command, cwd=checkout, env=kept | pip, capture_output=True, encoding="utf-8", check=False
    )


def bring(checkout: Path) -> None:
    """Bring the wheel, as `make wheelhouse` lays it down."""
    (checkout / "wheelhouse").mkdir()
    shutil.copy(checkout.parent / "tiny-1.0-py3-none-any.whl", checkout / "wheelhouse")


@pytest.mark.night
def test_setting_up_names_the_ways_out(checkout: Path) -> None:
    """And takes nothing half-made for a set-up; with the wheels it goes through."""
    refused = run(checkout, "make", "setup", f"PYTHON={sys.executable}")
    assert refused.returncode == 2
    (told,) = [line for line in refused.stderr.splitlines() if "wheelhouse" in line]
    for needle in ("没有网络", "PIP_INDEX_URL", "make wheelhouse", " / "):
        assert needle in told
    assert not (checkout / ".venv/ready").exists()
    bring(checkout)
    done = run(checkout, "make", "setup", f"PYTHON={sys.executable}")
    assert done.returncode == 0, done.stderr
    assert (checkout / ".venv/ready").exists()


def test_the_layer_names_the_ways_out(checkout: Path) -> None:
    """As `duban deploy` builds it; nothing is kept of one that failed."""
    refused = run(checkout, sys.executable, "-c", LAYER)
    assert refused.stdout.startswith("连不上软件源"), refused.stderr
    assert "make wheelhouse" in refused.stdout
    assert "\n" not in refused.stdout.strip()
    assert not list(checkout.rglob("*.zip"))
    bring(checkout)
    made = Path(run(checkout, sys.executable, "-c", LAYER).stdout.strip())
    with zipfile.ZipFile(made) as layer:
        assert "python/lib/python3.13/site-packages/tiny/__init__.py" in layer.namelist()


def test_cleaning_leaves_what_is_kept(checkout: Path) -> None:
    """Weeks of a county's trial, and the wheels; the rest goes."""
    for name in (".duban/kept/stage.db", ".duban/cloud.log", "wheelhouse/a.whl", "build/x"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).touch()
    assert run(checkout, "make", "clean").returncode == 0
    left = {str(path.relative_to(checkout)) for path in checkout.rglob("*") if path.is_file()}
    assert {".duban/kept/stage.db", "wheelhouse/a.whl"} <= left
    assert not left & {".duban/cloud.log", "build/x"}
