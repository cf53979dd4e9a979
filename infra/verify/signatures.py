"""Which facts only their teller could have made (I14): the keys of sources, and what they signed.

The log names at a fact the key that its source signed it with. So any reader sees a key that was
never stated, and a fact without one of a source that must sign. The signature itself is private:
who is shown it has it proved, or it is a finding.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from chalicelib.errors import BadInput, Corrupt, in_chinese
from chalicelib.instant import parse, text
from chalicelib.intake.event_types import Reported
from chalicelib.intake.source_key import SourceKey
from chalicelib.log.disclosure import ProvedEntry, prove, read_file
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.log.tlog.vkey import Vkey, read_vkey
from chalicelib.policy.source_keys import NO_KEYS, AdoptedKeys, read_adopted
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import Issue, remark
from infra.verify.opened import Opened
from infra.verify.told import HiddenNames

CHECK = "I14"
# Canonical JSON: within a text a quote is escaped, so this is the field and nothing else.
_TELLER = re.compile(
    rb'(?:"signed":"([A-Za-z0-9_-]{43})",)?"src":"([A-Za-z0-9._~-]+)","told":true,"v":1'
)
_LONGEST = 300  # bytes of these fields, and of the one behind them
KnownKeys = Mapping[str, Collection[SourceKey]]
"""The keys of sources, as the reader knows them from elsewhere than the log."""


class KeyStatement(Struct, frozen=True):
    """The keys of a source as leaf *place* states them, *since* the instant of its record."""

    place: int
    since: datetime
    adopted: AdoptedKeys


class StatedKeys:
    """All statements of keys in a log, *by_source*, in the order in which it came to know them."""

    def __init__(self, entries: Entries, known: KnownKeys) -> None:
        """Read them; *issues* tells each one, and what is wrong with it."""
        self.by_source: dict[str, list[KeyStatement]] = {}
        self._known = known
        self.issues = [
            issue for entry in entries.of_kind(Reported.KEYS_ADOPTED) for issue in self._read(entry)
        ]

    def ever(self, source: str) -> list[SourceKey]:
        """Return every key that was ever stated to be one of *source*."""
        return [key for each in self.by_source.get(source, ()) for key in each.adopted.keys]

    def required_since(self, source: str) -> str:
        """Return since when *source* must sign without a break; "" if it need not."""
        since = ""
        for each in self.by_source[source]:
            since = (since or text(each.since)) if each.adopted.required else ""
        return since

    def around(self, source: str, at: datetime) -> list[KeyStatement]:
        """Return the statements that may have been in force *at* an instant, by a merge delay.

        The clocks of the door and of the operator differ, and the door remembers keys for a minute.
        """
        around = [KeyStatement(-1, at, NO_KEYS)]
        for each in self.by_source.get(source, ()):
            if each.since <= at - MERGE_DELAY:
                around = [each]
            elif each.since <= at + MERGE_DELAY:
                around.append(each)
        return around

    def _read(self, entry: CheckedEntry) -> Iterator[Issue]:
        try:
            source, adopted = read_adopted(entry.payload["data"])
        except Corrupt as error:
            zh, en = error.text
            zh, en = f"公钥声明无法读取：{zh}", f"a statement of keys cannot be read: {en}"
            yield Issue(entry.index, CHECK, zh, en)
            return
        statement = KeyStatement(entry.index, parse(entry.recorded), adopted)
        self.by_source.setdefault(source, []).append(statement)
        names = [key.fingerprint for key in adopted.keys]
        alone = ("；只凭公钥采信", "; believed by them alone") if adopted.required else ("", "")
        zh = f"自 {entry.recorded} 起 {source} 的公钥：{'、'.join(names) or '无'}{alone[0]}"
        en = f"keys of {source} since {entry.recorded}: {', '.join(names) or 'none'}{alone[1]}"
        yield remark(CHECK, zh, en, entry.index)
        for key in adopted.keys:
            if source in self._known and key not in self._known[source]:
                zh = f"所声明的公钥 {key.fingerprint} 不是 {source} 自己的"
                en = f"the key {key.fingerprint} is stated, and is none of {source}"
                yield Issue(entry.index, CHECK, zh, en)


class SignedFacts(Struct):
    """The facts *told* by a source with *keys*; those *signed*, by the log's word, and *proved*.

    *required_since*: from when on it must sign; "" if it need not.
    """

    told: int
    signed: int
    proved: int
    keys: tuple[str, ...]
    required_since: str

    def line(self, source: str, *, english: bool) -> str:
        """Return it as a line for people."""
        zh = f"{source} 报送 {self.told} 项：日志注明以其私钥签名 {self.signed} 项，"
        en = f"{source} told {self.told} facts: by the log {self.signed} signed with its own key, "
        zh, en = f"{zh}其中本次核验证明 {self.proved} 项", f"{en}{self.proved} of them proved here"
        if since := self.required_since:
            zh, en = f"{zh}；自 {since} 起一律须签名", f"{en}; must sign since {since}"
        return en if english else zh


def read_disclosures(files: Sequence[Path], vkeys: Sequence[Vkey]) -> list[ProvedEntry]:
    """Read files of `duban disclose` about the log with these *vkeys*. Raises BadInput."""
    proved: list[ProvedEntry] = []
    for path in files:
        try:
            file = read_file(path.read_text("utf-8"))
            if (key := read_vkey(file.vkey)) not in vkeys:
                zh, en = "属于另一日志，请核对公钥", "it is about the log of another key"
                raise BadInput(zh=zh, en=en, where=str(path))
            proved += prove(file, key)
        except (OSError, UnicodeDecodeError, Corrupt) as error:
            zh = f"什么也不能证明，请重新索取（{in_chinese(error)}）"
            en = f"it proves nothing, ask for it anew: {error}"
            raise BadInput(zh=zh, en=en, where=str(path)) from error
    return proved


def check_signatures(
    entries: Entries,
    disclosed: Sequence[ProvedEntry],
    known: KnownKeys,
    counted: dict[str, SignedFacts],
    names: HiddenNames,
) -> Iterator[Issue]:
    """Check who signed which of *entries*, and what was *disclosed* of them.

    No key but those *known* may be stated of a source. Count the facts of each source with keys in
    *counted*. *names* that the log hides may be disclosed too.
    """
    stated = StatedKeys(entries, known)
    yield from stated.issues
    for source, statements in stated.by_source.items():
        keys = tuple(key.fingerprint for key in statements[-1].adopted.keys)
        counted[source] = SignedFacts(0, 0, 0, keys, stated.required_since(source))
    for entry in entries if counted or entries.is_signed else ():
        source, key = _teller(entry.leaf)
        if source in counted:
            counted[source].told += 1
            counted[source].signed += bool(key)
        if source in counted or key:
            yield from _check_fact(entry, source, key, stated)
    yield from _check_disclosed(entries, disclosed, stated, counted, names)


def _teller(leaf: bytes) -> tuple[str, str]:
    """Return the source that told a leaf, and the key that it names; "" where there is none."""
    match = _TELLER.search(leaf, max(len(leaf) - _LONGEST, 0))
    return (match[2].decode(), (match[1] or b"").decode()) if match else ("", "")


def _check_fact(entry: CheckedEntry, source: str, key: str, stated: StatedKeys) -> Iterator[Issue]:
    """Check the *key* that a fact names, or that it need not name one."""
    around = stated.around(source, parse(entry.recorded))
    if not key:
        if all(each.adopted.required for each in around):
            zh = f"已声明 {source} 一律以私钥签名，此项却没有签名：可能是他人编造的"
            en = f"it was stated that {source} signs all it tells, and this is not signed: it may "
            yield Issue(entry.index, CHECK, zh, f"{en}be made up")
        return
    before = (each.adopted.keys for each in around if each.place < entry.index)
    if key not in {own.fingerprint for keys in before for own in keys}:
        zh = f"所注明的公钥 {key} 当时没有声明属于 {source}"
        en = f"the key {key} was not stated to be one of {source} then"
        yield Issue(entry.index, CHECK, zh, en)


def _check_disclosed(
    entries: Entries,
    disclosed: Sequence[ProvedEntry],
    stated: StatedKeys,
    counted: dict[str, SignedFacts],
    names: HiddenNames,
) -> Iterator[Issue]:
    """Check each entry that was *disclosed*: it is one of the log, and the signature is right."""
    opened, proved = Opened(), dict[int, str]()
    for each in disclosed:
        is_there = entries.first <= each.index < entries.first + len(entries)
        if not is_there or entries.entry(each.index).payload != each.leaf:
            zh, en = "披露文件证明的条目不在此日志中", "what is proved by a disclosure is not here"
            yield Issue(each.index, "I1", zh, en)
            continue
        source, entry = str(each.leaf.get("src", "")), entries.entry(each.index)
        yield from names.check_disclosed(entry)
        try:
            if event := opened.open(each.leaf, each.values, stated.ever(source)):
                proved[each.index] = source
                yield from names.check(event, entry)
        except Corrupt as error:
            zh, en = f"披露的签名不成立：{error.text.zh}", f"the signature does not hold: {error}"
            yield Issue(each.index, CHECK, zh, en)
    for source in proved.values():
        counted[source].proved += 1
