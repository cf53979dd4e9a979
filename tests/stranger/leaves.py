"""What may stand in the log: canonical JSON, an allow-list of fields, a chain for each case."""

import json
import re
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from tests.stranger.merkle import leaf_hash
from tests.stranger.untrue import Untrue, require

MOST = 4096
WHOLE = 2**53

_ALWAYS = {"v", "k", "case", "n", "prev", "at", "rec", "key", "data"}
_SOMETIMES = {"told", "wrote", "seq", "src", "signed", "corrects", "own", "d"}
_OF_TOLD = {"wrote", "seq", "src", "signed", "corrects"}
_KIND = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*|heartbeat", re.ASCII)
_CASE = re.compile(r"c_[a-z2-7]{26}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_SEQUENCE = re.compile(r"\d{10}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True)
class Leaf:
    """One entry: what it *said*, and its *hash* in Base64."""

    said: Mapping[str, Any]
    hash: str


def canonical(value: Any) -> str:
    """Write JSON as RFC 8785 has it, for text, truth and whole numbers."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    require(isinstance(value, int), f"neither text nor a whole number: {value!r}")
    if isinstance(value, bool):
        return "true" if value else "false"
    require(abs(value) < WHOLE, f"too large a number: {value}")
    return str(value)


def _refuse(text: str) -> NoReturn:
    raise Untrue(f"a number that is not whole: {text}")


def read_leaf(entry: bytes) -> Leaf:
    """Read an entry, strictly."""
    require(len(entry) <= MOST, f"a leaf of {len(entry)} bytes")
    try:
        text = entry.decode("utf-8")
        said = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
    except ValueError as error:
        raise Untrue("a leaf is not JSON") from error
    require(isinstance(said, dict) and canonical(said) == text, "a leaf is not canonical JSON")
    require(said.keys() >= _ALWAYS, f"a leaf lacks {_ALWAYS - said.keys()}")
    require(said.keys() <= _ALWAYS | _SOMETIMES, f"not allowed in a leaf: {sorted(said)}")
    _check_fields(said)
    return Leaf(said, b64encode(leaf_hash(entry)).decode())


def _check_fields(said: Mapping[str, Any]) -> None:
    for name, pattern in {
        "k": _KIND, "case": _CASE, "at": _INSTANT, "rec": _INSTANT, "wrote": _INSTANT,
        "seq": _SEQUENCE, "src": _SOURCE, "signed": _DIGEST,
    }.items():  # fmt: skip
        value = said.get(name)
        if name in said:
            require(isinstance(value, str) and bool(pattern.fullmatch(value)), f"{name}: {value}")
    for name in ("at", "rec", "wrote"):
        _check_instant(said.get(name, said["at"]))
    require(said["v"] == 1 and isinstance(said["n"], int) and said["n"] >= 0, "version and number")
    require(isinstance(said["key"], str) and bool(said["key"]), "a leaf without key")
    require(isinstance(said["data"], dict) and all(map(_NAME.fullmatch, said["data"])), "data")
    require(not said["data"].keys() & {*said["data"].get("given", ())}, "private and open at once")
    require(said.get("told", True) is True, "told is true, or not there")
    require("told" in said or not (_OF_TOLD & said.keys()), "said of what was not told")
    is_reported = "told" in said and not said["key"].startswith("duban/")
    require(("src" in said) == is_reported, "what is reported names its source, and nothing else")
    require("signed" not in said or "src" in said, "a key is that of a source")
    require("own" not in said or said["n"] == 0, "a case has one name, in its first leaf")
    digests = said.get("d", [])
    require(digests == sorted(set(digests)), "digests are sorted, each once")
    require(all(map(_DIGEST.fullmatch, digests)), "digests are of 32 bytes")
    require(all(len(urlsafe_b64decode(one + "=")) == 32 for one in digests), "digests")


def _check_instant(text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise Untrue(f"no instant: {text}") from error


def check_chains(leaves: Iterable[Leaf]) -> int:
    """Each case by itself: no gap, each leaf names the one before, and one source reports it.

    Say how many cases there are.
    """
    last: dict[str, tuple[int, str]] = {}
    sources: dict[str, str] = {}
    for index, leaf in enumerate(leaves):
        case, n, prev = leaf.said["case"], leaf.said["n"], leaf.said["prev"]
        wanted = last.get(case, (-1, ""))
        require(n == wanted[0] + 1, f"entry {index}: {case} goes from {wanted[0]} to {n}")
        require(prev == wanted[1], f"entry {index}: {case}.{n} does not follow {case}.{n - 1}")
        if source := leaf.said.get("src"):
            require(sources.setdefault(case, source) == source, f"{case} has two sources")
        last[case] = (n, leaf.hash)
    return len(last)
