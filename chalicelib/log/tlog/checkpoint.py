"""A checkpoint (C2SP tlog-checkpoint): which log, how many entries, and the root over them.

It is the text of a signed note, of exactly three lines. Extension lines are neither written nor
read, since no reader could audit them.
"""

from msgspec import Struct

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.tree import EMPTY
from chalicelib.log.tlog.wire import HASH, base64, decimal, key_name, unbase64


class Checkpoint(Struct, frozen=True):
    """The log *origin* at *size* entries. The origin is also the name of the log's key."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64(self.root)}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """Read a text as `Checkpoint.text` writes it, and no other. Raises Corrupt."""
    match text.split("\n"):
        case [origin, size, root, ""]:
            checkpoint = Checkpoint(key_name(origin), decimal(size), unbase64(root, HASH))
        case _:
            raise Corrupt("检查点有三行", "a checkpoint has three lines")
    if (checkpoint.size == 0) != (checkpoint.root == EMPTY):
        zh = f"{checkpoint.size} 条的根不是这个"
        raise Corrupt(zh, f"{checkpoint.size} entries do not have this root")
    return checkpoint


def cosigned_message(time: int, text: str) -> bytes:
    """Return the message that a cosigner of the checkpoint *text* signs at *time* (POSIX)."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()
