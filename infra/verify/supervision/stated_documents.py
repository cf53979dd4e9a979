"""Documents of stated rules: each is what its name and version say, or an issue is made of it."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from chalicelib.calendar.documents import Document, check_document
from chalicelib.errors import BadInput
from infra.verify.issue import Issue
from infra.verify.supervision.cases import CHECK

T = TypeVar("T")


def read_documents(tables: Sequence[object], digest: str) -> Iterator[Document]:
    """Yield the documents of a calendar in the text with this *digest*. Raises BadInput."""
    for number, table in enumerate(tables, 1):
        yield check_document(table, f"rules/{digest}: {number}")


def require_version(is_of: str, stated: str, document: T) -> T:
    """Return *document*, which must be of the version that is *stated*. Raises BadInput."""
    if is_of != stated:
        raise BadInput(
            zh=f"声明的版本是 {stated}，文件的版本是 {is_of}",
            en=f"the document of version {stated} is of version {is_of}",
        )
    return document


def unread(index: int, error: Exception) -> Issue:
    """Return the issue that the rules stated by leaf *index* cannot be read."""
    why = str(error)[:300]
    zh = f"所声明的规则无法读取或者与其摘要不符：{why}"
    en = f"the rules that are stated cannot be read, or are not what they say: {why}"
    return Issue(index, CHECK, zh, en)
