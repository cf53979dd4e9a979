"""An entry: a leaf of the log whose index under the checkpoint, form and chain were checked.

Only the leaf's bytes are kept, and parsed again on each use: a log may have millions of leaves, and
a parsed one takes several times the room.
"""

import json
from typing import Any

from msgspec import Struct


class CheckedEntry(Struct, frozen=True):
    """Leaf *index* of the log: fact *n* of the case with the public name *case*, of *kind*.

    *recorded* is its `rec`, as written: UTC with three decimals, so that text order is time order.
    """

    index: int
    case: str
    n: int
    kind: str
    recorded: str
    leaf: bytes

    @property
    def payload(self) -> dict[str, Any]:
        """All fields of the leaf, by their names in it."""
        payload: dict[str, Any] = json.loads(self.leaf)
        return payload
