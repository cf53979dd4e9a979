"""A stage like prod in a local cloud, as an operator and the public see it."""

import json
import os
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import pytest
import urllib3

from chalicelib.log.objects import published_size
from chalicelib.plumbing.services import Services
from infra.cli.main import main
from infra.stack.cloud import Cloud
from infra.stack.layer import ROOT
from infra.stack.services import inside

STAGE = "county-2"


def duban(cloud: Cloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does, but in this process."""
    printed, told = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(told):
        patch.setenv("AWS_ENDPOINT_URL", cloud.endpoint or "")
        code = main(arguments)
    return subprocess.CompletedProcess(arguments, code, printed.getvalue(), told.getvalue())


def deploy(cloud: Cloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Deploy the stage."""
    return duban(cloud, "deploy", STAGE, *arguments)


def deploy_anew(cloud: Cloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Deploy the stage by a process of its own, which knows nothing yet."""
    return subprocess.run(
        [sys.executable, "-m", "infra.cli.main", "deploy", STAGE, *arguments],
        cwd=ROOT,
        env=os.environ | {"AWS_ENDPOINT_URL": cloud.endpoint or ""},
        capture_output=True,
        text=True,
        check=False,
    )


def until(address: str, key: str) -> dict[str, object]:
    """Ask until it is there."""
    answer: dict[str, object] = {}
    for _ in range(100):
        asked = {"Authorization": f"Bearer {key}"}
        reply = urllib3.request("GET", address, headers=asked, timeout=30)
        answer = json.loads(reply.data)
        if reply.status == 200:
            break
        time.sleep(0.2)
    return answer


def published(cloud: Cloud, services: Services, above: int = 0) -> int:
    """Wait until more than so many entries are public: how many. Functions start cold for it."""
    size, ends = 0, time.monotonic() + 120
    with inside(cloud, STAGE):
        while size <= above and time.monotonic() < ends:
            time.sleep(0.2)
            size = published_size(services.objects)
    return size


def rests(cloud: Cloud, function: str) -> bool:
    """Return whether *function* is never started."""
    shares = cloud.client("lambda").get_function_concurrency(
        FunctionName=f"duban-{STAGE}-{function}"
    )
    return bool(shares.get("ReservedConcurrentExecutions") == 0)
