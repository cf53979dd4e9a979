"""A file by which an applicant shows what the public log commits to, and nothing beyond it.

For each entry of the log: its leaf, the proof that it is in the log, and the disclosures that are
chosen. Whoever has the file and the log's key can check it without asking anybody (`duban
check-disclosure`); whoever has the log alone learns nothing.

    {"format": "duban-disclosure@v1", "vkey": "…",
     "entries": [{"leaf": "{…}", "proof": "c2sp.org/tlog-proof@v1…", "disclosures": ["…"]}]}
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.audit.sd_jwt import digest, read_disclosure
from chalicelib.audit.tlog import tlog_proof
from chalicelib.audit.tlog.note import Vkey, verify
from chalicelib.audit.tlog.tree import leaf_hash
from chalicelib.errors import Corrupt

FORMAT = "duban-disclosure@v1"
MOST = 1000  # entries of a file


@dataclass(frozen=True, slots=True)
class DisclosedEntry:
    """One entry of the log, *leaf* and *proof* as they are served, with some *disclosures*."""

    leaf: str
    proof: str
    disclosures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisclosureFile:
    """What a file holds; *vkey* is the log's, by the word of whoever wrote the file."""

    vkey: str
    entries: tuple[DisclosedEntry, ...]

    @property
    def text(self) -> str:
        """As it is handed on."""
        entries = [
            {"leaf": entry.leaf, "proof": entry.proof, "disclosures": list(entry.disclosures)}
            for entry in self.entries
        ]
        written = {"format": FORMAT, "vkey": self.vkey, "entries": entries}
        return json.dumps(written, ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True, slots=True)
class ProvedEntry:
    """What an entry proves: *values* by field, in the log of *size* entries at *index*.

    *said* is the leaf as anybody may read it; *cosigned* tells by whom else, and when, in seconds
    of POSIX, the log was seen like this.
    """

    index: int
    size: int
    said: Mapping[str, Any]
    values: Mapping[str, object]
    cosigned: Mapping[str, int]


def read_file(text: str) -> DisclosureFile:
    """Read a file and believe nothing of it yet. Raises Corrupt."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Corrupt("not a disclosure file: no JSON") from error
    match said:
        case {"format": str(form), "vkey": str(vkey), "entries": list(entries), **rest}:
            if form != FORMAT or rest or not 0 < len(entries) <= MOST:
                raise Corrupt(f"not a disclosure file of the form {FORMAT}")
            return DisclosureFile(vkey, tuple(_shown(one) for one in entries))
    raise Corrupt(f"not a disclosure file of the form {FORMAT}")


def _shown(entry: object) -> DisclosedEntry:
    match entry:
        case {"leaf": str(leaf), "proof": str(proof), "disclosures": list(texts), **rest}:
            if not rest and all(isinstance(one, str) for one in texts):
                return DisclosedEntry(leaf, proof, tuple(texts))
    raise Corrupt("an entry of a disclosure file has a leaf, a proof and disclosures")


def prove(file: DisclosureFile, log: Vkey, witnesses: Iterable[Vkey] = ()) -> list[ProvedEntry]:
    """Check every entry under the key of the *log*, and give what is proved.

    Raises Corrupt where an entry is not in a log that *log* signed, or a disclosure opens nothing
    in it: then the file proves nothing at all.
    """
    asked = list(witnesses)
    return [_prove(entry, log, asked) for entry in file.entries]


def _prove(entry: DisclosedEntry, log: Vkey, witnesses: Sequence[Vkey]) -> ProvedEntry:
    _bytes(entry.proof)
    proof = tlog_proof.read(entry.proof)
    checkpoint = tlog_proof.check(proof, leaf_hash(_bytes(entry.leaf)), log)
    seen = verify(proof.note, witnesses)
    said = _object(entry.leaf)
    return ProvedEntry(
        index=proof.index,
        size=checkpoint.size,
        said=said,
        values=_opened(said.get("d", []), entry.disclosures),
        cosigned={name: time for name, time in seen.items() if time is not None},
    )


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:  # JSON may hold halves of a character
        raise Corrupt("a text is not Unicode") from error


def _object(text: str) -> Mapping[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Corrupt("the leaf is not JSON") from error
    if not isinstance(said, dict) or not isinstance(said.get("d", []), list):
        raise Corrupt("the leaf is none of ours")
    return said


def _opened(digests: Sequence[str], disclosures: Sequence[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for text in disclosures:
        name, value = read_disclosure(text)
        if digest(text) not in digests:
            raise Corrupt(f"the log does not commit to this {name}")
        if name in values:
            raise Corrupt(f"{name} is disclosed twice")
        values[name] = value
    return values
