"""What the operator's machine refuses is one line, Chinese first, with what to do; and exit 2."""

import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from infra.cli.main import main
from infra.local.keeping.stage import KeptStage
from infra.local.lock import hold_lock
from infra.local.port import free_port
from infra.stack.cloud import StageAccess
from infra.stack.layer import ROOT
from tests.support.own_checkout import bring_package, copy_checkout
from tests.support.own_mounts import inside_a_namespace

STRANGER = 54321  # a user that is nobody here
COUNTY = "chalicelib/profiles/hunan.toml"
DUE = ("due", "--from", "2026-09-18T16:00", "--limit", "5wd")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the command needs of the checkout."""
    return copy_checkout(tmp_path / "checkout")


def duban(
    checkout: Path, *arguments: str, before: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in *checkout*."""
    return subprocess.run(
        [*before, sys.executable, "-m", "infra.cli.main", *arguments],
        cwd=checkout,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def is_refused(done: subprocess.CompletedProcess[str], *needles: str) -> None:
    """Check that it ended with the one line, in Chinese."""
    assert done.returncode == 2, done.stderr
    line = done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert re.match(r"duban: .*[\u4e00-\u9fff]", line), line
    assert " / " not in line
    for needle in needles:
        assert needle in line


def test_the_version_is_told() -> None:
    """Number, commit and Python: what a report of a fault begins with."""
    number = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    done = duban(ROOT, "--version")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(rf"duban {re.escape(number)}( [0-9a-f]{{7,}}\+?)? \(Python 3\.\d+\.\d+\)\n",
                        done.stdout)  # fmt: skip


def test_the_version_of_files_without_git(checkout: Path) -> None:
    """An archive of the checkout has no commit to tell."""
    assert re.fullmatch(r"duban [0-9.]+ \(Python [0-9.]+\)\n", duban(checkout, "--version").stdout)


@pytest.mark.parametrize("arguments", [DUE, ("up",), ("policy", "list")])
def test_an_encoding_other_than_utf8_is_refused(arguments: tuple[str, ...]) -> None:
    """Before anything is read or written by it; the line itself is UTF-8 all the same."""
    done = duban(ROOT, *arguments, PYTHONUTF8="0", LC_ALL="C", LANG="C", PYTHONCOERCECLOCALE="0")
    is_refused(done, "export PYTHONUTF8=1")
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


def test_utf8_by_the_locale_is_as_good() -> None:
    """What counts is the encoding, not the variable."""
    assert duban(ROOT, *DUE, PYTHONUTF8="0", LC_ALL="C.UTF-8").returncode == 0


PRINTING = [("--version",), ("--help",), ("due", "--help"), DUE, ("policy", "list")]


def poured(out: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with its output going to *out*, which is closed here."""
    command = [sys.executable, "-m", "infra.cli.main", *arguments]
    try:
        return subprocess.run(
            command, cwd=ROOT, stdout=out, stderr=subprocess.PIPE, encoding="utf-8", check=False
        )
    finally:
        os.close(out)


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_output_that_finds_no_room(arguments: tuple[str, ...]) -> None:
    """On a disk that is full."""
    done = poured(os.open("/dev/full", os.O_WRONLY), *arguments)
    is_refused(done, "磁盘已满")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_output_that_nobody_reads(arguments: tuple[str, ...]) -> None:
    """Whoever read it has gone: that is no mistake of the command."""
    reader, writer = os.pipe()
    os.close(reader)
    done = poured(writer, *arguments)
    assert (done.returncode, done.stderr) == (0, "")


def test_output_that_leads_nowhere() -> None:
    """As of a job whose output was closed."""
    done = duban(ROOT, *DUE, before=("sh", "-c", '"$@" >&-', "sh"))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("free", "told"), [("4k", "磁盘已满"), ("8M", "至少需要 300 MB")])
def test_a_full_disk(checkout: Path, free: str, told: str) -> None:
    """Nothing of a start is left."""
    (checkout / ".duban").mkdir()
    full = inside_a_namespace(
        f"mount -t tmpfs -o size={free} tmpfs {checkout}/.duban; "
        f"head -c 4096 /dev/zero > {checkout}/.duban/filler"
    )
    done = duban(checkout, "up", "--port", "0", before=full)
    is_refused(done, told, ".duban")
    assert done.stderr.count("\n") == 1


def test_a_read_only_disk(checkout: Path) -> None:
    """Up and down."""
    (checkout / ".duban").mkdir()
    (checkout / ".duban" / "lock").touch()
    frozen = inside_a_namespace(
        f"mount --bind {checkout}/.duban {checkout}/.duban; "
        f"mount -o remount,bind,ro {checkout}/.duban"
    )
    for command in ("up", "down"):
        is_refused(duban(checkout, command, before=frozen), "只读", ".duban")


@pytest.mark.parametrize(
    "command",
    ["up", "down", "key list", f"policy import {COUNTY}", "dead-letters list"],
)
def test_a_folder_of_another_user(checkout: Path, command: str) -> None:
    """As after a run with sudo; the line says how to get it back."""
    folder = checkout / ".duban"
    folder.mkdir()
    (folder / "lock").touch()
    before: tuple[str, ...] = ()
    if os.geteuid() == 0:  # root of another namespace may not touch what is not of it
        before = inside_a_namespace(":")
        os.chown(folder, STRANGER, STRANGER)
        os.chown(folder / "lock", STRANGER, STRANGER)
        folder.chmod(0o700)
    else:
        folder.chmod(0)
    done = duban(checkout, *command.split(), before=before)
    folder.chmod(0o700)
    is_refused(done, "sudo chown -R", f"{folder}", f"{folder.resolve()}")


def test_a_kept_file_of_another_user(checkout: Path) -> None:
    """As after a run with sudo in a folder that is one's own: all of the folder is asked back."""
    if os.geteuid():
        pytest.skip("only root gives files away")
    kept = checkout / ".duban" / "kept" / "stage.db"
    kept.parent.mkdir(parents=True)
    kept.touch(0o600)
    os.chown(kept, STRANGER, STRANGER)
    done = duban(checkout, "up", "--keep", before=inside_a_namespace(":"))
    is_refused(done, f"{checkout}/.duban")


@pytest.mark.parametrize(
    "arguments", [("witness", "--new-key", b"\xb2\xe2", "key"), (b"\xb2\xe2",), ("up", b"\xff")]
)
def test_words_that_are_not_utf8(checkout: Path, arguments: tuple[str | bytes, ...]) -> None:
    """As a terminal set to GBK sends them."""
    done = duban(checkout, *(os.fsdecode(word) for word in arguments))
    is_refused(done, "终端")
    assert done.stderr.count("\n") == 1


def test_an_output_of_another_encoding() -> None:
    """That cannot have the words."""
    is_refused(duban(ROOT, *DUE, PYTHONUTF8="1", PYTHONIOENCODING="ascii"), "ascii")
    is_refused(duban(ROOT, "--help", PYTHONUTF8="1", PYTHONIOENCODING="ascii"), "ascii")


def test_a_stage_that_was_killed(checkout: Path) -> None:
    """It left its address, at which nobody answers: every command that asks it says what to do."""
    (checkout / ".duban").mkdir()
    StageAccess(f"http://127.0.0.1:{free_port()}/local", {}, {}).write(
        checkout / ".duban" / "local.json"
    )
    for command in ("source list", "dead-letters list", "functions wake", "log restore --check"):
        is_refused(duban(checkout, *command.split()), "duban up")


def test_a_kept_stage_that_was_killed(checkout: Path) -> None:
    """What it is set is noted for its next start; its lock went with it, and not its address."""
    folder = checkout / ".duban"
    folder.mkdir()
    access = StageAccess(f"http://127.0.0.1:{free_port()}/local", {}, {})
    access.write(folder / "local.json")
    KeptStage(folder).ready(access, 8320)
    with hold_lock(folder):
        is_refused(duban(checkout, "deploy", "local", "--set", "LogDays=7"), "duban up", "--keep")
    done = duban(checkout, "deploy", "local", "--set", "LogDays=7")
    assert (done.returncode, "已记下" in done.stdout) == (0, True), done.stderr
    assert KeptStage(folder).parameters == {"LogDays": "7"}


def test_usage_is_told_in_one_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chinese, or by the switch what the library says."""
    for words in ("", "nix", "key", "key add", "key add boss", "deploy local --check --back",
                  "up --port", "up x", "deploy Bad", "up --speed 0"):  # fmt: skip
        for language, told in (("zh", r".*[\u4e00-\u9fff]"), ("en", r"[\x00-\x7f]+$")):
            monkeypatch.setenv("DUBAN_LANG", language)
            with pytest.raises(SystemExit, match="2"):
                main(words.split())
            shown = capsys.readouterr().err
            assert re.match(rf"duban[a-z -]*: {told}", shown), shown


def test_a_file_where_the_folder_should_be(checkout: Path) -> None:
    """It is not thrown away."""
    (checkout / ".duban").write_text("mine")
    is_refused(duban(checkout, "up"), "应为目录", ".duban")
    assert (checkout / ".duban").read_text() == "mine"


def test_a_port_that_is_taken(checkout: Path) -> None:
    """By a program that goes on; nothing is started."""
    bring_package(checkout)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = duban(checkout, "up", "--port", str(port))
    is_refused(done, f"端口 {port}", "--port N")
    assert not (checkout / ".duban" / "cloud.log").exists()
    assert not (checkout / ".duban" / "local.json").exists()


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none(port: str) -> None:
    """Refused before anything else."""
    done = duban(ROOT, "up", "--port", port)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_a_second_start_says_where_the_first_is(checkout: Path) -> None:
    """And `duban down` waits until it has ended, however long that takes."""
    holder = """
import signal, sys, time
from pathlib import Path
from infra.local import lock
from infra.stack.cloud import StageAccess
folder = Path(".duban").absolute()
def end(*_):
    time.sleep(2)  # as long as the local cloud may take
    (folder / "ended").touch()
    sys.exit(0)
with lock.hold_lock(folder):
    signal.signal(signal.SIGTERM, end)
    if "address" in sys.argv:
        StageAccess("http://127.0.0.1:8320/local", {}, {}).write(folder / "local.json")
    print("held", flush=True)
    time.sleep(60)
"""
    for argument in ("", "address"):
        with subprocess.Popen(
            [sys.executable, "-c", holder, argument], cwd=checkout, stdout=subprocess.PIPE
        ) as first:
            assert first.stdout
            assert first.stdout.readline() == b"held\n"
            where = "http://localhost:8320/local" if argument else "还在启动"
            is_refused(duban(checkout, "up"), "已在运行", str(first.pid), where, "duban down")
            down = duban(checkout, "down")
            assert (checkout / ".duban" / "ended").exists(), "it was waited for"
            assert (down.returncode, down.stdout) == (0, "已结束\n")
        (checkout / ".duban" / "ended").unlink()
