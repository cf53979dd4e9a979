"""Name tokens (名称代号): the public log has one in place of a name that nothing knows.

NAMES/SALT        {"salt"}: random, made once a stage, never changed
NAMES/<token>     {"name"}: the name that it stands for, for those who supervise

A token is a salted digest: names cannot be guessed and compared. One name has one token, so it is
one row of the board, however often it is reported.
"""

import hashlib
import hmac
import re
import secrets
import time
from base64 import b32encode
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chalicelib.errors import Conflict

if TYPE_CHECKING:
    from chalicelib.plumbing.registry import Registry

_NAMES = "NAMES"
_SALT = (_NAMES, "SALT")
_KEEP_SECONDS = 60
_DIGITS = 12  # of five bits: no two names of a stage share one
_TOKEN = re.compile(rf"~[a-z2-7]{{{_DIGITS}}}", re.ASCII)
# Not within an id, a link or a name of a clock: those are to be found again as they are.
_WITHIN = re.compile(rf"(?<![\w/:%.~-]){_TOKEN.pattern}(?![\w/])", re.ASCII)


def is_token(name: str) -> bool:
    """Return whether *name* is a token; no source may tell one (`intake/name_text.py`)."""
    return _TOKEN.fullmatch(name) is not None


class NameTokens:
    """Makes tokens, and tells the names that they stand for; both are kept, they never change."""

    def __init__(self, registry: "Registry") -> None:
        self._registry = registry
        self._salt = b""
        self._names: dict[str, str] = {}
        self._looked_at: dict[str, float] = {}  # when a token was looked for last

    def make(self, name: str) -> str:
        """Return the token of *name* without storing it; the first call makes the stage's salt."""
        if not self._has_salt():
            with suppress(Conflict):
                self._registry.put(*_SALT, {"salt": secrets.token_hex(32)}, new=True)
            if not self._has_salt():
                raise Conflict(
                    "名称所用的盐刚刚生成，却读不到",
                    "the salt of names was just made, and is not there",
                )
        return self._digest(name)

    def keep(self, name: str) -> str:
        """Return the token of *name*, which is found by it from now on; written once a process."""
        token = self.make(name)
        if token not in self._names:
            self._registry.put(_NAMES, token, {"name": name})
            self._names[token] = name
        return token

    def name_of(self, text: str) -> str:
        """Return the name that *text* stands for; *text* itself where it is no token of ours."""
        if not is_token(text):
            return text
        if text not in self._names:
            stored = self._registry.get(_NAMES, text, consistent=False)
            if stored is None:
                return text
            self._names[text] = stored["name"]
        return self._names[text]

    def spellings(self, name: str) -> tuple[str, ...]:
        """Return *name*, and its token where it was reported before it was known. Only reads."""
        token = self._digest(name) if self._has_salt() else name
        return (name, token) if self.name_of(token) != token else (name,)

    def spellings_lately(self, name: str) -> tuple[str, ...]:
        """Return the `spellings` of *name*; a token that is a minute old may be missing.

        A page that is opened all day long need not look for one each time.
        """
        looked_at, now = self._looked_at.get(name), time.monotonic()
        if looked_at is not None and now - looked_at < _KEEP_SECONDS:
            token = self._digest(name)
            return (name, token) if token in self._names else (name,)
        self._looked_at[name] = now
        return self.spellings(name)

    def reveal(self, body: Any) -> Any:
        """Return *body*, which is JSON, with the names instead of their tokens in all its texts."""
        match body:
            case str():
                if "~" not in body:
                    return body
                return _WITHIN.sub(lambda token: self.name_of(token[0]), body)
            case Mapping():
                return {key: self.reveal(value) for key, value in body.items()}
            case list() | tuple():
                return [self.reveal(part) for part in body]
            case _:
                return body

    def _digest(self, name: str) -> str:
        digest = hmac.digest(self._salt, name.encode(), hashlib.sha256)
        return "~" + b32encode(digest).decode("ascii").lower()[:_DIGITS]

    def _has_salt(self) -> bool:
        if not self._salt:
            stored = self._registry.get(*_SALT) or {"salt": ""}
            self._salt = bytes.fromhex(stored["salt"])
        return bool(self._salt)
