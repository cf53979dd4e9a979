"""The sources of a stage, as an operator registers them: their secrets, and what each may report.

Two places: secrets in Secrets Manager, all else in the registry, which the log states. The registry
is written first: what is registered and has no secret yet can report nothing, and the same command
again goes on from there.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from hashlib import sha256
from typing import Any

from chalicelib.errors import BadInput
from chalicelib.instant import local
from chalicelib.intake.source_key import read_source_key
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.plumbing.services import Services
from chalicelib.policy import registering
from chalicelib.policy.registering import ANY, RequestedTerms, StageTerms
from chalicelib.policy.sources import NO_SOURCES, Outage, Registration, Registrations
from infra.operate.source_keys import allow_secret, keys_in, secrets_in, withdraw_keys

ACTIVE = 2
SECRET_BYTES = 32

Document = Mapping[str, list[str]]


def add(services: Services, name: str, terms: RequestedTerms) -> str:
    """Register *name* and return its secret, which cannot be read again. Raises BadInput."""
    registering.check_source_name(name)
    document = services.sources.read_document()
    if name in document:
        zh = f"{name} 已登记；要第二个密钥，加 --rotate"
        raise BadInput(zh=zh, en=f"source {name} is registered; --rotate gives it a second secret")
    stage = _stage_terms(services)
    services.registrations.change(lambda old: registering.register(old, name, terms, stage))
    allow_secret(services, name)
    secret = new_secret()
    services.sources.write(add_secret(document, name, secret, rotate=False))
    return secret


def rotate(services: Services, name: str) -> str:
    """Give *name* a second secret and return it; a source of keys alone gets one. Raises BadInput.

    Crash before the write: the log says that it need not sign, and it has no secret yet.
    """
    secret = new_secret()
    document = services.sources.read_document()
    after = add_secret(document, name, secret, rotate=True)
    allow_secret(services, name)
    services.sources.write(after)
    return secret


def change(services: Services, name: str, terms: RequestedTerms) -> dict[str, Any]:
    """Change what *name* is registered for; return it as listed. Raises BadInput.

    A source that has only a secret, from before sources were registered for anything, is
    registered by this.
    """
    if terms == RequestedTerms(reason=terms.reason):
        zh = "要改什么？--departments、--regions 或 --delivery"
        raise BadInput(zh=zh, en="what is to change? --departments, --regions or --delivery")
    document, stage = services.sources.read_document(), _stage_terms(services)

    def changed(old: Registrations) -> Registrations:
        is_new = name not in old.by_name and name in document
        edit = registering.register if is_new else registering.change
        return edit(old, name, terms, stage)

    after = services.registrations.change(changed)
    return _row(name, after.by_name[name], document.get(name, ()), stage.zone)


def record_outage(
    services: Services, name: str, span: tuple[str | None, str], reason: str
) -> dict[str, str]:
    """Record the outage of *name* over a *span*, by default from now on. Raises BadInput."""
    stage, (since, until) = _stage_terms(services), span
    begin = registering.read_instant(since, stage.zone, "--from") if since else stage.now
    outage = Outage(begin, registering.read_instant(until, stage.zone, "--until"), reason)
    record = registering.record_outage
    most = services.profile().sources.outages
    services.registrations.change(lambda old: record(old, name, outage, most, stage))
    return _outage(outage, stage.zone)


def set_live_from(services: Services, day: str) -> str:
    """Set from which *day* on the stage is in use; return the instant. Raises BadInput."""
    zone = services.profile().zone
    after = services.registrations.change(lambda old: registering.set_live_from(old, day, zone))
    return _shown(after.live_from, zone)


def listed(services: Services) -> dict[str, Any]:
    """Return all sources, those without a secret too, with the stage's own outages and dates."""
    document, registered = services.sources.read_document(), services.registrations.read()
    zone, unregistered = services.profile().zone, Registration(frozenset(), frozenset())
    names = sorted({*document, *registered.by_name})
    known = [(name, registered.by_name.get(name, unregistered)) for name in names]
    return {
        "sources": [_row(name, source, document.get(name, ()), zone) for name, source in known],
        "outages": [_outage(each, zone) for each in registered.outages],
        "live_from": _shown(registered.live_from, zone),
    }


def remove(services: Services, name: str, *, only_old: bool) -> None:
    """Believe *name* no longer, or only its newest secret. Raises BadInput.

    What it was registered for stays on record: what it has reported is judged by that. Crash after
    the write: its keys are stated and not believed; `source key remove` takes them back.
    """
    document = services.sources.read_document()
    services.sources.write(remove_source(document, name, only_old=only_old))
    if not only_old:
        withdraw_keys(services, name)


def register_any(services: Services, name: str, delivery: str, history_from: str) -> str:
    """Register *name* in a new stage for any department and region; return its secret."""
    terms = RequestedTerms(ANY, ANY, delivery, history_from)
    stage = _stage_terms(services)
    services.registrations.change(lambda _: registering.register(NO_SOURCES, name, terms, stage))
    secret = new_secret()
    services.sources.write({name: [secret]})
    return secret


def new_secret() -> str:
    """Return a new signing secret."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def add_secret(old: Document, name: str, secret: str, *, rotate: bool) -> Document:
    """Give *name* the new *secret*, the newest first; of older ones at most one stays."""
    if rotate and name not in old:
        zh, en = f"没有 {name}，去掉 --rotate", f"there is no source {name}; leave --rotate out"
        raise BadInput(zh=zh, en=en)
    active = old.get(name, [])
    return {**old, name: [*[secret, *secrets_in(active)][:ACTIVE], *keys_in(active)]}


def remove_source(old: Document, name: str, *, only_old: bool) -> Document:
    """Leave *name* out, or with its newest secret only and its keys."""
    if name not in old:
        raise BadInput(zh=f"没有登记 {name}", en=f"there is no source {name}")
    rest = {other: active for other, active in old.items() if other != name}
    return {**rest, name: [*secrets_in(old[name])[:1], *keys_in(old[name])]} if only_old else rest


def _stage_terms(services: Services) -> StageTerms:
    """Return the stage's terms; a change holds once the log has stated it."""
    now = services.now()
    region = services.settings.duban_region
    return StageTerms(now, now + MERGE_DELAY, services.profile().zone, region)


def _row(name: str, source: Registration, active: Sequence[str], zone: tzinfo) -> dict[str, Any]:
    return {
        "source": name,
        "secrets": [sha256(each.encode()).hexdigest()[:8] for each in secrets_in(active)],
        "keys": [read_source_key(key).fingerprint for key in keys_in(active)],
        **registering.described(source),
        "history_from": _shown(source.history_from, zone),
        "outages": [_outage(each, zone) for each in source.outages],
    }


def _outage(outage: Outage, zone: tzinfo) -> dict[str, str]:
    since, until = _shown(outage.since, zone), _shown(outage.until, zone)
    return {"since": since, "until": until, "reason": outage.reason}


def _shown(instant: datetime | None, zone: tzinfo) -> str:
    return local(instant, zone) if instant else ""
