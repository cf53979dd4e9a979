"""The page `/log/check` in a real browser, on sound logs and on tampered ones."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import pytest

from chalicelib.board.check_page import check_page
from tests.support.shown_to_reader import HONEST, TAMPERED, Reader

READERS = HONEST | TAMPERED
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--virtual-time-budget=20000", "--dump-dom"),
)


class Shelf(BaseHTTPRequestHandler):
    """Serves the log of each reader under its number, and the page beside it."""

    def do_GET(self) -> None:
        """Serve an object, as the stage does."""
        _, number, path = self.path.split("/", 2)
        reader = list(READERS.values())[int(number)]
        page, is_page = check_page(), path == "check"
        body = page.html.encode() if is_page else reader.question.objects.get(path)
        self.send_response(200 if body is not None else 404)
        self.send_header("Access-Control-Allow-Origin", "*")
        if is_page:
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", page.policy)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the logs on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def opened(profile: Path, address: str) -> str:
    """Return the page at *address* as the browser has it in the end, in a new *profile*."""
    return subprocess.run(
        [str(BROWSER), *FLAGS, f"--user-data-dir={profile}", address],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def saved(folder: Path) -> str:
    """Save the page to disk; return its address there."""
    file = folder / "check.html"
    file.write_text(check_page().html, encoding="utf-8")
    return f"file://{file}"


def seen(folder: Path, url: str, reader: Reader) -> dict[str, str]:
    """Return what the page shows of each check, in the browser."""
    fields = reader.question.fields()
    fields = {name: "\n".join(v) if isinstance(v, list) else v for name, v in fields.items()}
    shown = opened(folder / url.rsplit("/", 2)[1], f"{url}#{urlencode(fields)}")
    items = re.findall(r"<li ([^>]*)>", shown)
    marks = {}
    for item in items:
        name, mark = re.search(r'data-name="(\w+)"', item), re.search(r'class="(\w+)"', item)
        marks[name[1] if name else ""] = mark[1] if mark else "open"
    return marks


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_it_agrees_with_the_verifier_in_a_browser(address: str, tmp_path: Path) -> None:
    """But for its age: the browser's clock is today's, and the logs are from March."""
    urls = [f"{address}/{number}/check" for number in range(len(READERS))]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(partial(seen, tmp_path), urls, READERS.values()))
    for (name, reader), marks in zip(READERS.items(), found, strict=True):
        assert marks.get("age") != "right", name
        wrong = {check for check, mark in marks.items() if mark == "wrong"} - {"age"}
        is_old = name == "witnesses too old"
        assert reader.finds(tmp_path / "f") is (bool(wrong) or is_old), (name, marks)
        assert "signature" in marks, name


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_saved_to_disk_it_works_with_the_readers_own_key(address: str, tmp_path: Path) -> None:
    """It asks the log from a file: the log's answers are for everybody."""
    question = {**HONEST["a card"].question.fields(), "log": f"{address}/0"}
    del question["witnesses"]
    shown = opened(tmp_path / "p", f"{saved(tmp_path)}#{urlencode(question)}")
    assert 'data-name="chain" class="right"' in shown


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_a_log_that_cannot_be_reached_is_not_accused(tmp_path: Path) -> None:
    """Saved to disk without the log's address, or without a network: nothing could be checked."""
    shown = opened(tmp_path / "p", f"{saved(tmp_path)}#what=1")
    assert 'data-verdict="open"' in shown
    assert "无法取得日志，未能核对" in shown
    assert 'class="wrong"' not in shown
