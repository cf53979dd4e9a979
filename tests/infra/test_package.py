"""What is uploaded: the sources and nothing else, and the locked dependencies for the runtime."""

import ast
import json
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

from infra.stack.layer import ROOT
from infra.stack.package import package
from infra.stack.target import LAMBDA, host
from tests.infra.locks import read_lock
from tests.support.deployed import STAGE

ARM64 = b"\xb7\x00"  # e_machine of an ELF file: AArch64
HANDED_OVER = {"chalice"}  # its runtime part is packaged beside app.py


def imported(file: Path) -> set[str]:
    """The top-level modules that *file* imports, lazily or not."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_the_zip_holds_the_sources_and_nothing_else(released: Path) -> None:
    """No tests, no infra, and the part of Chalice that runs; of caches their bytecode alone."""
    with zipfile.ZipFile(released / "deployment.zip") as archive:
        names = archive.namelist()
    assert {"app.py", "chalice/app.py", "chalicelib/__init__.py"} <= set(names)
    sources = [name for name in names if "__pycache__" not in name]
    assert all(name.endswith(".pyc") for name in set(names) - set(sources))
    assert {name.split("/")[0] for name in sources} == {"app.py", "chalice", "chalicelib"}


def test_the_layer_is_for_the_runtime_and_not_for_this_machine(released: Path) -> None:
    """Compiled parts are those of Python 3.13 on arm64, whatever packaged them."""
    with zipfile.ZipFile(released / "layer.zip") as archive:
        names = archive.namelist()
        compiled = {name: archive.read(name)[18:20] for name in names if name.endswith(".so")}
    prefix = f"python/lib/{LAMBDA.runtime}/site-packages/"
    assert all(name.startswith(prefix) for name in names)
    assert any("msgspec" in name for name in compiled)
    assert set(compiled.values()) == {ARM64}
    assert all("cpython-313-aarch64-" in name or ".abi3.so" in name for name in compiled)
    assert {f"{prefix}pynamodb/models.py", f"{prefix}tzdata/__init__.py"} <= set(names)


def test_the_template_says_what_it_was_packaged_for(released: Path) -> None:
    """It deploys by itself, with the runtime that fits its layer."""
    parameters = json.loads((released / "template.json").read_text())["Parameters"]
    assert parameters["Runtime"]["Default"] == "python3.13"
    assert parameters["Architecture"]["Default"] == "arm64"
    assert parameters["DependenciesLayer"]["Default"] == "yes"


def test_all_that_the_functions_import_is_locked() -> None:
    """On the local cloud the whole .venv is there; on AWS only the layer is."""
    locked = set(read_lock(ROOT / "requirements.txt"))
    homes = packages_distributions()
    files = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")]
    foreign = set().union(*map(imported, files)) & set(homes) - HANDED_OVER - {"chalicelib", "app"}
    assert {"pynamodb", "botocore", "msgspec"} <= foreign
    for module in foreign:
        names = {name.lower().replace("_", "-") for name in homes[module]}
        assert names & locked, f"{module} is not in requirements.txt"


def test_the_same_sources_are_packaged_once(released: Path) -> None:
    """The second time costs nothing."""
    before = (released / "template.json").stat().st_mtime_ns
    assert package("prod", LAMBDA) == released
    assert (released / "template.json").stat().st_mtime_ns == before


def test_any_stage_can_be_packaged() -> None:
    """A stage that .chalice/config.json does not know is like prod: the one that is deployed."""
    folder = package(STAGE, host(layered=True))
    template = json.loads((folder / "template.json").read_text())
    profile = template["Resources"]["ApiHandlerRole"]["Properties"]["Policies"][0]
    model = json.loads((ROOT / "infra" / "stack" / "iam" / "api.json").read_text())
    assert profile["PolicyDocument"]["Statement"] == model["Statement"]
