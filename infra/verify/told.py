"""A receipt with the event that it was given for: the leaf tells that event, and nothing else.

The receipt's disclosure holds the SHA-256 of the event, and the leaf commits to the disclosure. So
each public field of the leaf can be compared with the event. An instant that was ahead of its
receipt stands as the receipt. A name that nothing knew may stand as its token (CLAIMS §2): it must
have been unknown to every catalogue and registration of the hour before, and has one token. The
name itself can be compared where it is disclosed (`--disclosed`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.cases.from_event import sequence_of
from chalicelib.errors import BadInput, Corrupt, Rejected
from chalicelib.instant import NoInstant, is_date, parse, text
from chalicelib.intake.event import OURS, Event, normalise
from chalicelib.intake.event_types import STARTING_TYPES, Reported
from chalicelib.log.disclosure import ProvedEntry
from chalicelib.log.receipts import EVENT, event_sha256
from chalicelib.plumbing.name_tokens import is_token
from chalicelib.policy.names import NAMED, NameKind
from chalicelib.vault.redaction import COMPARED, REPORTED, redact
from chalicelib.vault.sd_jwt import read_disclosure
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import Issue, remark

_CHECK = "I12"
_COMMITTED = "names."  # the private field of the names behind the tokens of a leaf
_BY_LIST = ("department", "kind")  # the catalogue's counts; what was told stands beside it
Leaf = Mapping[str, Any]
Told = Mapping[str, Event]
Knew = Callable[[NameKind, str, CheckedEntry], bool]
"""Whether a name of a kind had long been known when an entry was recorded."""


def knew_nothing(kind: NameKind, name: str, entry: CheckedEntry) -> bool:  # noqa: ARG001
    """Say that no name was known: nobody read the rules."""
    return False


class HiddenName(NamedTuple):
    """A *name* of a *kind*, told in a *field*, which is a *token* in the leaf."""

    field: str
    kind: NameKind
    name: str
    token: str


class HiddenNames:
    """The tokens in *entries*, with the names that events and disclosures have for them."""

    def __init__(self, entries: Entries, knew: Knew, disclosed: Sequence[ProvedEntry] = ()) -> None:
        self._entries = entries
        self._knew = knew
        self._committed = {each.index: _names_in(each.values) for each in disclosed}
        self._names: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        self._seen = set[tuple[str, str]]()

    def check(self, event: Event, entry: CheckedEntry) -> Iterator[Issue]:
        """Check each name of *event* for which *entry* has a token."""
        for hidden in _hidden(event["data"], entry.payload.get("data", {})):
            committed = self._committed.get(entry.index, {}).get(hidden.token)
            yield from self._check_known(hidden, entry)
            if not self._is_one(hidden) or committed not in (None, hidden.name):
                yield _another(hidden, entry)
            elif committed is None and (hidden.token, hidden.name) not in self._seen:
                self._seen.add((hidden.token, hidden.name))
                zh = f"{hidden.field} 在日志中是代号 {hidden.token}，无法与“{hidden.name}”比对；"
                zh = f"{zh}请索取此条的名称（duban disclose --field names），以 --disclosed 给出"
                en = f"{hidden.field} is the token {hidden.token} in the log, and cannot be "
                en = f"{en}compared with {hidden.name!r}; ask for the names of this entry (duban "
                en = f"{en}disclose --field names) and give them by --disclosed"
                yield remark(_CHECK, zh, en, entry.index)

    def check_disclosed(self, entry: CheckedEntry) -> Iterator[Issue]:
        """Check the names that *entry* commits to, as far as they are disclosed."""
        committed = self._committed.get(entry.index, {})
        for field, kind, token in _tokens(entry.payload.get("data", {})):
            if name := committed.get(token):
                hidden = HiddenName(field, kind, name, token)
                yield from self._check_known(hidden, entry)
                if not self._is_one(hidden):
                    yield _another(hidden, entry)

    def _check_known(self, hidden: HiddenName, entry: CheckedEntry) -> Iterator[Issue]:
        """Find a token of a name that was known when its case was first told it."""
        earlier = map(self._entries.entry, self._entries.indexes_in(entry.case))
        written = f'"{hidden.token}"'.encode()
        first = next((each for each in earlier if written in each.leaf), entry)
        if self._knew(hidden.kind, hidden.name, first):
            zh = f"{hidden.field} 在日志中是代号 {hidden.token}，而名称“{hidden.name}”当时早已公布"
            en = f"{hidden.field} is the token {hidden.token} in the log, but the name "
            zh = f"{zh}；隐去它即隐去其时限和部门，请向监察机关反映"
            en = f"{en}{hidden.name!r} had long been published then; its limits are hidden with it"
            yield Issue(entry.index, _CHECK, zh, f"{en}: show this to the inspectors")

    def _is_one(self, hidden: HiddenName) -> bool:
        is_known = self._names.setdefault(hidden.token, hidden.name) == hidden.name
        return self._tokens.setdefault(hidden.name, hidden.token) == hidden.token and is_known


def _names_in(values: Mapping[str, object]) -> dict[str, str]:
    """Return the names that *values* disclose, by their tokens."""
    return {
        field.removeprefix(_COMMITTED): str(name)
        for field, name in values.items()
        if field.startswith(_COMMITTED)
    }


def _tokens(data: Mapping[str, Any]) -> Iterator[tuple[str, NameKind, str]]:
    """Yield each token in the *data* of a leaf, with its field and kind."""
    for field, kind in NAMED.items():
        if isinstance(token := data.get(field), str) and is_token(token):
            yield field, kind, token
    for part in data.get("parts") or ():
        yield from _tokens(part)


def _hidden(told: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[HiddenName]:
    """Yield each name that was *told* and is a token in *data*."""
    for field, kind in NAMED.items():
        name, token = told.get(field), data.get(f"told_{field}", data.get(field))
        if isinstance(name, str) and isinstance(token, str) and is_token(token):
            yield HiddenName(field, kind, name, token)
    for part, logged in zip(told.get("parts") or (), data.get("parts") or (), strict=False):
        yield from _hidden(part, logged)


def _another(hidden: HiddenName, entry: CheckedEntry) -> Issue:
    zh = f"{hidden.field} 的代号 {hidden.token} 不是报送的名称“{hidden.name}”的；请保留事件并查询"
    en = f"{hidden.field}: the token {hidden.token} is not that of the name {hidden.name!r} that "
    return Issue(entry.index, _CHECK, zh, f"{en}was told; keep the event, and ask")


class Corrections:
    """The keys of the leaves of known events, and the corrections of events that were taken.

    An event names the one that it corrects by its id; the leaf names it by a keyed hash. So an
    operator could let a correction be about another event. Who holds both events sees it.
    """

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], str] = {}
        self._wanted: dict[tuple[str, str], list[Leaf]] = {}

    def take(self, source: str, name: str, leaf: Leaf, event: Event | None) -> Iterator[Leaf]:
        """Take the *leaf* of an event, and the *event* if it is known; yield wrong corrections."""
        self._keys[source, name] = str(leaf["key"])
        yield from self._wrong(source, name, self._wanted.get((source, name), []))
        if event is not None and event["type"] == Reported.CASE_CORRECTED:
            about = str(event["data"].get("event", ""))
            self._wanted.setdefault((source, about), []).append(leaf)
            yield from self._wrong(source, about, [leaf])

    def _wrong(self, source: str, name: str, corrections: list[Leaf]) -> Iterator[Leaf]:
        key = self._keys.get((source, name))
        yield from (each for each in corrections if key not in (None, each.get("corrects")))


class ToldEvents(NamedTuple):
    """The *events* that a reader has, by their SHA-256, and their *names* that a log may hide."""

    events: Told
    names: HiddenNames


def read_told(files: Sequence[Path]) -> dict[str, Event]:
    """Return the events in *files*, one or a list in each, by their SHA-256. Raises BadInput."""
    events: dict[str, Event] = {}
    for file in files:
        try:
            document = json.loads(file.read_text("utf-8"))
            for value in document if isinstance(document, list) else [document]:
                event = read_act(value) or normalise(value)
                events[event_sha256(event)] = event
        except (OSError, ValueError) as error:
            zh, en = "读不出，请核对文件", f"cannot be read: {error}"
            raise BadInput(zh=zh, en=en, where=str(file)) from error
        except Rejected as refusal:
            zh = f"不是可以报送的事件，请原样给出：{refusal.line('zh')}"
            en = f"not an event, give it as it was: {refusal}"
            raise BadInput(zh=zh, en=en, where=str(file)) from refusal
    return events


def read_act(value: object) -> Event | None:
    """Return the event of an act, as its answer has it; None where *value* is no event of ours."""
    if not isinstance(value, dict) or value.get("source") != OURS:
        return None
    match value:
        case {"id": str(name), "subject": str(subject), "type": str(kind), "time": str(at)}:
            data = value.get("data")
            if isinstance(data, dict) and set(value) == Event.__required_keys__:
                return Event(id=name, source=OURS, subject=subject, type=kind, time=at, data=data)
    return None


def check_told(disclosure: str, told: ToldEvents, entry: CheckedEntry, of: str) -> Iterator[Issue]:
    """Check that *entry* tells the event in *disclosure*, of receipt *of*, if it is *told*."""
    event = told.events.get(digest_in(disclosure))
    if event is None:
        return
    for field, sent, logged in differences(event, entry.payload):
        zh = f"回执 {of} 的事件与日志不同：{field} 报送的是 {sent}，日志是 {logged}；"
        en = f"the event of receipt {of} is not what the log tells: {field} was {sent}, is {logged}"
        zh = f"{zh}请保留回执和事件，向监察机关反映"
        en = f"{en}; keep receipt and event, and show them to the inspectors"
        yield Issue(entry.index, _CHECK, zh, en)
    yield from told.names.check(event, entry)


def digest_in(disclosure: str) -> str:
    """Return the SHA-256 of the event that *disclosure* holds; "" where it holds none."""
    try:
        name, value = read_disclosure(disclosure)
    except Corrupt:
        return ""
    return value if name == EVENT and isinstance(value, str) else ""


def differences(event: Event, leaf: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each field of *leaf* that does not say what *event* says."""
    received = parse(leaf["rec"])
    is_ours, written = event["source"] == OURS, event.get("recordedtime")
    wanted = {
        "k": event["type"],
        "src": None if is_ours else event["source"],
        "told": True,
        "at": _by(event["time"], received),
        "wrote": _by(written, received) if written else None,
        "seq": sequence_of(event) or None,
    }
    for name, value in wanted.items():
        if leaf.get(name) != value:
            yield name, str(value), str(leaf.get(name))
    data, split = leaf.get("data", {}), redact(event["data"], by_us=is_ours)
    ours = {"given", *(COMPARED if event["type"] in STARTING_TYPES else ())}
    for name in sorted((split.open.keys() | (data.keys() & REPORTED)) - ours):
        reported, logged = split.open.get(name), data.get(name)
        if name in _BY_LIST and data.get(f"told_{name}") is not None:
            logged = data[f"told_{name}"]
        if not _agrees(name, reported, logged, received):
            yield f"data.{name}", _shown(reported), _shown(logged)


