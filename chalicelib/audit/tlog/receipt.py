"""A receipt (AUDIT_LOG §3.3): the promise that something will be under a checkpoint by a moment.

The text of a note signed by the key `<origin>/receipt`. With a checkpoint cosigned after that
moment in which it is missing, it proves the omission to anybody.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.audit.tlog.wire import HASH, base64, key_name, unbase64
from chalicelib.errors import Corrupt

_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The key *name* got something of this *hash* at *at*; it will be public *by*.

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
        """What is signed."""
        at, by = self.at.strftime(_TIME), self.by.strftime(_TIME)
        return f"{self.name}\n{base64(self.hash)}\nat {at}\nby {by}\n"


def read_receipt(text: str) -> Receipt:
    """Read what `Receipt.text` writes, and nothing else. Raises Corrupt."""
    match text.split("\n"):
        case [name, hashed, at, by, ""]:
            receipt = Receipt(
                key_name(name), unbase64(hashed, HASH), _moment("at ", at), _moment("by ", by)
            )
        case _:
            raise Corrupt("a receipt has four lines")
    if receipt.text != text or receipt.by < receipt.at:
        raise Corrupt("not a receipt as it is written")
    return receipt


def _moment(word: str, line: str) -> datetime:
    try:
        return datetime.strptime(line, word + _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise Corrupt(f"not a moment: {line[:60]!r}") from error
