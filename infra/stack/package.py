"""Package a stage into build/STAGE: a template, the app's zip, and the layer's if it has one.

The app is copied first and `chalice package --merge-template` runs on the copy: what is zipped is
then the sources and nothing else, and what a stage needs can be set without touching them.
A package is made once for the same sources, stage and target.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from chalicelib.errors import BadInput
from infra.policy.gate import check_folder
from infra.stack.bytecode import compile_folder, compiler_of, remark
from infra.stack.layer import MADE_BY, ROOT, layer, zip_folder
from infra.stack.target import LAMBDA, Target

TEMPLATE = ROOT / "infra" / "stack" / "template.yaml"
CONFIG = ROOT / ".chalice" / "config.json"
PROFILES = ROOT / "chalicelib" / "profiles"
MODEL_STAGE = "prod"
ANY_METHOD = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
PAGES = ("/desk", "/signin", "/signout")
# Chalice reads and writes YAML by Python alone, which takes ten times as long as libyaml.
CHALICE = """
import yaml
if yaml.__with_libyaml__:
    yaml.SafeLoader, yaml.SafeDumper = yaml.CSafeLoader, yaml.CSafeDumper
from chalice.cli import main
main()
"""


def package(stage: str, target: Target = LAMBDA) -> Path:
    """Package *stage* for *target* and give the folder; `template.json` is in it."""
    check_folder(PROFILES)
    folder = ROOT / "build" / stage
    with _hold_lock(folder):
        return _package(stage, target, folder)


def _package(stage: str, target: Target, folder: Path) -> Path:
    stamp = folder / "made-of"
    made_of = _fingerprint(stage, target)
    if stamp.exists() and stamp.read_text() == made_of:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    _chalice(stage, _copy(folder / "project", stage), folder)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    template = yaml.load((folder / "sam.yaml").read_text(), Loader=loader)  # noqa: S506 -- both safe
    parameters = template["Parameters"]  # it names what it was packaged for, and deploys by itself
    parameters["Runtime"]["Default"] = target.runtime
    parameters["Architecture"]["Default"] = target.architecture
    parameters["DependenciesLayer"]["Default"] = "yes" if target.layered else "no"
    paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    _hand_on_every_method(paths)
    _hand_on_what_is_below(paths)
    archive, task = folder / "deployment.zip", folder / "task"
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(task)
    compile_folder(task, "/var/task", target)  # with its own part that runs
    zip_folder(task, archive)
    (folder / "template.json").write_text(json.dumps(template, indent=1))
    if target.layered:
        shutil.copyfile(layer(target), folder / "layer.zip")
    # Written last: a run that was cut off is made again.
    stamp.write_text(made_of)
    return folder


@contextmanager
def _hold_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of *folder* for the block; another process waits, and finds it made."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # goes with the process, however that ends
        yield


def _fingerprint(stage: str, target: Target) -> str:
    made_by = f"{sys.version} {compiler_of(target)[1:]}"
    digest = hashlib.sha256(f"{stage} {target} {made_by}".encode())
    policies = sorted((ROOT / "infra" / "stack" / "iam").glob("*.json"))
    for path in [*_sources(), CONFIG, TEMPLATE, *MADE_BY, Path(__file__), *policies]:
        digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size} ".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield ROOT / "app.py"
    for path in sorted((ROOT / "chalicelib").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _copy(project: Path, stage: str) -> Path:
    for path in _sources():
        copy = project / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    policies = project / "infra" / "stack" / "iam"
    shutil.copytree(ROOT / "infra" / "stack" / "iam", policies)
    _add_rights_of_doors(policies / "api-local.json", policies / "api.json")
    # The dependencies are a layer of ours, or the host's: Chalice is to package none.
    (project / "requirements.txt").write_text("")
    config = json.loads(CONFIG.read_text())
    config["stages"].setdefault(stage, config["stages"][MODEL_STAGE])
    (project / ".chalice").mkdir()
    (project / ".chalice" / "config.json").write_text(json.dumps(config))
    return project


def _add_rights_of_doors(local: Path, doors: Path) -> None:
    """Add the rights of *doors* to *local*: there one process does the work of all functions."""
    policy, besides = json.loads(doors.read_text()), json.loads(local.read_text())
    policy["Statement"] += besides["Statement"]
    local.write_text(json.dumps(policy))


def _chalice(stage: str, project: Path, out: Path) -> None:
    command = [sys.executable, "-c", CHALICE]
    command += ["--project-dir", str(project), "package", "--stage", stage]
    command += ["--merge-template", str(TEMPLATE), str(out)]
    # Chalice wants a region even where it asks AWS nothing.
    region = os.environ.get("AWS_REGION", "us-east-1")
    environment = {"AWS_DEFAULT_REGION": region, "PYTHONDONTWRITEBYTECODE": "1"} | os.environ
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        reason = (done.stderr.strip() or done.stdout.strip() or "failed").splitlines()[-1]
        raise BadInput(zh=f"打包没有成功，原话是：{reason}", en=reason, where="chalice package")


def _hand_on_every_method(paths: dict[str, Any]) -> None:
    """Have the gateway hand on every method of the *paths* that it knows.

    By itself it takes an unknown method for an unknown path. Handed on, it is answered as HTTP has
    it: 405 with the methods that there are, and HEAD as GET without its body.
    """
    handed_on = ("parameters", INTEGRATION)
    for operations in paths.values():
        first = next(iter(operations.values()))
        kept = {name: first[name] for name in handed_on if name in first}
        operations[ANY_METHOD] = kept | {"responses": {}}


def _hand_on_what_is_below(paths: dict[str, Any]) -> None:
    """Have the gateway hand on every other address below the pages for people.

    Its own refusal has one form, whatever the browser accepts: nobody there could read it.
    """
    rest = {"name": "rest", "in": "path", "required": True, "type": "string"}
    for page in PAGES:
        integration = paths[page][ANY_METHOD][INTEGRATION]
        operation = {"parameters": [rest], INTEGRATION: integration, "responses": {}}
        paths[f"{page}/{{rest+}}"] = {ANY_METHOD: operation}


def main(arguments: list[str]) -> int:
    """Package the stage that is named, as `make package` does; print a mistake as one line."""
    try:
        if line := remark(LAMBDA):
            print(line, file=sys.stderr)
        print(package(arguments[0] if arguments else MODEL_STAGE))
    except BadInput as error:
        print(f"package: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
