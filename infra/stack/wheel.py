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
DATA = ("chalicelib/laws/*.toml", "chalicelib/rules/*.toml")
NEEDS = {
    "cryptography": "signatures",
    "msgspec": "records, and events as the door reads them",
    "rfc8785": "canonical JSON",
    "tqdm": "progress on a terminal",
    "tzdata": "the zones of the rules",
    "urllib3": "fetching",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files make the same wheel


class _Imports(ast.NodeVisitor):
    """The modules that a file imports when it runs, lazily or not."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def visit_If(self, node: ast.If) -> None:
        """Skip what is only for types."""
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for each in node.orelse:
                self.visit(each)
        else:
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        """Take the modules."""
        self.names += [each.name for each in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Take the module, and what may be modules in it."""
        self.names += [str(node.module), *(f"{node.module}.{each.name}" for each in node.names)]


def imported() -> tuple[list[Path], set[str]]:
    """Return the files that `duban verify` runs, in order, and the other packages it imports."""
    files, others, waiting = set[Path](), set[str](), list(COMMANDS)
    while waiting:
        name = waiting.pop()
        top, file = name.partition(".")[0], _file_of(name)
        if file is None:
            others |= {top} - {*OURS, *sys.stdlib_module_names}
        elif file not in files:
            files.add(file)
            finder = _Imports()
            finder.visit(ast.parse(file.read_text("utf-8")))
            waiting += [*finder.names, *filter(None, [name.rpartition(".")[0]])]
    return sorted(files), others


def _file_of(name: str) -> Path | None:
    path = ROOT.joinpath(*name.split("."))
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in candidates if file.exists()), None)


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
    content = {**dict(_content()), **{name: text.encode() for name, text in described.items()}}
    record = "".join(f"{name},{_digest(body)},{len(body)}\n" for name, body in content.items())
    content[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"duban_verify-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in content.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), body, zipfile.ZIP_DEFLATED)
    return wheel


def _content() -> Iterator[tuple[str, bytes]]:
    data = [file for pattern in DATA for file in sorted(ROOT.glob(pattern))]
    for file in (*imported()[0], *data):
        yield file.relative_to(ROOT).as_posix(), file.read_bytes()


def _digest(body: bytes) -> str:
    raw = base64.urlsafe_b64encode(hashlib.sha256(body).digest())
    return "sha256=" + raw.rstrip(b"=").decode("ascii")


if __name__ == "__main__":
    print(build_wheel(ROOT / "build"))
