"""What an address sends is read up to a size, also when it is compressed."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from chalicelib.errors import BadInput
from infra.cli.main import main
from infra.verify.source import LARGEST, HttpSource

MIB = 1 << 20


@contextmanager
def sending(body: bytes, coding: str = "") -> Iterator[tuple[HttpSource, list[str]]]:
    """Send *body* to every GET; give a source there, and what it asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Accept-Encoding"])
            self.send_response(200)
            if coding:
                self.send_header("Content-Encoding", coding)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield HttpSource(f"http://127.0.0.1:{server.server_port}"), asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "", "identity"])
def test_both_codings_are_asked_for_and_read(coding: str) -> None:
    """As C2SP tlog-tiles asks of clients; the two names of gzip are one."""
    raw = b"\x00\x02{}" * 256
    is_plain = coding in ("", "identity")
    with sending(raw if is_plain else gzip.compress(raw), coding) as (source, asked):
        assert source.get("tile/entries/000") == raw
        assert asked == ["gzip, identity"]


@pytest.mark.parametrize(
    ("body", "coding", "why"),
    [
        (b"x", "br", "并非所求"),
        (zlib.compress(b"x"), "deflate", "并非所求"),
        (b"not gzip", "gzip", "有误"),
        (gzip.compress(b"x" * 999)[:-9], "gzip", "不完整"),
        (gzip.compress(b"x") + b"y", "gzip", "另有内容"),
        (b"", "gzip", "不完整"),
    ],
    ids=range(6),  # gzip has the time in it
)
def test_what_was_not_asked_for_is_refused(body: bytes, coding: str, why: str) -> None:
    """It names the address, so that somebody can look there."""
    with sending(body, coding) as (source, _):
        with pytest.raises(BadInput, match=why) as refused:
            source.get("tile/entries/000")
        assert refused.value.where == f"{source.where}/tile/entries/000"


def test_a_bomb_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Some kilobytes that would be a gigabyte: nobody unpacks them."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    head = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = head + 1023 * block  # each block begins anew, so all are the same
    assert len(bomb) < 2 * MIB
    with sending(bomb, "gzip") as (source, _):
        assert main(["verify", source.where]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"解压后超过 {LARGEST} 字节" in told


def test_what_is_too_large_as_it_is_is_refused_too() -> None:
    """One byte more than a reader takes; one less is read."""
    with sending(bytes(LARGEST + 1)) as (source, _), pytest.raises(BadInput, match="不再读取"):
        source.get("checkpoint")
    with sending(gzip.compress(bytes(LARGEST), 1), "gzip") as (source, _):
        assert len(source.get("checkpoint") or b"") == LARGEST
