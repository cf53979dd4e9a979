"""A verifier's key (C2SP signed-note): a name, a kind of signature, and the public key for it.

`<name>+<hex of the id>+<base64 of kind || public key>`
"""

import hashlib

from msgspec import Struct

from chalicelib.errors import BadInput, Corrupt
from chalicelib.log.tlog.wire import base64, key_name, unbase64

ED25519 = 0x01
COSIGNATURE = 0x04  # Ed25519 with a time (C2SP tlog-cosignature)
PUBLIC = 32  # bytes of an Ed25519 public key

_KINDS = {ED25519, COSIGNATURE}


class Vkey(Struct, frozen=True):
    """The key *public* as *name* uses it. The same bytes of another kind are another key."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that distinguish the keys of one name; they prove nothing."""
        content = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(content).digest()[:4]

    @property
    def text(self) -> str:
        """The key as one line of text."""
        return f"{self.name}+{self.id.hex()}+{base64(bytes([self.kind]) + self.public)}"


def read_vkey(text: str) -> Vkey:
    """Read a key as `Vkey.text` writes it; raises BadInput, as an operator entered it."""
    name, _, rest = text.partition("+")
    hexed, _, coded = rest.partition("+")
    try:
        raw = unbase64(coded, 1 + PUBLIC)
        vkey = Vkey(key_name(name), raw[0], raw[1:])
    except Corrupt as error:
        zh = "不是公钥，应整行照抄 名称+标识+公钥"
        en = f"not a verifier key, give the whole line name+id+key: {error}"
        raise BadInput(zh=zh, en=en, where=text[:60]) from error
    if vkey.kind not in _KINDS:
        kind = f"{vkey.kind:#04x}"
        zh, en = f"不认识 {kind} 这一类公钥", f"a key of the kind {kind} is not known here"
        raise BadInput(zh=f"{zh}，请用 Ed25519", en=f"{en}, give one of Ed25519", where=text[:60])
    if vkey.id.hex() != hexed:
        zh = "公钥与其名称、标识不符，可能抄错，请重新取得"
        en = "the id of the verifier key is not that of its name and key: copy it anew"
        raise BadInput(zh=zh, en=en, where=text[:60])
    return vkey
