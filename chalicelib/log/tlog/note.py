"""Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature under it.

A note is read as narrowly as the specification allows. Signatures by other keys than the requested
ones are ignored, so that a log may change its key and witnesses may sign too.
"""

from collections.abc import Iterable

from msgspec import Struct

from chalicelib.errors import Corrupt
from chalicelib.log.tlog.checkpoint import cosigned_message
from chalicelib.log.tlog.signer import Signer
from chalicelib.log.tlog.vkey import COSIGNATURE, ED25519, Vkey, read_vkey
from chalicelib.log.tlog.wire import MAX_SIZE, base64, key_name, unbase64

__all__ = [
    "COSIGNATURE", "ED25519", "Note", "SignatureLine", "Vkey", "cosign", "read_note",
    "read_signature", "read_vkey", "require_signature", "sign_note", "verify_keys", "verify_note",
]  # fmt: skip

MAX_BYTES = 1_000_000  # 16 signatures of 5 kB must be read; this is what Go's reader takes
MAX_SIGNATURES = 100

_DASH = "— "  # U+2014
_ID = 4
_TIME = 8
_ED25519 = 64


class SignatureLine(Struct, frozen=True):
    """A signature by the key *name* with *id*; a cosignature's *blob* begins with its time."""

    name: str
    id: bytes
    blob: bytes

    @property
    def text(self) -> str:
        """The line, with its end."""
        return f"{_DASH}{self.name} {base64(self.id + self.blob)}\n"


class Note(Struct, frozen=True):
    """A *text*, which ends its last line, and its signatures."""

    text: str
    lines: tuple[SignatureLine, ...]

    @property
    def written(self) -> bytes:
        """As it is served."""
        return (self.text + "\n" + "".join(line.text for line in self.lines)).encode()


def read_note(raw: bytes) -> Note:
    """Read a note; no signature is checked yet (`verify_note`). Raises Corrupt."""
    if len(raw) > MAX_BYTES:
        raise Corrupt("签名文过长", "a note is too long")
    try:
        content = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Corrupt("签名文不是 UTF-8", "a note is not UTF-8") from error
    text, empty_line, signed = content.rpartition("\n\n")
    if not empty_line or not signed.endswith("\n"):
        raise Corrupt("签名文以空行和签名结尾", "a note ends with an empty line and signatures")
    text += "\n"
    _check_characters(text)
    lines = signed[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Corrupt("签名文的签名过多", "a note has too many signatures")
    return Note(text, tuple(read_signature(line) for line in lines))


def _check_characters(text: str) -> None:
    if any(char < " " and char != "\n" for char in text):
        raise Corrupt("签名文含有控制字符", "a note holds a control character")


def read_signature(line: str) -> SignatureLine:
    """Read one signature line, without its end. Raises Corrupt."""
    name, space, coded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise Corrupt(f"不是签名：{line[:60]!r}", f"not a signature: {line[:60]!r}")
    raw = unbase64(coded)
    if len(raw) <= _ID:
        zh = f"签名行没有签名：{line[:60]!r}"
        raise Corrupt(zh, f"a signature without a signature: {line[:60]!r}")
    return SignatureLine(key_name(name), raw[:_ID], raw[_ID:])


def sign_note(text: str, name: str, signer: Signer) -> SignatureLine:
    """Return the signature of *text* by the key *name*. Raises Corrupt: *text* lacks a newline."""
    _check_signable(text)
    key = Vkey(key_name(name), ED25519, signer.public)
    return SignatureLine(name, key.id, signer.sign(text.encode()))


def cosign(text: str, name: str, time: int, signer: Signer) -> SignatureLine:
    """Return the signature that a checkpoint was seen at *time*, POSIX (C2SP tlog-cosignature)."""
    _check_signable(text)
    key = Vkey(key_name(name), COSIGNATURE, signer.public)
    signature = signer.sign(cosigned_message(time, text))
    return SignatureLine(name, key.id, time.to_bytes(_TIME, "big") + signature)


def _check_signable(text: str) -> None:
    _check_characters(text)
    if not text.endswith("\n"):
        raise Corrupt("签名文的正文以换行结尾", "the text of a note ends in a newline")


def verify_keys(note: Note, vkeys: Iterable[Vkey]) -> dict[Vkey, int | None]:
    """Return those of *vkeys* that signed, with a cosigner's newest time (POSIX seconds).

    Raises Corrupt where a signature by one of them is wrong. Empty where none of them signed, which
    proves nothing: pass the keys of one role at a time, or use `require_signature`.
    """
    keys = {(key.name, key.id): key for key in vkeys}
    signed: dict[Vkey, int | None] = {}
    for line in note.lines:
        if key := keys.get((line.name, line.id)):
            time = _check_signature(note.text, line, key)
            before = signed.get(key)
            signed[key] = before if time is None else max(time, before or 0)
    return signed


def verify_note(note: Note, vkeys: Iterable[Vkey]) -> dict[str, int | None]:
    """Return the names among *vkeys* that signed: as `verify_keys`, whichever key of a name did."""
    signed: dict[str, int | None] = {}
    for key, time in verify_keys(note, vkeys).items():
        before = signed.get(key.name)
        signed[key.name] = before if time is None else max(time, before or 0)
    return signed


def require_signature(note: Note, vkey: Vkey) -> None:
    """Raise Corrupt unless *vkey* signed the note."""
    if vkey.name not in verify_note(note, [vkey]):
        raise Corrupt(f"没有 {vkey.name} 的签名", f"the note is not signed by {vkey.name}")


def _check_signature(text: str, line: SignatureLine, key: Vkey) -> int | None:
    """Check one signature; return its time, if it has one."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    cut = _TIME if key.kind == COSIGNATURE else 0
    time = int.from_bytes(line.blob[:cut], "big")
    message = cosigned_message(time, text) if cut else text.encode()
    if len(line.blob) != cut + _ED25519 or time > MAX_SIZE:
        zh = f"{key.name} 的签名长度或者时间不对"
        raise Corrupt(zh, f"the signature by {key.name} has a wrong length or time")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(line.blob[cut:], message)
    except (InvalidSignature, ValueError) as error:
        zh = f"{key.name} 的签名不成立"
        raise Corrupt(zh, f"the signature by {key.name} is wrong") from error
    return time if cut else None
