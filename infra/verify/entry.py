"""An entry: a leaf of the log whose place under the checkpoint, form and chain were checked.

The leaf's bytes are kept and read again when somebody asks, because a log may have millions of
them and what is read takes several times the room.
"""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CheckedEntry:
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
    def said(self) -> dict[str, Any]:
        """Everything that the leaf says, each field under the name that it has there."""
        said: dict[str, Any] = json.loads(self.leaf)
        return said
