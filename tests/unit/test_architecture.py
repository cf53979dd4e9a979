"""The shape of the code (DESIGN §6): who may import whom, what is pure, how long."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.intake.event_types import Derived, Reported

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "chalicelib"
FLOW = [
    "intake", "policy", "calendar", "clock", "cases", "rules", "cards",
    "audit", "feed", "board", "lambdas",
]  # fmt: skip
EVERYONE = {"chalicelib", "errors", "instant"}  # the package itself and its two shared modules
SHELL = {
    "store.py", "routes.py", "vault.py", "s3.py", "folder.py", "kms.py", "signed.py",
    "witnesses.py",
}  # fmt: skip

# Only these know AWS, the web or the machine they run on.
OUTSIDE = {
    "aws_lambda_powertools", "boto3", "botocore", "chalice", "pynamodb", "os", "random", "secrets",
    "socket", "subprocess", "time", "urllib", "uuid",
}  # fmt: skip
WALL_CLOCK = {"now", "utcnow", "today"}
FORBIDDEN = {"utils", "util", "manager", "helper", "helpers", "base", "common", "info", "misc"}

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40

SOURCES = [
    ROOT / "app.py",
    *sorted(
        path
        for folder in ("chalicelib", "infra", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if "__pycache__" not in path.parts
    ),
]
CORE = [path for path in SOURCES if path.is_relative_to(PACKAGE)]
PURE = [
    path
    for path in CORE
    if path.name not in SHELL and path.relative_to(PACKAGE).parts[0] not in ("lambdas", "plumbing")
]


def named(path: Path) -> str:
    """A path as it is shown when a test fails."""
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)} imports relatively"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def folder_of(module: str) -> str:
    """The folder (or shared module) of `chalicelib` that *module* is in."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def test_the_folders_are_those_of_the_design() -> None:
    """Nothing stands beside them but data."""
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == {*FLOW, "plumbing", "profiles", "calendars"}
    files = {path.name for path in PACKAGE.glob("*.py")}
    assert files == {"__init__.py", "errors.py", "instant.py"}


@pytest.mark.parametrize("path", CORE, ids=named)
def test_imports_point_up_the_flow(path: Path) -> None:
    """A folder knows those before it; plumbing is for the shell, and for nobody else."""
    place = path.relative_to(PACKAGE)
    folder = place.parts[0]
    is_shell = place.name in SHELL or folder in ("lambdas", "plumbing")
    for module in imports(path):
        if not module.startswith("chalicelib"):
            assert not module.startswith(("infra", "tests", "app")), f"imports {module}"
            continue
        target = folder_of(module)
        if target in EVERYONE:
            continue
        if target == "plumbing":
            assert is_shell, f"{place} is pure and imports {module}"
        elif folder not in ("plumbing", target):
            assert target in FLOW[: FLOW.index(folder)], f"{place} imports {module}"


def test_plumbing_knows_aws_and_not_the_cases() -> None:
    """Save where everything is put together, and where the local stage's clock is kept."""
    knowing = {
        path.name
        for path in (PACKAGE / "plumbing").glob("*.py")
        for module in imports(path)
        if module.startswith("chalicelib") and folder_of(module) in FLOW
    }
    assert knowing <= {"services.py", "clock.py"}


@pytest.mark.parametrize("path", PURE, ids=named)
def test_what_is_not_the_shell_is_pure(path: Path) -> None:
    """No AWS, no web, no environment, no chance, and time only as an argument."""
    outside = {module for module in imports(path) if module.split(".")[0] in OUTSIDE}
    outside = {module for module in outside if not module.startswith("urllib.parse")}  # text only
    assert not outside
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in WALL_CLOCK:
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            assert name not in ("datetime", "date"), f"line {node.lineno} reads the clock"


@pytest.mark.parametrize("path", [p for p in PURE if p.parent.name in FLOW[1:7]], ids=named)
def test_the_core_counts_in_whole_numbers(path: Path) -> None:
    """No float, no division that makes one, no datetime without a zone."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        line = f"line {getattr(node, 'lineno', 0)}"
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), line
        assert not isinstance(getattr(node, "op", None), ast.Div), line
        if isinstance(node, ast.Name):
            assert node.id not in ("float", "round"), line
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("total_seconds", "timestamp", "fromtimestamp"), line


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_files_and_functions_are_short(path: Path) -> None:
    """One idea each."""
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LINES_OF_A_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < LINES_OF_A_FUNCTION, node.name


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_names_say_what_is_in_a_file(path: Path) -> None:
    """Not that it is one of many."""
    words = {word for part in path.relative_to(ROOT).parts for word in re.split(r"[_.]", part)}
    assert not words & FORBIDDEN
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef):
            assert not re.search(r"(Utils?|Manager|Helper|Base)$", node.name)


@pytest.mark.parametrize("path", [*CORE, ROOT / "app.py"], ids=named)
def test_every_file_says_what_it_does(path: Path) -> None:
    """Its first line is a sentence."""
    said = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert said
    assert said.splitlines()[0].endswith((".", ",", ":", "?"))


def test_no_kind_is_made_up_on_the_way() -> None:
    """Every text in the code that looks like a kind of one of our subjects is a known kind."""
    known = {*Reported, *Derived}
    subjects = {kind.partition(".")[0] for kind in known}
    for path in CORE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                subject, dot, verb = node.value.partition(".")
                if dot and subject in subjects and re.fullmatch(r"[a-z_]+", verb):
                    assert node.value in known, f"{named(path)}: {node.value}"


def test_what_is_pinned_is_what_the_project_asks_for() -> None:
    """The runtime needs few things, and the core none of them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    runtime = {re.split(r"[=<> ]", need)[0].replace("-", "_") for need in project["dependencies"]}
    for path in PURE:
        if path.parent.name in FLOW[1:7]:
            third = {module.split(".")[0] for module in imports(path)} & runtime
            assert not third, f"{named(path)} needs {third}"