def _by(instant: str, received: datetime) -> str:
    return text(min(parse(instant), received))


def _agrees(field: str, reported: object, logged: object, received: datetime) -> bool:
    """Return whether *logged* is what was *reported* in a *field*; empty is as good as left out."""
    if reported in ("", None, [], {}) and logged is None:
        return True
    if isinstance(reported, str) and isinstance(logged, str):
        is_hidden = field in NAMED and is_token(logged)
        return reported == logged or is_hidden or _is_cut(reported, logged, received)
    if isinstance(reported, Mapping) and isinstance(logged, Mapping):
        return all(
            _agrees(name, reported.get(name), logged.get(name), received)
            for name in reported.keys() | logged.keys()
        )
    if isinstance(reported, list) and isinstance(logged, list) and len(reported) == len(logged):
        return all(_agrees(field, *pair, received) for pair in zip(reported, logged, strict=True))
    return reported == logged


def _is_cut(reported: str, logged: str, received: datetime) -> bool:
    """Return whether *reported* is an instant ahead of its receipt, which is *logged* instead."""
    try:
        return not is_date(reported) and parse(reported) > received and logged == text(received)
    except NoInstant:
        return False


def _shown(value: object) -> str:
    return "（无）" if value is None else json.dumps(value, ensure_ascii=False)
