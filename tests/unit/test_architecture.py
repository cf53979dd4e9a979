"""The shape of the code (DESIGN §6): who may import whom, what is pure, how long."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

from chalicelib.cases.case_id import KINDS as CASE_KINDS
from chalicelib.intake.event_types import Derived, Reported

pytestmark = pytest.mark.source

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "chalicelib"
INFRA = ROOT / "infra"
SHARED = [
    "intake", "policy", "people", "calendar", "clock", "draw", "cases", "vault", "log", "papers",
    "pages", "findings",
]  # fmt: skip
KINDS = ["permit", "item", "card", "register", "department", "statement", "lead", "sample"]
FLOW = [*SHARED, *KINDS, "supervision", "feed", "board", "desk", "api", "lambdas"]
EVERYONE = {"chalicelib", "cached", "errors", "instant", "schema"}  # all share these
# Beside these, what ends with `store.py` (DynamoDB) or `routes.py` (HTTP).
SHELL = {
    "snapshot_item.py", "batch_item.py", "board_item.py", "registrations.py", "witnesses.py",
    "s3_objects.py", "folder_objects.py", "kms.py", "signer_memory.py",
    "recording.py", "act_signing.py", "enrolling.py", "issuer.py", "oidc.py", "entering.py",
    "signed_in.py", "answering.py", "reached.py", "forms.py",
}  # fmt: skip

# Only these know AWS, the web or the machine they run on.
OUTSIDE = {
    "aws_lambda_powertools", "boto3", "botocore", "chalice", "pynamodb", "os", "random", "secrets",
    "socket", "subprocess", "time", "urllib", "uuid",
}  # fmt: skip
FORBIDDEN = {"utils", "util", "manager", "helper", "helpers", "base", "common", "info", "misc"}

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40


def is_shell(name: str) -> bool:
    """Return whether a file of this *name* knows AWS, the web or the machine."""
    return name in SHELL or name.endswith(("store.py", "routes.py"))


SOURCES = [ROOT / "app.py"]
for _folder in ("chalicelib", "infra", "tests"):
    _found = (ROOT / _folder).rglob("*.py")
    SOURCES += sorted(path for path in _found if "__pycache__" not in path.parts)
CORE = [path for path in SOURCES if path.is_relative_to(PACKAGE)]
PURE = [
    path
    for path in CORE
    if not is_shell(path.name) and path.relative_to(PACKAGE).parts[0] not in ("lambdas", "plumbing")
]
COUNTED = {"policy", "calendar", "clock", "draw", "cases", "findings", *KINDS} - {"statement"}
COUNTING = [path for path in PURE if path.relative_to(PACKAGE).parts[0] in COUNTED]


Node = TypeVar("Node", bound=ast.AST)


def shown(path: Path) -> str:
    """Return the name of *path* as a failure shows it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of the file *path*, parsed once for all checks."""
    return ast.parse(path.read_text("utf-8"))


def nodes(paths: Sequence[Path], kind: type[Node]) -> Iterator[tuple[str, Node]]:
    """Yield every node of *kind* in *paths*, each with "file:line" of where it stands."""
    for path in paths:
        for node in ast.walk(tree(path)):
            if isinstance(node, kind):
                yield f"{shown(path)}:{getattr(node, 'lineno', 0)}", node


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of everything that the file *path* imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def folder_of(module: str) -> str:
    """Return the folder (or shared module) of `chalicelib` that *module* is in."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def fail_for(wrong: Iterable[str]) -> None:
    """Fail with a list of all that is *wrong*, a line each: the file, and what is wrong in it."""
    lines = sorted(wrong)
    assert not lines, "\n".join(["", *lines])


def test_the_folders_are_those_of_the_design() -> None:
    """Nothing stands beside them but data."""
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"}
    apart = folders ^ {*FLOW, "plumbing", "profiles", "calendars", "rules", "laws"}
    assert not apart, f"SHARED, KINDS or FLOW of tests/unit/test_architecture.py: {apart}"
    files = {path.name for path in PACKAGE.glob("*.py")}
    assert files == {"__init__.py", *(f"{name}.py" for name in EVERYONE - {"chalicelib"})}


def test_no_import_is_relative() -> None:
    """The other checks read the full name of a module."""
    found = nodes(SOURCES, ast.ImportFrom)
    fail_for(f"{where} imports relatively" for where, node in found if node.level)


def test_imports_point_up_the_flow() -> None:
    """A folder knows those before it; plumbing is for the shell, and for nobody else."""
    fail_for(
        f"{shown(path)} imports {module}"
        for path in CORE
        for module in imports(path)
        if not may_import(path.relative_to(PACKAGE), module)
    )


def may_import(place: Path, module: str) -> bool:
    """Return whether the file at *place* in the package may import *module*."""
    folder = place.parts[0]
    if not module.startswith("chalicelib"):
        return not module.startswith(("infra", "tests", "app"))
    target = folder_of(module)
    if target == "plumbing":
        return is_shell(place.name) or folder in ("lambdas", "plumbing")
    if target in EVERYONE or folder in ("plumbing", target):
        return True
    if target in KINDS and folder in KINDS:
        return False  # no kind of case knows another
    return target in FLOW[: FLOW.index(folder)]


