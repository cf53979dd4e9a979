"""Names that a log tells by a token, compared with the events that have them (CLAIMS §2).

Only a name that nothing knows may be a token. A hidden item hides the limits of a case; a hidden
department keeps the card from the right one. A reader with the event can check it: the name must
have been unknown, to every catalogue and registration of the hour before, and has one token. The
name itself can be compared where it is disclosed (`--disclosed`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from chalicelib.intake.event import Event
from chalicelib.log.disclosure import ProvedEntry
from chalicelib.plumbing.name_tokens import is_token
from chalicelib.policy.names import NAMED, NameKind
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import Issue, remark

_CHECK = "I12"
_COMMITTED = "names."  # the private field of the names behind the tokens of a leaf

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
