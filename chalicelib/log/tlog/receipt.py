"""A receipt (AUDIT_LOG §3.3): the promise that a hash will be under a checkpoint by an instant.

The text of a note signed by the key `<origin>/receipt`. Together with a checkpoint that was
cosigned after that instant and lacks the hash, it proves the omission to anybody.
"""

from datetime import UTC, datetime

from msgspec import Struct

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.wire import HASH, base64, key_name, unbase64

_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Receipt(Struct, frozen=True):
    """The owner of the key *name* received this *hash* at *at*; it will be public *by*.

    Both in UTC and in whole seconds; others raise ValueError.
    """

    name: str
    hash: bytes
    at: datetime
    by: datetime

    def __post_init__(self) -> None:
        for instant in (self.at, self.by):
            if instant.microsecond or instant.tzinfo is not UTC:
                raise ValueError(f"not a whole second of UTC: {instant.isoformat()}")

    @property
    def text(self) -> str:
        """The text that is signed."""
        at, by = self.at.strftime(_TIME), self.by.strftime(_TIME)
        return f"{self.name}\n{base64(self.hash)}\nat {at}\nby {by}\n"


def read_receipt(text: str) -> Receipt:
    """Read a text as `Receipt.text` writes it, and no other. Raises Corrupt."""
    match text.split("\n"):
        case [name, digest, at, by, ""]:
            receipt = Receipt(
                key_name(name),
                unbase64(digest, HASH),
                _read_moment("at ", at),
                _read_moment("by ", by),
            )
        case _:
            raise Corrupt("回执有四行", "a receipt has four lines")
    if receipt.text != text or receipt.by < receipt.at:
        raise Corrupt("回执的写法不对", "not a receipt as it is written")
    return receipt


def _read_moment(word: str, line: str) -> datetime:
    try:
        return datetime.strptime(line, word + _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise Corrupt(f"不是时刻：{line[:60]!r}", f"not a moment: {line[:60]!r}") from error
