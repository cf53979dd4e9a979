"""What a cold start takes, of each function, in milliseconds of the processor.

    .venv/bin/python -m tests.bench.bench_cold_start [--without-bytecode] [--modules FUNCTION]

The package and the layer of a stage, made for this machine's Python, are unpacked as Lambda has
them; each function is started in a process of its own that imports nothing else and writes no
bytecode. *import* is until its handler is there. *cold* is that and the first event, against a
cloud in which there is nothing (`empty_cloud.py`), less what the same event takes *again*: so what
is imported, read and connected only then is in it. The rounds go through all
functions in turn, so a slow minute of the machine is no function's own; the least is told.
With --modules: where the time of one function goes.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from infra.stack.package import package
from infra.stack.target import host
from tests.bench.empty_cloud import empty_cloud

ROUNDS = 10
_RUN = """
import importlib, json, sys, time
module, _, name = sys.argv[1].rpartition(".")
handler = getattr(importlib.import_module(module), name)
imported = time.process_time()
keep, sys.stdout = sys.stdout, sys.stderr
said = handler(json.loads(sys.argv[2]), None)
first = time.process_time()
handler(json.loads(sys.argv[2]), None)
again = time.process_time() - first
print(imported, first - again, again, (said or {}).get("statusCode", 200), file=keep)
"""
_TABLES = ("INBOX", "CASES", "FACTS", "LOG", "BOARD", "REGISTRY", "VAULT", "SIGNED", "SIGNIN")
_RECORD = {"Keys": {"case": {"S": "hall:1"}}, "SequenceNumber": "1"}
_NUDGE = {
    "case": {"S": "hall:1"},
    "id": {"S": "W#2026-11-02T01:00:00.000Z"},
    "pending_shard": {"N": "0"},
    "pending_since": {"S": "2026-11-02T01:00:00.000Z"},
}
_STREAM = {"Records": [{"dynamodb": _RECORD | {"NewImage": _NUDGE}}]}
_SCHEDULE = {
    "version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events",
    "account": "1", "time": "2026-11-02T01:00:00Z", "region": "us-east-1", "resources": [],
    "detail": {},
}  # fmt: skip
_SIGN = {"checkpoint": "duban.local/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
         "old": 0, "proof": []}  # fmt: skip
_OPEN = {"case": "hall:1", "n": 1, "person": "p_1", "role": "inspector"}


def _request(method: str, path: str, body: str = "") -> dict[str, Any]:
    context = {"httpMethod": method, "resourcePath": path, "requestId": "1"}
    return {
        "requestContext": context | {"identity": {}, "path": path},
        "headers": {"content-type": "application/cloudevents+json", "accept": "*/*"},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
    }


def _events() -> dict[str, dict[str, Any]]:
    """Return the first event of each function."""
    return {
        "APIHandler": _request("GET", "/departments.json"),
        **dict.fromkeys(("Supervise", "Seal", "Project", "Publish"), _STREAM),
        **dict.fromkeys(("Sweep", "Reconcile", "Discard"), _SCHEDULE),
        "Sign": _SIGN,
        "Open": _OPEN,
    }


def _environment(unpacked: Path, address: str) -> dict[str, str]:
    (site,) = unpacked.glob("opt/python/lib/*/site-packages")
    tables = {f"{name}_TABLE": f"bench-{name.title()}" for name in _TABLES}
    rest = {
        "SOURCES_SECRET": "s", "RECEIPT_SECRET": "r", "SIGNIN_SECRET": "i", "LOG_KEY": "secret:k",
        "LOG_ORIGIN": "duban.local/log", "LOG_BUCKET": "bucket", "SIGN_FUNCTION": "sign",
        "OPEN_FUNCTION": "open",
        "DUBAN_STAGE": "bench", "DUBAN_PROFILE": "statutory", "DUBAN_CALENDAR": "CN",
        "DUBAN_REGION": "370102", "DUBAN_CLOCK": "wall", "SOURCE_RATE": "600", "FEED_READERS": "10",
    }  # fmt: skip
    aws = {
        "AWS_ENDPOINT_URL": address, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_EC2_METADATA_DISABLED": "true",
        "POWERTOOLS_LOG_LEVEL": "ERROR", "PYTHONPATH": f"{unpacked / 'task'}:{site}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    return tables | rest | aws


def _unpack(folder: Path, *, with_bytecode: bool) -> dict[str, str]:
    """Unpack a stage of this machine's Python in *folder*; return the handlers by function."""
    packed = package("bench", host(layered=True))
    for name, place in (("deployment.zip", "task"), ("layer.zip", "opt")):
        with zipfile.ZipFile(packed / name) as archive:
            names = archive.namelist()
            chosen = [name for name in names if with_bytecode or not name.endswith(".pyc")]
            archive.extractall(folder / place, chosen)
    resources = json.loads((packed / "template.json").read_text())["Resources"]
    return {name: resources[name]["Properties"]["Handler"] for name in _events()}


def _start(handler: str, event: dict[str, Any], env: dict[str, str], *options: str) -> str:
    python = os.path.realpath(sys.executable)
    command = [python, "-S", *options, "-c", _RUN, handler, json.dumps(event)]
    task = env["PYTHONPATH"].partition(":")[0]  # or this checkout would be imported
    done = subprocess.run(command, env=env, cwd=task, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr if options else done.stdout


def _modules(listing: str, least: int = 2_000) -> Iterator[str]:
    """Yield those modules of an -X importtime *listing* that took *least* microseconds or more."""
    for line in listing.splitlines():
        parts = line.removeprefix("import time:").split("|")
        if len(parts) == 3 and parts[1].strip().isdigit() and int(parts[1]) >= least:
            yield line


def main() -> None:
    """Measure and print."""
    arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, empty_cloud() as address:
        handlers = _unpack(Path(folder), with_bytecode="--without-bytecode" not in arguments)
        env, events = _environment(Path(folder), address), _events()
        if "--modules" in arguments:
            name = arguments[arguments.index("--modules") + 1]
            listing = _start(handlers[name], events[name], env, "-X", "importtime")
            print(*_modules(listing), sep="\n")
            return
        print(f"{'function':12} {'import':>8} {'cold':>8} {'again':>8}   ms of the processor")
        starts: dict[str, list[list[str]]] = {name: [] for name in handlers}
        for _, (name, handler) in product(range(ROUNDS), handlers.items()):
            starts[name].append(_start(handler, events[name], env).split())
        for name, rounds in starts.items():
            assert {each[3] for each in rounds} == {"200"}, name
            least = [min(float(each[i]) for each in rounds) * 1000 for i in range(3)]
            print(f"{name:12}" + "".join(f" {each:8.0f}" for each in least))


if __name__ == "__main__":
    main()
