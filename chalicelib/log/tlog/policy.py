"""A trust policy (C2SP tlog-policy): the logs, the witnesses, and how many of them are enough.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>…
    quorum <name>|none

Names are octets that mean nothing outside of the file; the text that holds them keeps every octet.
All functions here raise BadInput, with the number of the line, where the specification does not
allow something. Only Ed25519 keys can be checked here.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from chalicelib.errors import BadInput, Corrupt
from chalicelib.log.tlog.vkey import COSIGNATURE, ED25519, Vkey, read_vkey
from chalicelib.log.tlog.wire import decimal

NONE = "none"

_FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_LOG, _WITNESS = range(2, 4), range(3, 5)  # items of a line, its first word among them
_GROUP, _QUORUM = 4, 2  # at least, and exactly


class Group(Struct, frozen=True):
    """Witnesses a checkpoint where at least *threshold* of its *members* do."""

    name: str
    threshold: int
    members: tuple[str, ...]


class TlogPolicy(Struct, frozen=True):
    """The *logs* and *witnesses* with their addresses, the *groups* in order, and the *quorum*.

    Addresses are "" where there is none. Witnesses go by their names in the file.
    """

    logs: Mapping[Vkey, str]
    witnesses: Mapping[str, tuple[Vkey, str]]
    groups: tuple[Group, ...]
    quorum: str

    @property
    def needs_witnesses(self) -> bool:
        """Return whether a checkpoint without cosignatures is not enough."""
        return self.quorum != NONE

    def is_met_by(self, cosigners: Collection[Vkey]) -> bool:
        """Return whether the cosignatures of *cosigners* make a checkpoint valid."""
        witnessing = {name for name, (vkey, _) in self.witnesses.items() if vkey in cosigners}
        for group in self.groups:  # each names only what stands before it
            if sum(member in witnessing for member in group.members) >= group.threshold:
                witnessing.add(group.name)
        return self.quorum == NONE or self.quorum in witnessing

    @property
    def text(self) -> str:
        """Return the policy as lines of a file."""
        lines = [["log", vkey.text, url] for vkey, url in self.logs.items()]
        lines += [["witness", name, key.text, url] for name, (key, url) in self.witnesses.items()]
        lines += [["group", each.name, str(each.threshold), *each.members] for each in self.groups]
        lines.append(["quorum", self.quorum])
        return "".join(" ".join(filter(None, items)) + "\n" for items in lines)


def read_policy(raw: bytes, where: str) -> TlogPolicy:
    """Read the bytes of a policy file, which errors name *where*."""
    reader = _Reader()
    *lines, rest = raw.split(b"\n")
    for number, line in enumerate((*lines, rest), 1):
        try:
            reader.read_line(_items(line))
        except BadInput as error:
            raise BadInput(error.text, f"{where}:{number}") from error
    if rest:
        zh = "最后一行没有换行，文件可能不完整"
        raise BadInput(zh=zh, en="the last line has no end", where=f"{where}:{len(lines) + 1}")
    if reader.quorum is None:
        zh, en = "没有 quorum 行；不要求见证须写 quorum none", "there is no quorum line"
        raise BadInput(zh=zh, en=en, where=where)
    return TlogPolicy(reader.logs, reader.witnesses, tuple(reader.groups), reader.quorum)


def _items(line: bytes) -> list[str]:
    """Cut a line into its items; an empty one and a comment have none."""
    if forbidden := _FORBIDDEN.search(line):
        code = f"0x{forbidden[0][0]:02x}"
        raise BadInput(zh=f"不允许的字节 {code}", en=f"the octet {code} is not allowed")
    text = line.decode("utf-8", "surrogateescape").strip(" \t")
    return [] if not text or text.startswith("#") else re.split("[ \t]+", text)


class _Reader:
    """What was read so far, line by line."""

    def __init__(self) -> None:
        self.logs: dict[Vkey, str] = {}
        self.witnesses: dict[str, tuple[Vkey, str]] = {}
        self.groups: list[Group] = []
        self.quorum: str | None = None
        self._free: set[str] = set()  # names that are in no group yet
        self._names: set[str] = set()

    def read_line(self, items: Sequence[str]) -> None:
        """Read the *items* of a line."""
        match items:
            case []:
                return
            case ["log", vkey, *url] if len(items) in _LOG:
                self._add_log(vkey, *url)
            case ["witness", name, vkey, *url] if len(items) in _WITNESS:
                self._add_witness(name, vkey, *url)
            case ["group", name, needed, *members] if len(items) >= _GROUP:
                self._add_group(name, needed, members)
            case ["quorum", name] if len(items) == _QUORUM:
                self._set_quorum(name)
            case [("log" | "witness" | "group" | "quorum") as word, *_]:
                raise BadInput(zh=f"{word} 行的项数不对", en=f"a {word} line has other items")
            case _:
                zh = f"不认识 {items[0][:40]!r}，应为 log、witness、group 或 quorum"
                en = f"{items[0][:40]!r} is neither log, witness, group nor quorum"
                raise BadInput(zh=zh, en=en)

    def _add_log(self, text: str, url: str = "") -> None:
        vkey = _key(text, ED25519)
        if any(vkey.public == other.public for other in self.logs):
            raise BadInput(zh="这把公钥已有一行 log", en="a log with this public key stands above")
        self.logs[vkey] = url

    def _add_witness(self, name: str, text: str, url: str = "") -> None:
        vkey = _key(text, COSIGNATURE)
        if any(vkey.public == other.public for other, _ in self.witnesses.values()):
            raise BadInput(
                zh="这把公钥已有一行 witness", en="a witness with this public key stands above"
            )
        self._define(name)
        self.witnesses[name] = (vkey, url)

    def _add_group(self, name: str, needed: str, members: Sequence[str]) -> None:
        for place, member in enumerate(members):
            self._check_defined(member)
            if member not in self._free or member in members[:place]:
                zh = f"{member!r} 已是某组的成员，每个名称只能列入一次"
                raise BadInput(zh=zh, en=f"{member!r} is a member of a group already")
        threshold = _threshold(needed, len(members))
        self._define(name)
        self._free -= set(members)
        self.groups.append(Group(name, threshold, tuple(members)))

    def _set_quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise BadInput(zh="已有一行 quorum", en="there is a quorum line above")
        if name != NONE:
            self._check_defined(name)
        self.quorum = name

    def _define(self, name: str) -> None:
        if name == NONE or name in self._names:
            raise BadInput(zh=f"名称 {name!r} 已被占用", en=f"the name {name!r} is taken")
        self._names.add(name)
        self._free.add(name)

    def _check_defined(self, name: str) -> None:
        if name not in self._names:
            zh = f"上文没有名为 {name!r} 的 witness 或 group"
            raise BadInput(zh=zh, en=f"no witness or group {name!r} stands above")


def _key(text: str, kind: int) -> Vkey:
    if any("\udc80" <= char <= "\udcff" for char in text):
        raise BadInput(zh="公钥名称不是 UTF-8", en="the name of the key is not UTF-8")
    vkey = read_vkey(text)
    if vkey.kind != kind:
        zh = f"公钥类型 0x{vkey.kind:02x} 不用于此行，应为 0x{kind:02x}"
        raise BadInput(zh=zh, en=f"a key of the kind 0x{vkey.kind:02x}, not 0x{kind:02x}")
    return vkey


def _threshold(text: str, count: int) -> int:
    if text in ("all", "any"):
        return count if text == "all" else 1
    try:
        needed = decimal(text)
    except Corrupt:
        needed = 0
    if not 1 <= needed <= count:
        zh = f"应为 all、any 或 1 到 {count} 的整数，不是 {text[:40]!r}"
        raise BadInput(zh=zh, en=f"all, any or 1 to {count}, not {text[:40]!r}")
    return needed
