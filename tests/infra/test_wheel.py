"""The verifier as a wheel: installed by pip where there is nothing else, it checks a log."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from infra.stack.wheel import NEEDS, build_wheel, imported
from tests.recorded.week import KEPT
from tests.support.unpacked import unpack

AWS = {"boto3", "botocore", "pynamodb", "chalice", "aws_lambda_powertools"}


def test_it_needs_what_it_says_and_nothing_of_aws() -> None:
    """What its files import, each with a reason; `tzdata` is read by the standard library."""
    _, others = imported()
    assert others <= NEEDS.keys()
    assert not others & AWS
    assert NEEDS.keys() - others == {"tzdata"}


def test_the_same_files_make_the_same_wheel(tmp_path: Path) -> None:
    """Byte for byte; only what strangers need is in it."""
    first, second = build_wheel(tmp_path / "a"), build_wheel(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    names = zipfile.ZipFile(first).namelist()
    commands = [name for name in names if name.startswith("infra/cli/")]
    named = ("__init__", "check_disclosure", "main", "verify")
    assert commands == [f"infra/cli/{name}.py" for name in named]
    assert not [name for name in names if name.startswith("chalicelib/lambdas")]


def test_pip_installs_it_into_an_empty_environment(tmp_path: Path) -> None:
    """There it judges a week again, and finds an entry that was changed."""
    home = tmp_path / "home"
    venv.create(home)
    wheel = build_wheel(tmp_path)
    pinned = Path(__file__).parents[2] / "requirements-dev.txt"
    versions = [line.split(" ")[0] for line in pinned.read_text().splitlines() if "==" in line]
    (tmp_path / "pinned").write_text("\n".join(versions))
    installed = subprocess.run(
        [sys.executable, "-m", "pip", "--python", home / "bin/python", "install", "--quiet",
         "--no-compile", "--constraint", tmp_path / "pinned", wheel],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if installed.returncode and "No matching distribution" in installed.stderr:
        pytest.skip("no package index within reach")
    assert installed.returncode == 0, installed.stderr
    unpack(KEPT, tmp_path / "sound")
    shutil.copytree(tmp_path / "sound", tmp_path / "wrong")
    bundle = next((tmp_path / "wrong").rglob("tile/entries/000*"))
    bundle = bundle if bundle.is_file() else next(bundle.iterdir())
    bundle.write_bytes(bundle.read_bytes().replace(b"yellow", b"orange", 1))
    for name, code in (("sound", 0), ("wrong", 1)):
        log = next((tmp_path / name).rglob("checkpoint")).parent
        done = subprocess.run(
            [str(home / "bin/duban"), "verify", str(log), "--english"],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (code, ""), done
        assert ("The log is sound." in done.stdout) is (code == 0), done
