"""Reads the rows of a CSV file, and finds out how its text is encoded.

A byte order mark says it; else the map does. Where neither does, a file that is UTF-8 from its
first byte to its last is read as that, and any other as GB18030, of which GBK and GB2312 are parts.
"""

import codecs
import csv
import io
from collections.abc import Iterator

from chalicelib.errors import BadInput, Bilingual
from infra.replay.log_file import LogFile
from infra.replay.log_map import LogMap
from infra.replay.remarks import Remarks
from infra.replay.table_log import LogTable, Row, at_line

MOST_LETTERS = 1 << 20  # of a line; a value has at most the 131,072 of Python's csv
_CHINESE = "GB18030"
_GBK = frozenset({"gbk", "gb2312", "gb18030"})
_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
    ("\ufeff".encode("gb18030"), _CHINESE),
)
_CHUNK = 1 << 20
_BEYOND_TWO_BYTES = "\u0800"  # in UTF-8 such a letter has three bytes, which GBK rarely looks like


def read_csv(file: LogFile, log_map: LogMap, remarks: Remarks) -> LogTable:
    """Return the table of *file*. Reading its rows raises BadInput with the line."""
    encoding = _encoding(file, log_map.encoding, remarks)
    return LogTable(_rows(file, encoding, log_map.delimiter or ","), str(file.path))


def _rows(file: LogFile, encoding: str, delimiter: str) -> Iterator[Row]:
    where = str(file.path)
    with io.TextIOWrapper(file.stream, encoding=encoding, newline="") as text:
        reader = csv.reader(_lines(text, where), delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error as error:
            raise BadInput(
                zh="CSV 已损坏", en=f"broken CSV: {error}", where=at_line(where, reader.line_num)
            ) from error
        except UnicodeError as error:
            number = reader.line_num
            row_where = Bilingual(f"{where}，第 {number} 行之后", f"{where}, after line {number}")
            raise BadInput(
                zh=f"不是 {encoding} 编码", en=f"not {encoding}: {error}", where=row_where
            ) from error


def _lines(text: io.TextIOWrapper, where: str) -> Iterator[str]:
    """Yield the lines of *text*, without a mark in front. Raises BadInput for an endless one."""
    number, line = 1, text.readline(MOST_LETTERS + 1).removeprefix("\ufeff")
    while line:
        if len(line) > MOST_LETTERS:
            zh = f"一行超过 {MOST_LETTERS} 个字符"
            en = f"a line of more than {MOST_LETTERS} characters"
            raise BadInput(zh=zh, en=en, where=at_line(where, number))
        yield line
        number, line = number + 1, text.readline(MOST_LETTERS + 1)


def _encoding(file: LogFile, named: str | None, remarks: Remarks) -> str:
    head = file.stream.read(4)
    file.rewind()
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if named is not None:
        return _CHINESE if codecs.lookup(named).name in _GBK else named
    if _is_utf8(file):
        return "UTF-8"
    remarks.sentences.append(
        Bilingual("文件不是 UTF-8，按 GB18030（GBK）读", "not UTF-8: read as GB18030 (GBK)")
    )
    return _CHINESE


def _is_utf8(file: LogFile) -> bool:
    """Return whether *file* is UTF-8, or was before something broke it."""
    decoder, was_utf8 = codecs.getincrementaldecoder("utf-8")(), False
    try:
        while chunk := file.stream.read(_CHUNK):
            if not was_utf8 and not chunk.isascii():
                was_utf8 = _begins_in_utf8(chunk)
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return was_utf8
    finally:
        file.rewind()
    return True


def _begins_in_utf8(chunk: bytes) -> bool:
    """Return whether *chunk* has letters of three bytes before anything that is not UTF-8."""
    try:
        text = chunk.decode()
    except UnicodeDecodeError as error:
        text = chunk[: error.start].decode()
    return any(letter >= _BEYOND_TWO_BYTES for letter in text)
