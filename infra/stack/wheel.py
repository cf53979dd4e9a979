"""`make wheel`: the verifier as a wheel that pip installs anywhere, and no more.

It holds the very files of this checkout that `duban verify` and `duban check-disclosure` import,
found by their imports, with what they read. No library of AWS is among them.
"""

import ast
import base64
import hashlib
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("chalicelib", "infra")
COMMANDS = ("infra.cli.main", "infra.cli.verify", "infra.cli.check_disclosure")
DATA = tuple(f"chalicelib/{folder}/*.toml" for folder in ("laws", "rules", "people", "draw"))
NEEDS = {
    "cryptography": "signatures",
    "msgspec": "records, and events as the door reads them",
    "rfc8785": "canonical JSON",
    "tqdm": "progress on a terminal",
    "tzdata": "the zones of the rules",
    "urllib3": "fetching",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files make the same wheel


def _imports(file: Path) -> Iterator[str]:
    """Yield the modules that *file* imports when it runs, lazily or not; not those for its types.

    Of `from a import b` both are yielded, for `a.b` may be a module.
    """
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    guards = (node for node in nodes if isinstance(node, ast.If))
    for_types = [node.body for node in guards if ast.unparse(node.test) == "TYPE_CHECKING"]
    skipped = {each for body in for_types for statement in body for each in ast.walk(statement)}
    for node in nodes:
        if isinstance(node, ast.Import) and node not in skipped:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node not in skipped:
            yield from (str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names))


def imported() -> tuple[list[Path], set[str]]:
    """Return the files that `duban verify` runs, in order, and the other packages it imports."""
    files, others, waiting = set[Path](), set[str](), list(COMMANDS)
    while waiting:
        name = waiting.pop()
        top, path = name.partition(".")[0], ROOT.joinpath(*name.split("."))
        candidates = (path / "__init__.py", path.with_suffix(".py"))
        file = next((each for each in candidates if each.exists()), None)
        if file is None:
            others |= {top} - {*OURS, *sys.stdlib_module_names}
        elif file not in files:
            files.add(file)
            waiting += [*_imports(file), *filter(None, [name.rpartition(".")[0]])]
    return sorted(files), others


def build_wheel(folder: Path) -> Path:
    """Write the wheel into *folder*, and return its path. Crash: make it again."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    version = project["version"]
    info = f"duban_verify-{version}.dist-info"
    python, licence = project["requires-python"], project["license"]
    needs = "".join(f"Requires-Dist: {name}\n" for name in NEEDS)
    described = {
        f"{info}/METADATA": f"Metadata-Version: 2.4\nName: duban-verify\nVersion: {version}\n"
        f"Summary: Checks the public log of a Duban stage\nLicense-Expression: {licence}\n"
        f"Requires-Python: {python}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: duban\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nduban = infra.cli.main:main\n",
    }
    files = [*imported()[0], *(file for name in DATA for file in sorted(ROOT.glob(name)))]
    content = {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in files}
    content |= {name: text.encode() for name, text in described.items()}
    record = "".join(f"{name},{_digest(body)},{len(body)}\n" for name, body in content.items())
    content[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"duban_verify-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in content.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), body, zipfile.ZIP_DEFLATED)
    return wheel


def _digest(body: bytes) -> str:
    raw = base64.urlsafe_b64encode(hashlib.sha256(body).digest())
    return "sha256=" + raw.rstrip(b"=").decode("ascii")


if __name__ == "__main__":
    print(build_wheel(ROOT / "build"))
