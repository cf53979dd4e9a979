"""List the mutants of the pure core that no unit test notices.

A mutant is the code with one small change: `<` instead of `<=`, `or` instead of `and`, a number one
higher. A mutant that survives the tests shows that a test is missing, or that the code has no use.
mutmut makes the mutants, and `[tool.mutmut]` of pyproject.toml says of which folders.

    python -m tests.mutation.survivors [PATTERN]

PATTERN chooses mutants by their names, which end in a number. `*7` is about a tenth of them, `*` is
all, `chalicelib.clock.*` is a folder. Without PATTERN the day of the month chooses a tenth.

All of it happens in a copy: the working tree never holds a mutant. The exit code is 1 if the tests
fail without a mutant, or if they notice none.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
UNNEEDED = ignore_patterns(".git", ".venv", ".duban", "build", "mutants", "__pycache__", ".*_cache")


def main(root: Path, pattern: str) -> int:
    """Print which mutants of *root* with names like *pattern* survive; return the exit code."""
    print(f"testing the mutants {pattern}; this takes a while", flush=True)
    with TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        copytree(root, tree, ignore=UNNEEDED)
        mutmut(tree, "run", pattern)
        verdicts = dict(read_verdicts(mutmut(tree, "results", "--all", "true")))
        for name in (name for name, verdict in verdicts.items() if verdict == "survived"):
            print(f"\nsurvived: {name}")
            print(*change(tree, mutmut(tree, "show", name)), sep="\n", flush=True)
    untested = {name.partition("__mutmut_")[0] for name in verdicts if verdicts[name] == "no tests"}
    print(*(f"\nno unit test calls {name}" for name in sorted(untested)), sep="")
    counts = Counter(verdicts.values())
    told = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items()))
    print(f"\n{counts.total()} mutants {pattern}: {told}")
    return 0 if counts["killed"] else 1


def mutmut(tree: Path, *arguments: str) -> str:
    """Return what mutmut prints in *tree*; if it fails, print that and exit."""
    command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    run = subprocess.run(command, cwd=tree, check=False, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{run.stdout}{run.stderr}\nmutmut {arguments[0]} failed")
    return run.stdout


def read_verdicts(results: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the verdict of each mutant that was tried, as `mutmut results` tells."""
    for line in results.splitlines():
        name, _, verdict = line.strip().partition(": ")
        if verdict != "not checked":
            yield name, verdict


def change(tree: Path, diff: str) -> Iterator[str]:
    """Yield file and line of the change that *diff* shows, then the lines before and after it.

    A line number in *diff* counts from the beginning of its function. So the lines that *diff*
    shows are looked for in the file.
    """
    lines = diff.splitlines()
    file = next(line.split()[1] for line in lines if line.startswith("--- "))
    shown = lines[next(at for at, line in enumerate(lines) if line.startswith("@@ ")) + 1 :]
    before = [line[1:].strip() for line in shown if line[:1] != "+"]
    source = [line.strip() for line in (tree / file).read_text("utf-8").splitlines()]
    starts = [at for at in range(len(source)) if source[at : at + len(before)] == before]
    changed = next(at for at, line in enumerate(shown) if line[:1] in ("-", "+"))
    yield f"{file}:{starts[0] + changed + 1}" if starts else file
    yield from (line for line in shown if line[:1] in ("-", "+"))


if __name__ == "__main__":
    sys.exit(main(ROOT, *sys.argv[1:] or [f"*{datetime.now(UTC).day % 10}"]))
