"""`duban verify`: a log in a folder or behind an address, for people and for programs."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from infra.cli.main import main
from infra.verify.source import HttpSource
from tests.support.shown_log import LOG, in_folder, issues_of, leaves, published, read, vkey

SAID = leaves(520)
EMPTY = published([])


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, its entries compressed, as C2SP tlog-tiles allows without being asked."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given, directory=str(folder))

        def do_GET(self) -> None:
            if "/tile/entries/" not in self.path:
                super().do_GET()
                return
            file = Path(self.translate_path(self.path))
            body = gzip.compress(file.read_bytes()) if file.is_file() else b""
            self.send_response(200 if body else 410)
            self.send_header("Content-Encoding", "gzip" if body else "identity")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_log_is_read_over_http(tmp_path: Path) -> None:
    """Several objects at a time, compressed ones too; what is missing is missing."""
    in_folder(tmp_path / "log", published(SAID))
    with served(tmp_path) as url:
        source = HttpSource(f"{url}/log/")
        assert issues_of(read(source)) == []
        assert source.get("tile/0/003") is None
        (tmp_path / "log/tile/entries/001").unlink()
        assert ("I7", 256) in issues_of(read(source))


def test_the_log_below_an_address_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`/log` need not be said; one that is sound is 0."""
    in_folder(tmp_path / "log", EMPTY)
    with served(tmp_path) as url:
        assert main(["verify", url, "--vkey", vkey(LOG), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["ok"], told["url"], told["size"]) == (True, f"{url}/log", 0)


def test_what_is_wrong_is_told_in_chinese_or_in_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And is 1."""
    in_folder(tmp_path, {**EMPTY, "checkpoints/0": published(SAID[:1])["checkpoint"]})
    command = ["verify", str(tmp_path), "--vkey", vkey(LOG)]
    assert main(command) == 1
    assert "✗ I8 checkpoints/0 无效" in capsys.readouterr().out
    assert main([*command, "--english"]) == 1
    assert "NOT sound: 1 findings." in capsys.readouterr().out


def test_what_cannot_be_read_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A place without a log, and a key that is none; in one line."""
    for where in (str(tmp_path), str(tmp_path / "none")):
        assert main(["verify", where]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    in_folder(tmp_path, EMPTY)
    assert main(["verify", str(tmp_path), "--vkey", "nonsense"]) == 2
    assert main(["verify", str(tmp_path)]) == 2
    assert "--vkey" in capsys.readouterr().err


def test_many_findings_are_cut_short_for_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are counted, and a program gets a thousand of each kind."""
    said = [{**one, "phone": "1"} for one in SAID]
    in_folder(tmp_path, published(said))
    command = ["verify", str(tmp_path), "--vkey", vkey(LOG)]
    assert main(command) == 1
    out = capsys.readouterr().out
    assert out.count("✗ I10 ") == 21
    assert "另有 500 项" in out
    assert main([*command, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["counts"], len(told["findings"])) == ({"I10": 520}, 520)


def test_a_folder_keeps_what_was_fetched(tmp_path: Path) -> None:
    """Only what changes is fetched the next time."""
    in_folder(tmp_path / "log", EMPTY)
    keep = tmp_path / "kept"
    command = ["verify", str(tmp_path / "log"), "--vkey", vkey(LOG), "--keep", str(keep)]
    assert main(command) == 0
    assert sorted(file.name for file in keep.rglob("*") if file.is_file()) == ["0", "checkpoint"]
    assert main(command) == 0
