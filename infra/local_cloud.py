"""A local cloud: MiniStack on loopback, in a folder of its own, that ends with its starter."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chalicelib.errors import BadInput
from infra import cloud
from infra.cloud import Cloud
from infra.layer import ROOT

START_SECONDS = 60.0
STOP_SECONDS = 10.0
# What a worker may inherit; above all, none of the operator's AWS variables.
INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "SYSTEMROOT",
    "USER",
    "VIRTUAL_ENV",
)


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """A local cloud that was started; `log` is where it and failing functions write."""

    cloud: Cloud
    log: Path
    process: subprocess.Popen[bytes]

    def ends_within(self, seconds: int) -> bool:
        """Return whether it ends in that time, which it does not unless something is wrong."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


@contextmanager
def running(folder: Path) -> Iterator[LocalCloud]:
    """Start a local cloud whose files are in *folder*, and end it on the way out."""
    for name in ("state", "tmp"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    port = free_port()
    log = folder / "cloud.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.tethered"],
            cwd=ROOT,
            env=_environment(folder, port),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the starter, who then ends us in order.
            start_new_session=True,
        )
    try:
        endpoint = f"http://127.0.0.1:{port}"
        _wait_until_healthy(process, endpoint, log)
        yield LocalCloud(cloud.local_at(endpoint), log, process)
    finally:
        _stop(process)
        shutil.rmtree(folder / "tmp", ignore_errors=True)


def free_port() -> int:
    """Find a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return kept | {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "state" / "s3"),
        "TMPDIR": str(folder / "tmp"),
        # Functions may do here what their policies allow, and nothing else, as on AWS.
        "AUTH": "true",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_REGION": cloud.LOCAL_REGION,
        # Nothing of the operator's, and no look-up of an instance's credentials.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
    }


def _wait_until_healthy(process: subprocess.Popen[bytes], endpoint: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2) as answer:
                if answer.status == 200:  # noqa: PLR2004 -- HTTP's own number
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["no output"]
    raise BadInput(f"did not start: {last[0]}", str(log))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Let go of the tether; make sure if that is not enough."""
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
