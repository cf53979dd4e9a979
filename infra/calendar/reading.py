"""Read a file that is to be imported: a year or a change in JSON, or a year in iCalendar."""

from pathlib import Path

from chalicelib.calendar import documents
from chalicelib.calendar.documents import Document
from chalicelib.errors import BadInput
from infra.calendar import published
from infra.input_file import read_input_file

MOST_MIB = 1


def read_import(
    file: Path, notices: list[str], year: int | None
) -> tuple[Document, tuple[str, ...]]:
    """Return the document, and in words the rest of the file. Raises BadInput with the line.

    *notices* and *year* are missing in an iCalendar file; a JSON file has them itself.
    """
    content = read_input_file(file, MOST_MIB)
    if _is_icalendar(file, content):
        if not notices:
            raise BadInput("iCalendar names no notice; say which it rests on", "--notice")
        published_year = published.read_icalendar(content, str(file), notices, year)
        return published_year.year, published_year.left_out
    for given, option in ((notices, "--notice"), (year, "--year")):
        if given:
            raise BadInput("is for iCalendar; a JSON file says it itself", option)
    return documents.read_document(content, str(file)), ()


def _is_icalendar(file: Path, content: bytes) -> bool:
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:5].upper()
    return file.suffix.lower() in (".ics", ".ical", ".ifb") or begins == b"BEGIN"
