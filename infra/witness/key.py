"""A witness's key: one line of a file that only its owner may read.

    PRIVATE+KEY+<name>+<key id>+<base64 of kind || seed>

The form follows Go's sumdb/note; the kind is that of a cosigner, so that nobody signs anything else
with it by mistake.
"""

import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from chalicelib.errors import BadInput, Corrupt
from chalicelib.log.tlog.note import COSIGNATURE, Vkey
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.log.tlog.wire import key_name
from infra.terminal.files import write_file

_PREFIX = "PRIVATE+KEY+"
_SEED_BYTES = 32


def make_key(name: str, path: Path) -> Vkey:
    """Make a key for the witness *name*; what is at *path* already is never overwritten."""
    try:
        key_name(name)
    except Corrupt as error:
        zh, en = "名称不得为空，也不得有空白或 +", "neither empty, nor blanks nor +"
        raise BadInput(zh=zh, en=en, where="NAME") from error
    seed = secrets.token_bytes(_SEED_BYTES)
    vkey = Vkey(name, COSIGNATURE, SeedSigner(seed).public)
    encoded = b64encode(bytes([COSIGNATURE]) + seed).decode("ascii")
    write_file(path, f"{_PREFIX}{name}+{vkey.id.hex()}+{encoded}\n".encode())
    return vkey


def read_witness_key(path: Path) -> tuple[Vkey, SeedSigner]:
    """Read the key at *path*. Raises BadInput."""
    try:
        text = path.read_text("utf-8").removesuffix("\n")
        name, key_id, encoded = text.removeprefix(_PREFIX).split("+", 2)
        raw = b64decode(encoded, validate=True)
    except (OSError, ValueError) as error:
        zh, en = "这里读不出见证人的密钥", "no witness's key can be read here"
        raise BadInput(zh=zh, en=en, where=str(path)) from error
    if not text.startswith(_PREFIX) or raw[:1] != bytes([COSIGNATURE]):
        raise BadInput(zh="这不是见证人的密钥", en="this is no witness's key", where=str(path))
    if len(raw) != 1 + _SEED_BYTES:
        zh, en = f"种子应为 {_SEED_BYTES} 字节", f"a seed has {_SEED_BYTES} bytes"
        raise BadInput(zh=zh, en=en, where=str(path))
    signer = SeedSigner(raw[1:])
    vkey = Vkey(name, COSIGNATURE, signer.public)
    if vkey.id.hex() != key_id:
        zh, en = "私钥与它那一行写的公钥不符", "the key is not the one that its line names"
        raise BadInput(zh=zh, en=en, where=str(path))
    return vkey, signer
