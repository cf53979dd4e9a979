"""What is packaged has bytecode of the Python that will run it, and the same bytes each time."""

import importlib.util
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from infra.stack.bytecode import compile_folder, compiler_of, remark
from infra.stack.layer import zip_folder
from infra.stack.package import package
from infra.stack.target import LAMBDA, Target, host

HERE = host(layered=False)
NOWHERE = Target("python2.0", "arm64", on_host=False)
UNCHECKED = (1).to_bytes(4, "little")  # by hash, and never compared with the source: PEP 552


def bytecode_in(path: Path, tag: str) -> Iterator[tuple[str, bytes, bytes | None]]:
    """Yield each module of a zip: its name, its source, and its bytecode if there is some."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        for name in sorted(name for name in names if name.endswith(".py")):
            folder, _, file = name.rpartition("/")
            compiled = f"{folder}/__pycache__/{file[:-3]}.{tag}.pyc".lstrip("/")
            yield name, archive.read(name), archive.read(compiled) if compiled in names else None


def test_every_module_of_the_package_has_its_own_bytecode() -> None:
    """Of this very source, and Python reads it without a look at the source."""
    tag = str(sys.implementation.cache_tag)
    modules = list(bytecode_in(package("local", HERE) / "deployment.zip", tag))
    assert {"app.py", "chalice/app.py", "chalicelib/lambdas/seal.py"} <= {
        each[0] for each in modules
    }
    for name, source, compiled in modules:
        assert compiled is not None, name
        assert compiled[:4] == importlib.util.MAGIC_NUMBER
        assert compiled[4:8] == UNCHECKED
        assert compiled[8:16] == importlib.util.source_hash(source), name


def test_the_released_package_has_all_or_nothing(released: Path) -> None:
    """All of it where an interpreter of its version is here; else nothing, and a line says so."""
    tag = f"cpython-{LAMBDA.runtime.removeprefix('python').replace('.', '')}"
    for archive in ("deployment.zip", "layer.zip"):
        has_bytecode = {
            compiled is not None for _, _, compiled in bytecode_in(released / archive, tag)
        }
        assert has_bytecode == {bool(compiler_of(LAMBDA))}
    assert bool(remark(LAMBDA)) != bool(compiler_of(LAMBDA))


def made(folder: Path, when: int) -> Path:
    """Compile and zip some modules, written at another time into another folder."""
    module = folder / "site" / "made" / "colours.py"
    module.parent.mkdir(parents=True)
    module.write_text("def is_known(name):\n    return name in {'red', 'green', 'blue', '黄'}\n")
    os.utime(module, (when, when))
    compile_folder(folder / "site", "/opt/python", HERE)
    return zip_folder(folder / "site", folder / "made.zip", "python/")


def test_the_same_sources_make_the_same_bytes(tmp_path: Path) -> None:
    """Whenever they were written, and wherever they are compiled."""
    first, second = made(tmp_path / "a", 1_000_000_000), made(tmp_path / "b", 1_700_000_000)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".pyc")]
        assert b"/opt/python/made/colours.py" in archive.read(name), "the path where it runs"


def test_without_an_interpreter_of_the_target_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package is made all the same; one line says what to do."""
    (tmp_path / "module.py").write_text("x = 1\n")
    compile_folder(tmp_path, "/var/task", NOWHERE)
    assert [path.name for path in tmp_path.iterdir()] == ["module.py"]
    assert remark(HERE) == ""
    assert "本机没有 python2.0" in remark(NOWHERE)
    monkeypatch.setenv("DUBAN_LANG", "en")
    assert "name one with PYTHON=" in remark(NOWHERE)


def test_what_cannot_be_compiled_is_told(tmp_path: Path) -> None:
    """Else a cold start would be the first to find it."""
    (tmp_path / "module.py").write_text("def:\n")
    with pytest.raises(BadInput, match="SyntaxError"):
        compile_folder(tmp_path, "/var/task", HERE)
