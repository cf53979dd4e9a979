"""The keys of sources as a log states them (`keys.adopted`): which held at an instant."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from chalicelib.errors import Corrupt
from chalicelib.instant import parse, text
from chalicelib.intake.event_types import Reported
from chalicelib.intake.source_key import SourceKey
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.policy.source_keys import NO_KEYS, AdoptedKeys, read_adopted
from infra.verify.entries import Entries
from infra.verify.entry import CheckedEntry
from infra.verify.issue import Issue, remark

CHECK = "I14"
KnownKeys = Mapping[str, Collection[SourceKey]]
"""The keys of sources, as the reader knows them from elsewhere than the log."""


class KeyStatement(Struct, frozen=True):
    """The keys of a source as leaf *place* states them, *since* the instant of its record."""

    place: int
    since: datetime
    adopted: AdoptedKeys


class StatedKeys:
    """All statements of keys in a log, by source."""

    def __init__(self, entries: Entries, known: KnownKeys) -> None:
        """Read them; *issues* tells each one, and what is wrong with it."""
        self._by_source: dict[str, list[KeyStatement]] = {}
        self._known = known
        self.issues = [
            issue for entry in entries.of_kind(Reported.KEYS_ADOPTED) for issue in self._read(entry)
        ]

    @property
    def sources(self) -> Sequence[str]:
        """The sources with keys, in the order in which the log came to know them."""
        return [*self._by_source]

    def last(self, source: str) -> AdoptedKeys:
        """Return the keys of *source* as they were stated last."""
        return self._by_source[source][-1].adopted

    def ever(self, source: str) -> list[SourceKey]:
        """Return every key that was ever stated to be one of *source*."""
        return [key for each in self._by_source.get(source, ()) for key in each.adopted.keys]

    def required_since(self, source: str) -> str:
        """Return since when *source* must sign without a break; "" if it need not."""
        since = ""
        for each in self._by_source[source]:
            since = (since or text(each.since)) if each.adopted.required else ""
        return since

    def around(self, source: str, at: datetime) -> list[KeyStatement]:
        """Return the statements that may have been in force *at* an instant, by a merge delay.

        The clocks of the door and of the operator differ, and the door remembers keys for a minute.
        """
        around = [KeyStatement(-1, at, NO_KEYS)]
        for each in self._by_source.get(source, ()):
            if each.since <= at - MERGE_DELAY:
                around = [each]
            elif each.since <= at + MERGE_DELAY:
                around.append(each)
        return around

    def _read(self, entry: CheckedEntry) -> Iterator[Issue]:
        try:
            source, adopted = read_adopted(entry.payload["data"])
        except Corrupt as error:
            zh, why = error.text
            zh, en = f"公钥声明无法读取：{zh}", f"a statement of keys cannot be read: {why}"
            yield Issue(entry.index, CHECK, zh, en)
            return
        statement = KeyStatement(entry.index, parse(entry.recorded), adopted)
        self._by_source.setdefault(source, []).append(statement)
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
