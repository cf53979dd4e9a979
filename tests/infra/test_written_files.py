"""A file that a command writes is there whole or not at all; the line says what kept it away."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from infra.terminal.files import write_file
from infra.verify.source import FolderSource, KeptSource
from tests.support.own_mounts import inside_a_namespace

ROOT = Path(__file__).parents[2]
SECRETS = [("source", "key", "new", "--out"), ("witness", "--new-key", "w.test/w")]


def duban(*arguments: str, before: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [*before, sys.executable, "-m", "infra.cli.main", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("words", SECRETS)
def test_a_full_disk_keeps_nothing_of_a_secret(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Once there is room, the same command goes through."""
    full = inside_a_namespace(
        f"mount -t tmpfs -o size=4k tmpfs {tmp_path}; head -c 4096 /dev/zero > {tmp_path}/filler"
    )
    file = f"{tmp_path}/private"
    again = f'"$@"; test $? = 2; ls -A {tmp_path}; rm {tmp_path}/filler; exec "$@"'
    done = duban(*words, file, before=(*full, "sh", "-c", again, "sh"))
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "filler"), done.stderr
    assert done.stderr.splitlines()[0] == f"duban: {file}: 磁盘已满，没有写成；请腾出空间后再试"


@pytest.mark.parametrize("words", SECRETS)
def test_a_read_only_disk_is_named(tmp_path: Path, words: tuple[str, ...]) -> None:
    """It is not taken for a name that is there."""
    frozen = inside_a_namespace(
        f"mount --bind {tmp_path} {tmp_path}; mount -o remount,bind,ro {tmp_path}"
    )
    done = duban(*words, f"{tmp_path}/private", before=frozen)
    assert (done.returncode, done.stderr.count("\n"), "只读" in done.stderr) == (2, 1, True)


@pytest.mark.parametrize("call", ["open", "fsync", "link", "replace"])
@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "磁盘已满"),
        (errno.EROFS, "只读"),
        (errno.EACCES, "无权"),
        (errno.ENOENT, "没有这个目录"),
        (errno.EIO, "写不进：Input/output error"),
    ],
)
def test_whatever_fails_leaves_nothing(tmp_path, monkeypatch, call, number, told):
    """What was there before stays as it was."""
    file, replaces = tmp_path / "file", call == "replace"
    if replaces:
        file.write_bytes(b"before")

    def fail(*_arguments, **_settings):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(*((Path, call) if replaces else (os, call)), fail)
    with pytest.raises(BadInput) as refused:
        write_file(file, b"after", replaces=replaces)
    monkeypatch.undo()
    assert told in refused.value.text.zh
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == (
        {"file": b"before"} if replaces else {}
    )


def test_a_copy_of_a_log_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`duban verify --keep` names the cause as well; the objects kept before stay."""
    kept = KeptSource(FolderSource(tmp_path / "served"), tmp_path / "kept")
    kept.keep("checkpoint", b"before")

    def full(file: Path, _body: bytes) -> None:
        file.touch()
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(BadInput) as refused:
        kept.keep("checkpoint", b"after")
    assert "磁盘已满" in refused.value.text.zh
    assert [*(tmp_path / "kept").iterdir()] == [tmp_path / "kept" / "checkpoint"]
    assert kept.kept("checkpoint") == b"before"


def test_a_name_that_is_there(tmp_path: Path) -> None:
    """A secret takes no other's place, be it a link that leads nowhere."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link", "."):
        with pytest.raises(BadInput) as refused:
            write_file(tmp_path / name, b"theirs")
        assert "已有同名文件" in refused.value.text.zh
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "link"]
    assert (tmp_path / "file").read_text() == "mine"


def test_a_disk_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a stick has: the name is taken only where it is free."""

    def link(*_arguments: object) -> None:
        raise OSError(errno.EPERM, "no links")

    monkeypatch.setattr(os, "link", link)
    file = tmp_path / "file"
    write_file(file, b"key")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"key", 0o600)
    with pytest.raises(BadInput):
        write_file(file, b"other")
    assert [*tmp_path.iterdir()] == [file]
    assert file.read_bytes() == b"key"


def test_a_secret_is_never_open_to_others(tmp_path, monkeypatch):
    """From the first byte on, whatever the shell lets others have."""
    modes, fsync, shell = [], os.fsync, os.umask(0)

    def look(descriptor):
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    try:
        write_file(tmp_path / "file", b"key")
    finally:
        os.umask(shell)
    assert modes[0] == 0o600


def test_what_is_replaced_keeps_its_rights_and_its_links(tmp_path: Path) -> None:
    """A file for all to read goes on so; through a link the file itself is written."""
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"before")
    file.chmod(0o640)
    link.symlink_to(file)
    write_file(link, b"after", replaces=True)
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"after", 0o640)
    assert link.is_symlink()
    write_file(Path("/dev/null"), b"gone", replaces=True)
    assert Path("/dev/null").is_char_device()