def test_each_kind_of_case_is_a_folder_that_decides() -> None:
    """The ids name the kinds; what only records what it is told has nothing to decide."""
    folders = {kind: {"log": "statement", "sealed": "lead"}.get(kind, kind) for kind in CASE_KINDS}
    apart = {*folders.values()} ^ {*KINDS}
    assert not apart, (
        f"KINDS of chalicelib/cases/case_id.py and of tests/unit/test_architecture.py: {apart}"
    )
    fail_for(
        f"chalicelib/{folder}/{name} is missing: the kind {kind!r} needs it"
        for kind, folder in folders.items()
        for name in ("state.py", "decide.py")
        if not (PACKAGE / folder / name).exists()
        and (folder, name)
        not in {
            ("statement", "decide.py"),
            ("lead", "decide.py"),
            ("register", "state.py"),  # a row of numbers: the decider reads them
            ("department", "state.py"),  # its state is the ledger
        }
    )


def test_plumbing_knows_aws_and_not_the_cases() -> None:
    """Save where everything is put together, and where the local stage's clock is kept."""
    fail_for(
        f"{shown(path)} imports {module}"
        for path in (PACKAGE / "plumbing").glob("*.py")
        if path.name not in {"services.py", "clock.py"}
        for module in imports(path)
        if module.startswith("chalicelib") and folder_of(module) in FLOW
    )


def test_what_is_not_the_shell_imports_nothing_impure() -> None:
    """No AWS, no web, no environment, no chance; of `urllib` only what reads text."""
    fail_for(
        f"{shown(path)} imports {module}"
        for path in PURE
        for module in imports(path)
        if module.split(".")[0] in OUTSIDE and not module.startswith("urllib.parse")
    )


def test_what_is_not_the_shell_is_told_the_time() -> None:
    """Time is an argument."""
    clocks = re.compile(r"(.*\.)?(datetime|date)\.(now|utcnow|today)")
    found = nodes(PURE, ast.Attribute)
    fail_for(f"{at} reads the clock" for at, node in found if clocks.fullmatch(ast.unparse(node)))


def test_the_core_counts_in_whole_numbers() -> None:
    """No float, no division that makes one, no datetime without a zone."""
    wrong = []
    for where, node in nodes(COUNTING, ast.AST):
        match node:
            case (
                ast.Constant(value=float())
                | ast.BinOp(op=ast.Div())
                | ast.AugAssign(op=ast.Div())
                | ast.Name(id="float" | "round")
                | ast.Attribute(attr="total_seconds" | "timestamp" | "fromtimestamp")
            ):
                wrong.append(f"{where} says {ast.unparse(node)}")
    fail_for(wrong)


def test_files_and_functions_are_short() -> None:
    """One idea each."""
    lengths = {shown(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    wrong = [f"{name} has {n} lines" for name, n in lengths.items() if n > LINES_OF_A_FILE]
    for where, node in nodes(SOURCES, ast.stmt):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            count = (node.end_lineno or 0) - node.lineno + 1
            if count > LINES_OF_A_FUNCTION:
                wrong.append(f"{where} {node.name} has {count} lines")
    fail_for(wrong)


def test_names_say_what_is_in_a_file() -> None:
    """Not that it is one of many."""
    wrong = [
        f"{shown(path)} is named {word}"
        for path in SOURCES
        for word in re.split(r"[/_.]", shown(path))
        if word in FORBIDDEN
    ]
    wrong += [
        f"{where} names a class {node.name}"
        for where, node in nodes(SOURCES, ast.ClassDef)
        if re.search(r"(Utils?|Manager|Helper|Base)$", node.name)
    ]
    fail_for(wrong)


def test_every_file_says_what_it_does() -> None:
    """Its first line is a sentence."""
    said = {shown(path): ast.get_docstring(tree(path)) or "" for path in [*CORE, ROOT / "app.py"]}
    fail_for(
        f"{name} begins with {text[:40]!r}"
        for name, text in said.items()
        if not text.partition("\n")[0].endswith((".", ",", ":", "?"))
    )


def test_a_name_means_one_thing() -> None:
    """No two public classes share a name."""
    where = defaultdict[str, list[str]](list)
    for path in (path for path in SOURCES if not path.is_relative_to(ROOT / "tests")):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].append(shown(path))
    fail_for(
        f"{name} is the name of classes in {' and '.join(files)}: rename one"
        for name, files in where.items()
        if len(files) > 1
    )


def test_no_other_file_spells_a_type_out() -> None:
    """Event types have names in `intake/event_types.py`; a text that looks like one is no type."""
    known = {*Reported, *Derived}
    dotted = {kind.value for kind in known if "." in kind}
    subjects = {kind.partition(".")[0] for kind in dotted}
    files = [path for path in CORE if path.name != "event_types.py"]
    texts = [
        (where, node.value)
        for where, node in nodes(files, ast.Constant)
        if isinstance(node.value, str) and re.fullmatch(r"[a-z]+\.[a-z_]+", node.value)
    ]
    wrong = [f"{where} says {text}" for where, text in texts if text.partition(".")[0] in subjects]
    # The commands have texts that look like one and are none, such as the key `appeal.window`.
    for where, node in nodes(
        [path for path in SOURCES if path.is_relative_to(INFRA)], ast.Constant
    ):
        if isinstance(node.value, str) and node.value in dotted:
            wrong.append(f"{where} says {node.value}")
    fail_for(wrong)


def test_what_is_pinned_is_what_the_project_asks_for() -> None:
    """The runtime needs few things, and the core one of them: its records are made by it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    runtime = {re.split(r"[=<> ]", need)[0].replace("-", "_") for need in project["dependencies"]}
    runtime.remove("msgspec")
    fail_for(
        f"{shown(path)} imports {module}"
        for path in COUNTING
        for module in imports(path)
        if module.split(".")[0] in runtime
    )
