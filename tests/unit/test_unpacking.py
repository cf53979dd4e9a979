"""What the workers of a local cloud run is unpacked once for the same files."""

import zipfile
from pathlib import Path

import pytest

from infra.local import unpacking


@pytest.fixture(autouse=True)
def nothing_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Unpack into the folder of the test."""
    monkeypatch.setattr(unpacking, "_unpacked", {})
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def packed(path: Path, text: str) -> Path:
    """Return a package of one file."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sub/module.py", text)
    return path


def unpacked(package: Path, folder: Path) -> Path:
    """Unpack *package* as a worker does; return where its file is."""
    folder.mkdir()
    with unpacking.shared_zipfile().ZipFile(package) as archive:
        archive.extractall(folder)
    return (folder / "sub" / "module.py").resolve()


def test_the_same_package_is_unpacked_once(tmp_path: Path) -> None:
    """Each worker finds its files in its own folder."""
    package = packed(tmp_path / "a.zip", "x = 1")
    first, second = (unpacked(package, tmp_path / name) for name in ("one", "two"))
    assert first == second
    assert (tmp_path / "one/sub/module.py").read_text() == "x = 1"


def test_another_content_is_another_package(tmp_path: Path) -> None:
    """Of the same names and sizes: a new release."""
    old = unpacked(packed(tmp_path / "a.zip", "x = 1"), tmp_path / "one")
    new = unpacked(packed(tmp_path / "b.zip", "x = 2"), tmp_path / "two")
    assert (old.read_text(), new.read_text()) == ("x = 1", "x = 2")


def test_what_cannot_be_unpacked_is_tried_again(tmp_path: Path) -> None:
    """As on a disk that was full."""
    package = packed(tmp_path / "a.zip", "x = 1")
    whole = package.read_bytes()
    package.write_bytes(whole.replace(b"x = 1", b"x = 3"))
    with pytest.raises(zipfile.BadZipFile):
        unpacked(package, tmp_path / "one")
    package.write_bytes(whole)
    assert unpacked(package, tmp_path / "two").read_text() == "x = 1"
