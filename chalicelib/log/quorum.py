"""The witnesses, and how many of them must cosign a checkpoint before it is published.

Pure; kept as one document of the registry, which an operator writes (`duban log witness`).
"""

from collections.abc import Container, Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import BadInput
from chalicelib.log.tlog.note import COSIGNATURE, Note, Vkey, read_vkey, verify_note
from chalicelib.log.tlog.policy import NONE, Group, TlogPolicy

MAX_WITNESSES = 16  # signatures that every reader of a note must take (c2sp.org/signed-note)


class Witness(Struct, frozen=True):
    """Whose cosignatures *vkey* verifies; *url* is where it takes submissions, without a slash."""

    vkey: Vkey
    url: str


class Quorum(Struct, frozen=True, eq=False):
    """*needed* of the *witnesses* must have cosigned; 0 while none is relied on.

    *changed_at* is when an operator changed them last, as RFC 3339, "" where nobody did.
    """

    needed: int = 0
    witnesses: tuple[Witness, ...] = ()
    changed_at: str = ""

    def __eq__(self, other: object) -> bool:
        """Return whether *other* asks for the same, whenever it was changed."""
        return isinstance(other, Quorum) and self._compared() == other._compared()

    def __hash__(self) -> int:
        """Hash what is compared."""
        return hash(self._compared())

    def _compared(self) -> tuple[object, ...]:
        return self.needed, self.witnesses

    def met_by(self, note: Note) -> bool:
        """Return whether *note* has enough cosignatures. Raises Corrupt where one is wrong."""
        return len(verify_note(note, [witness.vkey for witness in self.witnesses])) >= self.needed

    def written(self) -> dict[str, Any]:
        """Return the document as stored."""
        witnesses = [{"vkey": witness.vkey.text, "url": witness.url} for witness in self.witnesses]
        return {"quorum": self.needed, "witnesses": witnesses}

    def with_witness(self, vkey: str, url: str) -> "Quorum":
        """Return the quorum with one more witness, in place of one of its name. Raises BadInput."""
        witness = Witness(_read_cosigner(vkey), _check_url(url))
        rest = [other for other in self.witnesses if other.vkey.name != witness.vkey.name]
        if any(other.vkey.public == witness.vkey.public for other in rest):
            zh, en = "一把公钥只能属于一名见证人", "another witness has the same key"
            raise BadInput(zh=zh, en=en, where=vkey[:60])
        if len(rest) >= MAX_WITNESSES - 1:  # one line is the log's own
            raise BadInput(
                zh=f"最多 {MAX_WITNESSES - 1} 名见证人", en=f"at most {MAX_WITNESSES - 1} witnesses"
            )
        return replace(self, witnesses=(*rest, witness))

    def without_witness(self, name: str) -> "Quorum":
        """Return the quorum without *name*. Raises BadInput where fewer than needed are left."""
        rest = tuple(witness for witness in self.witnesses if witness.vkey.name != name)
        if len(rest) == len(self.witnesses):
            raise BadInput(zh=f"没有见证人 {name}", en=f"there is no witness {name}")
        return Quorum(_check_needed(self.needed, rest), rest)

    def with_needed(self, needed: int) -> "Quorum":
        """Return the quorum with another *needed*. Raises BadInput where there are fewer."""
        return replace(self, needed=_check_needed(needed, self.witnesses))

    def policy(self, logs: Mapping[Vkey, str]) -> TlogPolicy:
        """Return the same as a trust policy (C2SP tlog-policy) for the keys *logs* of the log."""
        witnesses: dict[str, tuple[Vkey, str]] = {}
        for witness in self.witnesses:
            name = _free_name(witness.vkey.name, witnesses)
            witnesses[name] = (witness.vkey, witness.url)
        if not self.needed:
            return TlogPolicy(logs, witnesses, (), NONE)
        group = Group(_free_name("witnesses", witnesses), self.needed, tuple(witnesses))
        return TlogPolicy(logs, witnesses, (group,), group.name)


def _free_name(name: str, taken: Container[str]) -> str:
    return _free_name(f"{name}-", taken) if name == NONE or name in taken else name


def read_quorum(document: Mapping[str, Any] | None) -> Quorum:
    """Read a document that `Quorum.written` made, and `at`; None is one without witnesses."""
    if document is None:
        return Quorum()
    witnesses = tuple(
        Witness(read_vkey(entry["vkey"]), entry["url"]) for entry in document["witnesses"]
    )
    return Quorum(document["quorum"], witnesses, document.get("at", ""))


def _check_needed(needed: int, witnesses: tuple[Witness, ...]) -> int:
    if not 0 <= needed <= len(witnesses):
        raise BadInput(
            zh=f"{len(witnesses)} 名见证人，法定数不能是 {needed}",
            en=f"a quorum of {needed} among {len(witnesses)} witnesses",
        )
    return needed


def _read_cosigner(text: str) -> Vkey:
    vkey = read_vkey(text)
    if vkey.kind != COSIGNATURE:
        zh = "不是见证人的公钥：副署的类型是 4"
        en = "this is no witness's key: cosignatures are of kind 4"
        raise BadInput(zh=zh, en=en, where=text[:60])
    return vkey


def _check_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        zh, en = "应为 http 或 https 地址，不带 ? 和 #", "an http or https address, without ? and #"
        raise BadInput(zh=zh, en=en, where="URL")
    return url.rstrip("/")
