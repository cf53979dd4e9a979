"""A local cloud listens on loopback only and does not outlive whoever started it."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from infra.local import lock as alone
from infra.local.cloud import running
from infra.stack.layer import ROOT

STARTER = """
import sys, time
from pathlib import Path
from infra.local.cloud import running
with running(Path(sys.argv[1])) as local:
    print(local.cloud.endpoint, local.process.pid, flush=True)
    time.sleep(60)
"""


def answers(endpoint: str) -> bool:
    """Whether somebody is there."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False


def test_it_ends_in_order(tmp_path: Path) -> None:
    """On the way out of the block nothing answers any more, and no scratch files are left."""
    with running(tmp_path) as local:
        assert local.cloud.is_local
        assert local.cloud.client("sts").get_caller_identity()["Account"]
        assert answers(local.cloud.endpoint or "")
    assert not answers(local.cloud.endpoint or "")
    assert local.process.poll() is not None
    assert not (tmp_path / "tmp").exists()


def test_it_ends_with_a_starter_that_is_killed(tmp_path: Path) -> None:
    """Even a starter that had no time to clean up leaves nothing running."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout
        endpoint = starter.stdout.readline().split()[0]
        assert answers(endpoint)
        starter.kill()
    until = time.monotonic() + 10
    while answers(endpoint) and time.monotonic() < until:
        time.sleep(0.1)
    assert not answers(endpoint)


def test_only_one_at_a_time(tmp_path: Path) -> None:
    """A second start is refused, and there is nothing to end when none runs."""
    assert alone.end_holder(tmp_path) is False
    with alone.hold_lock(tmp_path), pytest.raises(BadInput), alone.hold_lock(tmp_path):
        pass
    assert alone.end_holder(tmp_path) is False
