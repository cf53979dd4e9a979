"""The keys that a source signs with (v1a), as the log states them: a leaf for each change.

Pure. A statement holds all keys of the source from then on, so the last one before a fact tells
which keys it may be signed with. What was signed before a key was taken away stays signed.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import BadInput, Corrupt
from chalicelib.intake.source_key import SourceKey, read_source_key

MOST = 2  # so that a source can change its key without a gap


class AdoptedKeys(Struct, frozen=True):
    """The *keys* of a source; *required*: it has no secret, and nothing is believed without one."""

    keys: tuple[SourceKey, ...] = ()
    required: bool = False

    def with_key(self, key: SourceKey) -> "AdoptedKeys":
        """Return them with *key*, the newest first. Raises BadInput where there are two others."""
        if key in self.keys:
            return self
        if len(self.keys) == MOST:
            zh = f"一个报送单位最多 {MOST} 把公钥，请先移除旧的"
            en = f"a source has at most {MOST} keys: remove the older one first"
            raise BadInput(zh=zh, en=en)
        return replace(self, keys=(key, *self.keys))

    def without_key(self, key: SourceKey) -> "AdoptedKeys":
        """Return them without *key*."""
        return replace(self, keys=tuple(each for each in self.keys if each != key))

    def named(self, name: str) -> SourceKey:
        """Return the key of this text or begin of fingerprint. Raises BadInput: none, or two."""
        keys = [key for key in self.keys if name in (key.text, key.fingerprint[: len(name)])]
        if not name or len(keys) != 1:
            written, listing = repr(name[:80]), "duban source key list"
            zh = f"没有（或不止一把）这样的公钥：{written}；{listing} 列出指纹"
            en = f"no such key, or more than one: {written}; {listing} shows fingerprints"
            raise BadInput(zh=zh, en=en)
        return keys[0]

    def data(self, source: str) -> dict[str, Any]:
        """Return them as the log states them of *source*; what is not so is left out."""
        keys = [{"key": key.fingerprint, "public": key.text} for key in self.keys]
        return {
            "source": source,
            **({"keys": keys} if keys else {}),
            **({"required": True} if self.required else {}),
        }


NO_KEYS = AdoptedKeys()


def read_adopted(data: Mapping[str, Any]) -> tuple[str, AdoptedKeys]:
    """Return the source and its keys as the log states them. Raises Corrupt."""
    match data:
        case {"source": str(source), **rest} if rest.keys() <= {"keys", "required"}:
            listed, required = rest.get("keys", []), rest.get("required", False)
            if isinstance(listed, list) and len(listed) <= MOST and isinstance(required, bool):
                return source, AdoptedKeys(tuple(map(_read_key, listed)), required)
    zh = "公钥声明须写明报送单位、各公钥和是否必须签名"
    raise Corrupt(zh, "a statement of keys names a source, its keys, and whether it must sign")


def _read_key(stated: object) -> SourceKey:
    match stated:
        case {"key": str(fingerprint), "public": str(text), **rest} if not rest:
            key = read_source_key(text)
            if key.fingerprint == fingerprint:
                return key
    zh = "公钥须与其指纹（SHA-256）一同声明"
    raise Corrupt(zh, "a key is stated with its fingerprint, which is SHA-256 of it")
