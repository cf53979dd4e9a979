"""Which witnesses are asked, and how many of them must have cosigned before the public is shown.

Pure; kept as one document of the registry, which an operator writes (`duban log witness`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from chalicelib.audit.tlog.note import COSIGNATURE, Note, Vkey, read_vkey, verify
from chalicelib.errors import BadInput

MAX_WITNESSES = 16  # signatures that every reader of a note must take (c2sp.org/signed-note)


@dataclass(frozen=True, slots=True)
class Witness:
    """Whose cosignatures *vkey* verifies; *url* is where it takes submissions, without a slash."""

    vkey: Vkey
    url: str


@dataclass(frozen=True, slots=True)
class Quorum:
    """*needed* of the *witnesses* must have cosigned; 0 while none is relied on."""

    needed: int = 0
    witnesses: tuple[Witness, ...] = field(default=())

    def met_by(self, note: Note) -> bool:
        """Whether *note* has enough cosignatures. Raises Corrupt where one of them is wrong."""
        return len(verify(note, [witness.vkey for witness in self.witnesses])) >= self.needed

    def written(self) -> dict[str, Any]:
        """The document as stored."""
        told = [{"vkey": witness.vkey.text, "url": witness.url} for witness in self.witnesses]
        return {"quorum": self.needed, "witnesses": told}

    def added(self, vkey: str, url: str) -> "Quorum":
        """With one more witness; one of the same name is replaced. Raises BadInput."""
        witness = Witness(_cosigner(vkey), _place(url))
        rest = [other for other in self.witnesses if other.vkey.name != witness.vkey.name]
        if len(rest) >= MAX_WITNESSES - 1:  # one line is the log's own
            raise BadInput(f"at most {MAX_WITNESSES - 1} witnesses")
        return replace(self, witnesses=(*rest, witness))

    def without(self, name: str) -> "Quorum":
        """Without the witness *name*. Raises BadInput where that leaves fewer than are needed."""
        rest = tuple(witness for witness in self.witnesses if witness.vkey.name != name)
        if len(rest) == len(self.witnesses):
            raise BadInput(f"there is no witness {name}")
        return Quorum(_possible(self.needed, rest), rest)

    def of(self, needed: int) -> "Quorum":
        """The same witnesses, *needed* of them. Raises BadInput where there are not as many."""
        return replace(self, needed=_possible(needed, self.witnesses))


def read_quorum(document: Mapping[str, Any] | None) -> Quorum:
    """Read what `written` stored; nothing stored is no witness."""
    if document is None:
        return Quorum()
    witnesses = tuple(Witness(read_vkey(one["vkey"]), one["url"]) for one in document["witnesses"])
    return Quorum(document["quorum"], witnesses)


def _possible(needed: int, witnesses: tuple[Witness, ...]) -> int:
    if not 0 <= needed <= len(witnesses):
        raise BadInput(f"a quorum of {needed} among {len(witnesses)} witnesses")
    return needed


def _cosigner(text: str) -> Vkey:
    vkey = read_vkey(text)
    if vkey.kind != COSIGNATURE:
        raise BadInput("this is no witness's key: cosignatures are of kind 4", text[:60])
    return vkey


def _place(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BadInput("an http or https address, without ? and #", "URL")
    return url.rstrip("/")
