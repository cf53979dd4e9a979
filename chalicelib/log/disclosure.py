"""A file by which an applicant opens chosen commitments of the public log, and nothing else.

For each entry of the log: its leaf, the proof that it is in the log, and the chosen disclosures. A
reader with the file and the log's key can check it without asking anybody (`duban
check-disclosure`). A reader with the log alone learns nothing.

    {"format": "duban-disclosure@v1", "vkey": "…",
     "entries": [{"leaf": "{…}", "proof": "c2sp.org/tlog-proof@v1…", "disclosures": ["…"]}]}
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, to_builtins

from chalicelib.errors import Corrupt
from chalicelib.log.tlog import tlog_proof
from chalicelib.log.tlog.note import Vkey, verify_note
from chalicelib.log.tlog.tree import leaf_hash
from chalicelib.vault.sd_jwt import digest, read_disclosure

FORMAT = "duban-disclosure@v1"
MOST = 1000  # entries of a file


class DisclosedEntry(Struct, frozen=True):
    """One entry of the log, *leaf* and *proof* as they are served, with some *disclosures*."""

    leaf: str
    proof: str
    disclosures: tuple[str, ...]


class DisclosureFile(Struct, frozen=True):
    """The content of a file; *vkey* is the log's, as the writer of the file claims."""

    vkey: str
    entries: tuple[DisclosedEntry, ...]

    @property
    def text(self) -> str:
        """The file as JSON text."""
        document = {"format": FORMAT, **to_builtins(self)}
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


class ProvedEntry(Struct, frozen=True):
    """A proved entry: *values* by field, in the log of *size* entries at *index*.

    *leaf* is the public leaf. *cosigned* gives, by name, the cosigners of this state of the log
    with their times, in seconds of POSIX.
    """

    index: int
    size: int
    leaf: Mapping[str, Any]
    values: Mapping[str, object]
    cosigned: Mapping[str, int]


def read_file(text: str) -> DisclosureFile:
    """Read a file and believe nothing of it yet. Raises Corrupt."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Corrupt("不是披露文件：不是 JSON", "not a disclosure file: no JSON") from error
    match document:
        case {"format": form, "vkey": str(vkey), "entries": list(entries), **rest}:
            if form == FORMAT and not rest and 0 < len(entries) <= MOST:
                return DisclosureFile(vkey, tuple(map(_read_entry, entries)))
    raise Corrupt(f"不是 {FORMAT} 形式的披露文件", f"not a disclosure file of the form {FORMAT}")


def _read_entry(entry: object) -> DisclosedEntry:
    match entry:
        case {"leaf": str(leaf), "proof": str(proof), "disclosures": list(texts), **rest}:
            if not rest and all(isinstance(disclosure, str) for disclosure in texts):
                return DisclosedEntry(leaf, proof, tuple(texts))
    zh = "披露文件的条目应有叶、证明和披露内容"
    raise Corrupt(zh, "an entry of a disclosure file has a leaf, a proof and disclosures")


def prove(file: DisclosureFile, log: Vkey, witnesses: Iterable[Vkey] = ()) -> list[ProvedEntry]:
    """Check every entry under the key of the *log*, and return the proved entries.

    Raises Corrupt where an entry is not in a log that *log* signed, or a disclosure opens nothing
    in it: then the file proves nothing at all.
    """
    witness_keys = list(witnesses)
    return [_prove(entry, log, witness_keys) for entry in file.entries]


def _prove(entry: DisclosedEntry, log: Vkey, witnesses: Sequence[Vkey]) -> ProvedEntry:
    _encode(entry.proof)
    proof = tlog_proof.read_proof(entry.proof)
    checkpoint = tlog_proof.check_proof(proof, leaf_hash(_encode(entry.leaf)), log)
    cosigners = verify_note(proof.note, witnesses)
    leaf = _read_leaf(entry.leaf)
    return ProvedEntry(
        index=proof.index,
        size=checkpoint.size,
        leaf=leaf,
        values=_open_disclosures(leaf.get("d", []), entry.disclosures),
        cosigned={name: time for name, time in cosigners.items() if time is not None},
    )


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:  # JSON may hold halves of a character
        raise Corrupt("文字不是 Unicode", "a text is not Unicode") from error


def _read_leaf(text: str) -> Mapping[str, Any]:
    try:
        leaf = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Corrupt("此叶不是 JSON", "the leaf is not JSON") from error
    if not isinstance(leaf, dict) or not isinstance(leaf.get("d", []), list):
        raise Corrupt("此叶不是本系统的", "the leaf is none of ours")
    return leaf


def _open_disclosures(digests: Sequence[str], disclosures: Sequence[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for text in disclosures:
        name, value = read_disclosure(text)
        if digest(text) not in digests:
            zh = f"日志没有记下这个 {name} 的摘要"
            raise Corrupt(zh, f"the log does not commit to this {name}")
        if name in values:
            raise Corrupt(f"{name} 披露了两次", f"{name} is disclosed twice")
        values[name] = value
    return values
