"""The body of an answer over HTTP, read up to a size and uncompressed up to a size.

Whoever serves a log may be hostile: an endless body, or a few kilobytes of gzip that grow to
gigabytes, must cost a reader no more than one clear line.
"""

import zlib

import urllib3

from chalicelib.errors import BadInput

LARGEST = 1 << 25  # bytes; a bundle of 256 entries of 64 KiB has half of it
ASKED_FOR = "gzip, identity"  # C2SP tlog-tiles: clients should name both

_GZIP = ("gzip", "x-gzip")
_PLAIN = ("", "identity")
_GZIP_ONLY = zlib.MAX_WBITS | 16


def read_body(answer: urllib3.BaseHTTPResponse, url: str, largest: int = LARGEST) -> bytes:
    """Return the body of *answer*, uncompressed. Raises BadInput: too large, or not as asked for.

    No more than *largest* bytes are ever held, compressed or not.
    """
    raw = answer.read(largest + 1, decode_content=False)
    if len(raw) > largest:
        answer.close()
        raise BadInput(
            zh=f"内容超过 {largest} 字节，不再读取", en=f"larger than {largest} bytes", where=url
        )
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if coding in _PLAIN:
        return raw
    if coding not in _GZIP:
        zh, en = f"压缩方式 {coding[:40]!r} 并非所求", f"is encoded as {coding[:40]!r}, unasked"
        raise BadInput(zh=zh, en=en, where=url)
    return _uncompress(raw, url, largest)


def _uncompress(raw: bytes, url: str, largest: int) -> bytes:
    """Undo gzip of one member, the only form that servers use."""
    decoder = zlib.decompressobj(_GZIP_ONLY)
    try:
        body = decoder.decompress(raw, largest + 1)
    except zlib.error as error:
        raise BadInput(zh="gzip 内容有误", en=f"not sound gzip: {error}", where=url) from error
    if len(body) > largest:
        zh = f"{len(raw)} 字节的 gzip 解压后超过 {largest} 字节，不再解压"
        raise BadInput(zh=zh, en=f"{len(raw)} bytes of gzip are more than {largest}", where=url)
    if not decoder.eof or decoder.unused_data:
        raise BadInput(
            zh="gzip 内容不完整，或尾部另有内容", en="gzip is cut, or something follows", where=url
        )
    return body
