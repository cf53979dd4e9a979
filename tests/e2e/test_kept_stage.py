"""`duban up --keep`, killed as a power cut would: same address, keys and log, and nothing lost."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import urllib3
from msgspec import Struct, field

from chalicelib.errors import BadInput
from chalicelib.instant import text
from infra.feeding.sender import Courier, CourierAccess
from infra.local.keeping.stage import KeptStage
from infra.local.port import free_port
from tests.support.own_checkout import bring_package, copy_checkout

SWEEP_AGE = 15  # seconds; it is called every three, once its function has started
ACKNOWLEDGED = 15  # events, then it is killed while it takes the next
MOST = 1000  # events until a small disk is full

Answered = tuple[dict[str, Any], dict[str, Any]]  # an event and the result for it


class Home(Struct, dict=True):
    """A checkout of its own, in which the command is run as an operator runs it."""

    folder: Path
    port: int
    before: tuple[str, ...] = ()  # what runs the command
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *options: str) -> tuple[str, float]:
        """Start the stage and wait until it is ready; return its address and the seconds."""
        since = time.monotonic()
        process = subprocess.Popen(
            self._command("up", "--keep", *options),
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.running.append(process)
        assert process.stdout
        ready = process.stdout.readline()
        assert ready.startswith("督办已就绪: "), ready
        return ready.split()[-1], time.monotonic() - since

    def duban(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command there."""
        return subprocess.run(
            self._command(*arguments), cwd=self.folder, capture_output=True, text=True, check=False
        )

    def access(self) -> dict[str, Any]:
        """Return what `.duban/local.json` says."""
        document: dict[str, Any] = json.loads((self.folder / ".duban" / "local.json").read_text())
        return document

    def _command(self, *arguments: str) -> list[str]:
        return [*self.before, sys.executable, "-m", "infra.cli.main", *arguments]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Give a checkout; whatever runs in it in the end is ended."""
    bring_package(copy_checkout(tmp_path))
    home = Home(tmp_path, free_port())
    yield home
    for process in home.running:
        process.kill()
        process.communicate()


def accepted(number: int) -> dict[str, Any]:
    """Return the event by which a case is accepted now."""
    return {
        "specversion": "1.0",
        "id": f"{number}/accepted",
        "source": "demo",
        "subject": f"K-{number}",
        "type": "case.accepted",
        "time": text(datetime.now(UTC)),
        "data": {
            "item": "E2E-01",
            "department": "住房和城乡建设局",
            "region": "370102",
            "promise": {"amount": 5, "unit": "wd"},
        },
    }


def courier_of(access: dict[str, Any]) -> Courier:
    """Return whoever posts as the source of the stage."""
    return Courier(
        CourierAccess(access["url"], "demo", access["sources"]["demo"], access["keys"]["operator"])
    )


def post_until_refused(courier: Courier, answered: list[Answered]) -> None:
    """Post one event after the other until nobody is there any more; add all with an answer."""
    while len(answered) < MOST:
        event = accepted(len(answered))
        try:
            (result,) = courier.post([event])
        except BadInput:
            return
        answered.append((event, result))


def post_until_killed(home: Home, courier: Courier) -> list[Answered]:
    """Post one event after the other, kill the stage in the midst; return all with an answer."""
    answered: list[Answered] = []
    posting = threading.Thread(target=post_until_refused, args=(courier, answered))
    posting.start()
    until = time.monotonic() + 120
    while len(answered) < ACKNOWLEDGED and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(home.running[-1].pid, signal.SIGKILL)
    posting.join()
    home.running[-1].wait()
    assert len(answered) >= ACKNOWLEDGED
    return answered


def wait_until_public(courier: Courier, entries: int) -> dict[str, Any]:
    """Wait until the log has so many entries, all are public, and the sweep runs."""
    until = time.monotonic() + 120
    while True:
        health: dict[str, Any] = courier.get("/healthz", "")
        is_public = health["log_published"] == health["log_size"] >= entries
        age = health["sweep_age"]
        if is_public and age is not None and age < SWEEP_AGE:
            return health
        assert time.monotonic() < until, health
        time.sleep(0.3)


def listens(port: int) -> bool:
    """Return whether anybody does there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_kept_stage_goes_on_where_it_was(home: Home) -> None:
    """Killed while it takes events, ended in order, and a second start meanwhile."""
    address, _ = home.start("--port", str(home.port))
    assert address == f"http://localhost:{home.port}/local"
    before = home.access()
    courier = courier_of(before)
    size = wait_until_public(courier, 1)["log_size"]
    (key,) = courier.get("/log/log.json", "")["vkeys"]
    answered = post_until_killed(home, courier)

    assert home.start()[0] == address, "the port is remembered"
    assert home.access() == before
    for event, result in answered:
        (again,) = courier.post([event])
        assert again == {**result, "status": "duplicate"}, "with the same receipt"
    health = wait_until_public(courier, size + len(answered))
    verified = home.duban("verify", f"{address}/log", "--vkey", key)
    assert verified.returncode == 0, verified.stdout + verified.stderr

    second = home.duban("up", "--keep")
    assert second.returncode == 2
    assert second.stderr.startswith("duban: 本机环境已在运行")
    assert second.stderr.count(address) == 1
    assert home.access() == before, "the first one goes on"

    down = home.duban("down")
    assert (down.returncode, down.stdout) == (0, "已结束\n")
    assert home.running[-1].wait(5) == 0
    assert not listens(home.port)
    assert home.duban("down").stdout.startswith("没有在运行")

    home.start()
    assert wait_until_public(courier, 1)["log_size"] >= health["log_size"]
    page = urllib3.request("GET", f"{address}/cards")
    assert page.status == 200
    assert home.duban("down").returncode == 0


