"""A local cloud: MiniStack on loopback, in a folder of its own, that ends with its starter."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from chalicelib.errors import BadInput
from infra.local import ministack, port
from infra.stack import cloud
from infra.stack.cloud import Cloud
from infra.stack.layer import ROOT
from infra.terminal.language import say

START_SECONDS = 60.0
STOP_SECONDS = 10.0
# What a worker may inherit; above all, none of the operator's AWS variables.
_OF_SYSTEM = ("PATH", "HOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "USER", "VIRTUAL_ENV")
INHERITED = (*_OF_SYSTEM, "LANG", "LC_ALL")
# AUTH: functions may do here what their policies allow, and nothing else, as on AWS.
_SETTINGS = """
AUTH=true BIND_HOST=127.0.0.1 IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 LOG_LEVEL=WARNING
AWS_EC2_METADATA_DISABLED=true PYTHONUNBUFFERED=1 PYTHONUTF8=1
"""


class LocalCloud(Struct, frozen=True):
    """A local cloud that was started; it and failing functions write to the file *log*."""

    cloud: Cloud
    log: Path
    process: subprocess.Popen[bytes]

    def ends_within(self, seconds: int) -> bool:
        """Return whether it ends in that time; it does only where something is wrong."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.process.returncode is not None


@contextmanager
def running(folder: Path, at: int | None = None, kept: Path | None = None) -> Iterator[LocalCloud]:
    """Start a local cloud whose files are in *folder*, and end it on the way out.

    It listens at port *at*, or at any that is free. What the local stage has is kept in the file
    *kept*, if there is one. Raises BadInput where the port is taken or the cloud does not start.
    """
    for name in ("state", "tmp"):
        if (folder / name).exists():
            shutil.rmtree(folder / name)
        (folder / name).mkdir(parents=True)
    if at:
        port.require_free(at)
    number = at or port.free_port()
    log = folder / "cloud.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.ministack"],
            cwd=ROOT,
            env=_environment(folder, number) | ({ministack.KEPT: str(kept)} if kept else {}),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the starter, who then ends us in order.
            start_new_session=True,
        )
    try:
        endpoint = f"http://127.0.0.1:{number}"
        _wait_until_healthy(process, endpoint, log)
        yield LocalCloud(cloud.local_at(endpoint), log, process)
    finally:
        _stop(process)
        shutil.rmtree(folder / "tmp", ignore_errors=True)


def _environment(folder: Path, number: int) -> dict[str, str]:
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return kept | {
        **dict(setting.split("=") for setting in _SETTINGS.split()),
        "GATEWAY_PORT": str(number),
        "MINISTACK_REGION": cloud.LOCAL_REGION,
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "state" / "s3"),
        "TMPDIR": str(folder / "tmp"),
        # Nothing of the operator's, and no look-up of an instance's credentials.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
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
    last = last_line(log) or say("没有输出", "no output")
    zh, en = f"本机云没有启动：{last}", f"the local cloud did not start: {last}"
    raise BadInput(zh=zh, en=en, where=str(log))


def last_line(log: Path) -> str:
    """Return the last line in the file *log*; "" without one."""
    return (log.read_text("utf-8", errors="replace").strip().splitlines() or [""])[-1]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Close its standard input, so that it ends; kill it where it does not in time."""
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
