"""The keys that sources sign with, as an operator registers them: stated in the log, and believed.

What was stated is noted in the registry. What the door believes stands beside the secrets. The door
must never believe more than the log states. So a key is stated before it is believed, and no longer
believed before that is stated; and a source must sign at the door before the log says that it must.
After a crash anywhere the same command goes on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.cases.fact import Fact
from chalicelib.cases.stored_fact import Record
from chalicelib.errors import BadInput, Bilingual, Conflict, Corrupt
from chalicelib.instant import parse, text
from chalicelib.intake.event import OURS
from chalicelib.intake.inbox_id import own_id
from chalicelib.intake.source_key import PREFIX, SourceKey, read_source_key
from chalicelib.plumbing.services import Services
from chalicelib.policy.source_keys import NO_KEYS, AdoptedKeys, read_adopted
from chalicelib.statement.state import keys_event
from infra.operate.announcing import wait_for_log

_STATED = ("SOURCES", "KEYS")
"""By source: when its keys were stated, each time, and how they are since the last."""


def add_key(services: Services, name: str, written: str) -> dict[str, Any]:
    """Register the public key *written* for *name*; return the source as listed. Raises BadInput.

    Crash before the last write: the key is stated and not believed; the same command goes on.
    """
    try:
        key = read_source_key(written)
    except Corrupt as error:
        zh = f"不是可用的公钥：{error.text.zh}"
        en = f"not a public key that can be used: {error}"
        raise BadInput(zh=zh, en=en, where="--public") from error
    document = services.sources.read_document()
    _check_registered(name, document)
    others = (each for each in document if each != name)
    if any(key.text in document[other] for other in others):
        zh, en = "另一报送单位已登记此公钥", "another source has this key"
        raise BadInput(zh=zh, en=en, where="--public")
    _state(services, name, stated_keys(services, name).with_key(key))
    rest = [each for each in document[name] if each != key.text]
    services.sources.write({**document, name: [*secrets_in(rest), key.text, *keys_in(rest)]})
    return listed(services, name)


def remove_key(services: Services, name: str, named: str) -> dict[str, Any]:
    """Believe the key *named* of *name* no longer; return the source as listed. Raises BadInput.

    Crash after the first write: the key is not believed and still stated; the same command goes on.
    """
    document, stated = services.sources.read_document(), stated_keys(services, name)
    key = stated.named(named)
    rest = [each for each in document.get(name, ()) if each != key.text]
    if name in document and not rest:
        raise BadInput(
            zh=f"这是 {name} 仅有的凭证，移除后它不能再报送；请先登记新公钥，或用"
            " duban source remove",
            en=f"nothing else is believed of {name}: add another key first, or remove the source",
        )
    if name in document:
        services.sources.write({**document, name: rest})
    _state(services, name, stated.without_key(key))
    return listed(services, name)


def require_keys(services: Services, name: str) -> dict[str, Any]:
    """Believe *name* by its keys alone, and drop its secrets; return the source as listed.

    From then on nobody but the source can report in its name unseen. Raises BadInput. Crash after
    the first write: its secrets are gone, which is not stated yet; the same command goes on.
    """
    document = services.sources.read_document()
    _check_registered(name, document)
    keys = keys_in(document[name])
    if not keys:
        zh = f"{name} 还没有登记公钥；先用 duban source key add"
        raise BadInput(zh=zh, en=f"{name} has no key yet; duban source key add")
    services.sources.write({**document, name: keys})
    stated = stated_keys(services, name)
    _state(services, name, AdoptedKeys(stated.keys, required=True))
    return listed(services, name)


def allow_secret(services: Services, name: str) -> None:
    """State that *name* need not sign with a key, before it is given a secret. Raises BadInput."""
    stated = stated_keys(services, name)
    if stated.required:
        _state(services, name, AdoptedKeys(stated.keys))


def withdraw_keys(services: Services, name: str) -> None:
    """State that *name*, which is believed no longer, has no key. Raises BadInput."""
    stated = stated_keys(services, name)
    if stated.keys:
        _state(services, name, AdoptedKeys((), stated.required))


def listed(services: Services, name: str) -> dict[str, Any]:
    """Return the keys of *name* as listed, and whether it is believed by them alone."""
    believed, stated = services.sources.read_document().get(name, ()), stated_keys(services, name)
    keys = [
        {"key": key.fingerprint, "public": key.text, "is_believed": key.text in believed}
        for key in stated.keys
    ]
    return {"source": name, "keys": keys, "required": stated.required}


def stated_keys(services: Services, name: str) -> AdoptedKeys:
    """Return the keys of *name* as they were stated last."""
    note = _notes(services).get(name)
    return _read_note(note) if note else NO_KEYS


def sources_with_keys(services: Services) -> list[str]:
    """Return the sources whose keys were ever stated."""
    return sorted(_notes(services))


def secrets_in(active: Sequence[str]) -> list[str]:
    """Return the secrets among the *active* credentials of a source."""
    return [each for each in active if not each.startswith(PREFIX)]


def keys_in(active: Sequence[str]) -> list[str]:
    """Return the public keys among the *active* credentials of a source."""
    return [each for each in active if each.startswith(PREFIX)]


def statement_of(services: Services, fact: Fact) -> Record | None:
    """Return the first statement of the key that *fact* was signed with; None where it is lost."""
    zone, times = services.profile().zone, _notes(services).get(fact.source, {}).get("at", ())
    for number, at in enumerate(times, 1):
        event = keys_event(number, {"source": fact.source}, parse(at), zone)
        for record in services.facts.of_case(event["subject"]):
            stated = record.fact
            if stated.key == f"{OURS}/{event['id']}":
                keys = read_adopted(stated.data)[1].keys
                if any(key.fingerprint == fact.signed for key in keys):
                    return record
    return None


def _state(services: Services, name: str, wanted: AdoptedKeys) -> None:
    """State the keys of *name*, and wait until the log has them. Raises BadInput.

    The note comes first and names the statement, so after a crash the same one is made again.
    """
    stored = services.registry.get(*_STATED)
    note = (stored or {}).get(name)
    if note is None and wanted == NO_KEYS:
        return
    if note is None or _read_note(note) != wanted:
        times = [*(note["at"] if note else ()), text(services.now())]
        keys = [key.text for key in wanted.keys]
        note = {"at": times, "keys": keys, "required": wanted.required}
        notes = {**(stored or {}), name: note}
        try:
            services.registry.put(*_STATED, notes, new=stored is None, instead_of=stored)
        except Conflict as error:
            zh, en = "有人同时在改公钥，请再试", "somebody else is changing keys; try again"
            raise BadInput(zh=zh, en=en) from error
    number, at = len(note["at"]), parse(note["at"][-1])
    event = keys_event(number, wanted.data(name), at, services.profile().zone)
    services.inbox.notify(event["subject"], event, services.now())

    def is_sealed() -> bool:
        item = services.inbox.get(event["subject"], own_id(event["id"]))
        return item is not None and item.pending_shard is None

    wait_for_log(services, is_sealed, Bilingual("公钥", "keys"))


def _notes(services: Services) -> Mapping[str, Any]:
    return services.registry.get(*_STATED) or {}


def _read_note(note: Mapping[str, Any]) -> AdoptedKeys:
    keys: tuple[SourceKey, ...] = tuple(map(read_source_key, note["keys"]))
    return AdoptedKeys(keys, note["required"])


def _check_registered(name: str, document: Mapping[str, Sequence[str]]) -> None:
    if name not in document:
        zh = f"没有报送单位 {name}；先用 duban source add"
        raise BadInput(zh=zh, en=f"there is no source {name}; duban source add")
