"""Traces: where a text is stored, and what of all that is stored would open a digest of the log.

Shares no code with what keeps and shreds: it looks at the tables as DynamoDB holds them, reads
whatever is Base64 or JSON in them, and tries every key that it finds on every text.
"""

import hashlib
import json
import zlib
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.support.memory_cloud import MemoryCloud


def traces(cloud: MemoryCloud, private: Collection[str]) -> dict[str, set[str]]:
    """Which table holds which of the *private* texts, plainly or in Base64 or JSON."""
    hits: dict[str, set[str]] = {}
    for table, items in cloud.items.items():
        stored = "\n".join(_texts([dict(item) for item in items.values()]))
        if leaked := {text for text in private if text in stored}:
            hits[table.removeprefix("test-")] = leaked
    return hits


def openings(cloud: MemoryCloud, case: str) -> list[str]:
    """The digests in the leaves of *case* that something stored opens."""
    facts = [item for (of, _), item in cloud.items["test-Facts"].items() if of == case]
    digests = {digest for item in facts for digest in json.loads(item["leaf"]["S"]).get("d", [])}
    stored = {*_texts([[*items.values()] for items in cloud.items.values()]), *_opened(cloud)}
    return sorted(digests & {_digest(text) for text in stored})


def _opened(cloud: MemoryCloud) -> Iterator[str]:
    """What the vault's texts say under any key that is stored there."""
    vault = cloud.items["test-Vault"]
    keys = [b64decode(item["key"]["S"]) for item in vault.values() if "key" in item]
    for (case, name), item in vault.items():
        for key in keys:
            derived = HKDF(SHA256(), 32, None, b"duban/vault/disclosures").derive(key)
            is_sealed = name not in ("PUBLIC", "NAME") and not case.startswith("duban:ended/")
            sealed = b64decode(item["value"]["S"]) if is_sealed else b""
            try:
                opened = AESGCM(derived).decrypt(
                    sealed[:12], sealed[12:], f"{case}/{name}".encode()
                )
            except (InvalidTag, ValueError):
                continue
            yield from _texts(json.loads(opened))


def _digest(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def _texts(value: Any) -> Iterator[str]:
    """Every text in *value*, and what it is once decoded."""
    if isinstance(value, dict):
        yield from _texts([*value, *value.values()])
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, bytes):  # a batch of the log
        yield from _texts(json.loads(zlib.decompress(value)))
    elif isinstance(value, str):
        yield value
        yield from _decoded(value)


def _decoded(text: str) -> Iterator[str]:
    if text[:1] in ("{", "["):
        try:
            yield from _texts(json.loads(text))
        except ValueError:
            return
    elif len(text) > 20:
        try:
            yield from _texts(urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
        except ValueError:
            return
