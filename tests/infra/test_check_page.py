"""The page `/log/check` in a real browser, on sound logs and on tampered ones."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from chalicelib.board.check_page import check_page
from tests.support.browser import WIDTHS, chromium, window
from tests.support.shown_to_reader import HONEST, TAMPERED, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Page

READERS = HONEST | TAMPERED
# One for each thing that a browser does itself: it reads every kind of object, and checks each kind
# of signature, hash and time. tests/unit/test_check_page.py asks the same program of all readers.
SOME = (
    "a card",
    "two witnesses",
    "a receipt of an act",
    "signed by somebody else",
    "an entry changed",
    "a tile changed",
    "history rewritten",
    "witnesses too few",
    "a receipt of other words",
    "a receipt late",
)
OTHERS = tuple(name for name in READERS if name not in SOME)
NIGHT = pytest.mark.night


class Shelf(BaseHTTPRequestHandler):
    """Serves the log of each reader under its number, and the page beside it."""

    protocol_version = "HTTP/1.1"  # else each of a thousand answers has a connection of its own
    wbufsize = -1  # and its head would be sent before its body

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
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the logs on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def page() -> Iterator["Page"]:
    """Open a window for all pages: a new process for each would take ten times as long."""
    with chromium() as program, window(program, WIDTHS[-1], scripts=True) as page:
        yield page


def opened(page: "Page", address: str) -> str:
    """Return the page at *address* as it is when it has checked what it was asked."""
    page.goto(address)
    page.wait_for_selector("[data-verdict]")
    return page.content()


def saved(folder: Path) -> str:
    """Save the page to disk; return its address there."""
    file = folder / "check.html"
    file.write_text(check_page().html, encoding="utf-8")
    return f"file://{file}"


def seen(page: "Page", url: str, reader: Reader) -> dict[str, str]:
    """Return what the page shows of each check, in the browser."""
    fields = reader.question.fields()
    fields = {name: "\n".join(v) if isinstance(v, list) else v for name, v in fields.items()}
    shown = opened(page, f"{url}#{urlencode(fields)}")
    items = re.findall(r"<li ([^>]*)>", shown)
    marks = {}
    for item in items:
        name, mark = re.search(r'data-name="(\w+)"', item), re.search(r'class="(\w+)"', item)
        marks[name[1] if name else ""] = mark[1] if mark else "open"
    return marks


@pytest.mark.parametrize(
    "names", [pytest.param(SOME, id="some"), pytest.param(OTHERS, id="others", marks=NIGHT)]
)
def test_it_agrees_with_the_verifier_in_a_browser(
    page: "Page", address: str, tmp_path: Path, names: tuple[str, ...]
) -> None:
    """But for its age: the browser's clock is today's, and the logs are from March."""
    for name in names:
        reader, number = READERS[name], [*READERS].index(name)
        marks = seen(page, f"{address}/{number}/check", reader)
        assert marks.get("age") != "right", name
        wrong = {check for check, mark in marks.items() if mark == "wrong"} - {"age"}
        is_old = name == "witnesses too old"
        assert reader.finds(tmp_path / "f") is (bool(wrong) or is_old), (name, marks)
        assert "signature" in marks, name


def test_saved_to_disk_it_works_with_the_readers_own_key(
    page: "Page", address: str, tmp_path: Path
) -> None:
    """It asks the log from a file: the log's answers are for everybody."""
    question = {**HONEST["a card"].question.fields(), "log": f"{address}/0"}
    del question["witnesses"]
    shown = opened(page, f"{saved(tmp_path)}#{urlencode(question)}")
    assert 'data-name="chain" class="right"' in shown


def test_a_log_that_cannot_be_reached_is_not_accused(page: "Page", tmp_path: Path) -> None:
    """Saved to disk without the log's address, or without a network: nothing could be checked."""
    shown = opened(page, f"{saved(tmp_path)}#what=1")
    assert 'data-verdict="open"' in shown
    assert "无法取得日志，未能核对" in shown
    assert 'class="wrong"' not in shown
