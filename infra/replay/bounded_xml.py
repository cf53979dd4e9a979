"""Parses XML from outside as a stream; each value and each element that is kept has a bound.

A few kilobytes of gzip may hold gigabytes. In well-formed XML no value and no tag has a `<` in it.
So the bytes between two of them say how large a value is before a parser has taken it in.
"""

from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from chalicelib.errors import BadInput, Bilingual

MOST_OF_A_VALUE = 1 << 20  # bytes
MOST_OF_AN_ELEMENT = 64 << 20  # bytes of what is parsed between two elements that are asked for
_BEGINS = b"<"


class BoundedStream:
    """The bytes of *stream* for a parser. Reading raises BadInput where one part is too long."""

    def __init__(self, stream: IO[bytes], where: str) -> None:
        self._stream = stream
        self._where = where
        self._read = 0
        self._last_begin = 0
        self._marked = 0

    def read(self, size: int) -> bytes:
        """Read at most *size* bytes, for lxml."""
        chunk = self._stream.read(size)
        begins = chunk.find(_BEGINS)
        end = self._read + (len(chunk) if begins < 0 else begins)
        if end - self._last_begin > MOST_OF_A_VALUE:
            most = MOST_OF_A_VALUE >> 20
            self._refuse(f"一个值超过 {most} MiB", f"a value of more than {most} MiB")
        if begins >= 0:
            self._last_begin = self._read + chunk.rfind(_BEGINS)
        self._read += len(chunk)
        if self._read - self._marked > MOST_OF_AN_ELEMENT:
            most = MOST_OF_AN_ELEMENT >> 20
            self._refuse(f"一个元素超过 {most} MiB", f"an element of more than {most} MiB")
        return chunk

    def mark(self) -> None:
        """Note that an element is done with: what comes now belongs to the next."""
        self._marked = self._read

    def _refuse(self, zh: str, en: str) -> None:
        where = Bilingual(
            f"{self._where}，第 {self._read} 字节之后", f"{self._where}, after byte {self._read}"
        )
        raise BadInput(zh=zh, en=en, where=where)


class ElementParser:
    """Yields the elements of *tags* as they end; whoever takes one clears it.

    Iterating raises BadInput for broken XML, for a value beyond the bounds and for a document type.
    """

    def __init__(self, stream: IO[bytes], tags: str | tuple[str, ...], where: str) -> None:
        self._where = where
        self._stream = BoundedStream(stream, where)
        # No entities, no network, no huge nodes: it is data from outside.
        self._parser = etree.iterparse(
            self._stream,
            tag=tags,
            remove_comments=True,
            remove_pis=True,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
        )
        self.root: Any = None  # the root, once an element was read or all is read

    def __iter__(self) -> Iterator[Any]:
        """Yield the elements in the order in which they end."""
        try:
            for _, element in self._parser:
                if self.root is None:
                    self._open(element.getroottree())
                yield element
                self._stream.mark()
            if self.root is None and self._parser.root is not None:
                self._open(self._parser.root.getroottree())
        except etree.XMLSyntaxError as error:
            number = error.lineno or 1
            where = Bilingual(f"{self._where}，第 {number} 行", f"{self._where}, line {number}")
            raise BadInput(zh="XML 已损坏", en=f"broken XML: {error.msg}", where=where) from error

    def _open(self, tree: Any) -> None:
        if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
            zh = "日志里不能有文档类型声明（DTD）"
            en = "a document type (DTD) is not accepted in a log"
            raise BadInput(zh=zh, en=en, where=self._where)
        self.root = tree.getroot()
