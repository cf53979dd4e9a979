"""The commitment (承诺): all that a draw depends on, but for the value that nobody knows yet.

Pure. It is one canonical JSON document: how the list was selected, the list, how many are drawn,
which source's turn decides. Its SHA-256 stands in the public log, and the document beside the log.
So nobody can change the list, the number or the source once the value is known. The order in which
entries are named does not matter: the list is sorted.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.draw.source import NoTurn, Turn, random_sources
from chalicelib.errors import SENSELESS, Corrupt

METHOD = "duban-draw/1"
MOST_ENTRIES = 20_000
MOST_WEIGHT = 1_000_000
WHOLE = 1000  # thousandths

_NAMES = frozenset({"method", "about", "entries", "weights", "number", "share", "source", "turn"})


class Entry(Struct, frozen=True, order=True):
    """An entry of a list: its *id*, and its *risk* class where classes have weights."""

    id: str
    risk: str = ""


class Commitment(Struct, frozen=True):
    """*number* of the *entries* are drawn, with the value of a *turn* of a *source*.

    *about* says how the list was selected. *weights* has the weight of each class in thousandths;
    without it all weigh the same. Where a *share* in thousandths was ordered, *number* follows.
    """

    about: Mapping[str, Any]
    entries: tuple[Entry, ...]
    number: int
    source: str
    turn: str
    weights: Mapping[str, int] = field(default_factory=dict)
    share: int = 0

    @property
    def body(self) -> bytes:
        """The document: sorted keys, no blanks, UTF-8."""
        document: dict[str, Any] = {
            "method": METHOD,
            "about": self.about,
            "entries": [[each.id, each.risk] if self.weights else each.id for each in self.entries],
            "number": self.number,
            "source": self.source,
            "turn": self.turn,
        }
        document |= {"weights": self.weights} if self.weights else {}
        document |= {"share": self.share} if self.share else {}
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()

    @property
    def digest(self) -> str:
        """The SHA-256 of the document, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def when(self) -> Turn:
        """The turn that decides: when it closes and opens."""
        return random_sources()[self.source].turn(self.turn)

    def weight(self, entry: Entry) -> int:
        """Return the weight of *entry* in thousandths."""
        return self.weights[entry.risk] if self.weights else WHOLE


def commit(unsorted: Commitment) -> Commitment:
    """Return the commitment with its entries sorted: in which order they were named is all one.

    Raises Corrupt where no draw can be made by it.
    """
    commitment = replace(unsorted, entries=tuple(sorted(unsorted.entries)))
    _check(commitment)
    return commitment


def number_of_share(count: int, share: int) -> int:
    """Return how many of *count* are a *share* in thousandths, rounded up."""
    return -(-count * share // WHOLE)


def read_commitment(body: bytes) -> Commitment:
    """Read the document of a commitment. Raises Corrupt where it is none, or not canonical."""
    try:
        document = json.loads(body)
        is_ours = document["method"] == METHOD and document.keys() <= _NAMES
        weights = {str(name): int(weight) for name, weight in document.get("weights", {}).items()}
        commitment = Commitment(
            document["about"],
            tuple(Entry(*each) if weights else Entry(each) for each in document["entries"]),
            document["number"],
            document["source"],
            document["turn"],
            weights,
            document.get("share", 0),
        )
        _check(commitment)
        is_canonical = is_ours and commitment.body == body
    except Corrupt:
        raise
    except SENSELESS as error:
        raise Corrupt("不是抽查名单", f"no list of a draw: {error!r}") from error
    if not is_canonical:
        raise Corrupt("名单的写法不是规范形式", "the list is not written canonically")
    return commitment


def _check(commitment: Commitment) -> None:
    """Raise Corrupt where the commitment has no list, no number or no turn to draw by."""
    entries, number, share = commitment.entries, commitment.number, commitment.share
    names = [each.id for each in entries]
    if not 1 <= len(names) <= MOST_ENTRIES or names != sorted(set(names)) or not all(names):
        raise Corrupt(
            "名单为空、过长、有重复或者没有排序", "the list is empty, too long or not sorted"
        )
    if not (type(number) is int and 1 <= number <= len(names)):
        raise Corrupt("抽取数量不在名单之内", "the number to draw is not within the list")
    if share and number != number_of_share(len(names), share):
        raise Corrupt("抽取数量与比例不符", "the number to draw is not the share of the list")
    weights = commitment.weights
    if not {each.risk for each in entries} <= (weights.keys() or {""}):
        raise Corrupt("有一类没有权重", "a class has no weight")
    if not all(1 <= weight <= MOST_WEIGHT for weight in weights.values()):
        raise Corrupt("权重须为 1 至 1000000", "a weight is from 1 to 1000000")
    if commitment.source not in random_sources():
        raise Corrupt("没有这个随机数来源", "there is no such source of randomness")
    try:
        _ = commitment.when
    except NoTurn as error:
        raise Corrupt(*error.text) from error