@pytest.mark.night
def test_a_disk_that_is_full_ends_a_kept_stage(home: Home) -> None:
    """In one line; what was answered is there when there is room again."""
    kept = home.folder / ".duban" / "kept"
    kept.mkdir(parents=True)
    script = f'mount -t tmpfs -o size=2M tmpfs {kept}\n"$@" && code=0 || code=$?\n'
    script += f"cp -a {kept} {kept}.full; exit $code"
    home.before = ("unshare", "-rm", "sh", "-ec", script, "sh")
    if subprocess.run([*home.before, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no mounts of one's own here")
    shutil.rmtree(f"{kept}.full")
    address, _ = home.start("--port", str(home.port))
    courier = courier_of(home.access())
    answered: list[Answered] = []
    post_until_refused(courier, answered)
    (starter,) = home.running
    assert starter.stderr
    assert starter.wait(60) == 2
    line = starter.stderr.read().splitlines()[-1]
    assert line.startswith("duban: 磁盘已满")
    assert str(kept) in line
    assert 0 < len(answered) < MOST

    kept.rmdir()
    shutil.move(f"{kept}.full", kept)
    home.before = ()
    assert home.start()[0] == address
    for event, result in answered:
        assert courier.post([event]) == [{**result, "status": "duplicate"}]


@pytest.mark.night
def test_a_kept_stage_starts_so_that_it_can_be_mended(home: Home) -> None:
    """Functions at rest end nothing; what it was told and its log may be at fault."""
    address, _ = home.start("--port", str(home.port))
    courier = courier_of(home.access())
    entries = wait_until_public(courier, 1)["log_size"]
    unknown = home.duban("deploy", "local", "--set", "Calendar=XX")
    assert (unknown.returncode, "没有日历" in unknown.stderr) == (2, True), unknown.stderr
    past = home.duban("table", "restore", "Facts", "--at", text(datetime.now(UTC)))
    assert (past.returncode, "时间点恢复" in past.stderr) == (2, True), past.stderr

    assert home.duban("functions", "rest").returncode == 0
    time.sleep(5)  # the sweep is called all the while
    assert home.running[-1].poll() is None, "it goes on"
    assert courier.post([accepted(1)])[0]["status"] == "recorded"
    assert home.duban("functions", "wake").returncode == 0
    wait_until_public(courier, entries + 1)
    assert home.duban("down").returncode == 0

    kept = KeptStage(home.folder / ".duban")
    kept.deployed({"Calendar": "XX", "OfAnOlderVersion": "1"})
    refused = home.duban("up", "--keep")
    assert (refused.returncode, "没有日历" in refused.stderr) == (2, True), refused.stderr
    assert "duban deploy local --set" in refused.stderr
    noted = home.duban("deploy", "local", "--set", "Calendar=CN")
    assert (noted.returncode, "已记下" in noted.stdout) == (0, True), noted.stderr
    with sqlite3.connect(kept.file) as file:
        assert file.execute("DELETE FROM items WHERE place = 'Log'").rowcount
    file.close()
    assert home.start()[0] == address
    restored = home.duban("log", "restore")
    assert restored.returncode == 0, restored.stderr
    assert home.duban("log", "restore", "--check").returncode == 0
