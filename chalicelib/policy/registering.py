"""Registering a source: what an operator may set, when it holds, and what is refused.

Pure: the registrations before and what is asked for in, the registrations after out. All of it is
public, and the log states it before it is used. So a change of the delivery time holds only for
what occurs later, an outage is recorded before it ends, and two dates are set once for all.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import BadInput
from chalicelib.instant import NoInstant, is_date, parse_iso
from chalicelib.intake.event import OURS
from chalicelib.intake.name_text import NoText, clean_name, clean_prose
from chalicelib.policy.sources import (
    USUAL,
    Delivery,
    DeliveryTime,
    Outage,
    Registration,
    Registrations,
)

ANY = "any"
MAX_REASON = 500
_FIRST_YEAR = 1990
_YEAR = timedelta(days=366)
_NO_REGION = "000000"  # a stage that was not told where it is
# No colon: a case is named `source:subject`, and the first colon must be the border.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}", re.ASCII)


class RequestedTerms(Struct, frozen=True):
    """What an operator asks for a source, as it is written; None: not said."""

    departments: str | None = None
    regions: str | None = None
    delivery: str | None = None
    history_from: str | None = None
    reason: str = ""


class StageTerms(Struct, frozen=True):
    """The stage's *now*, its *zone* and *region*; *stated_by*: when the log states a change."""

    now: datetime
    stated_by: datetime
    zone: tzinfo
    region: str


def check_source_name(name: str) -> None:
    """Refuse a *name* that no source may have. Raises BadInput."""
    if not _NAME.fullmatch(name) or name in (ANY, OURS):
        zh = f"系统名只用字母、数字和 . _ ~ -，不能是 {ANY} 或 {OURS}，不是 {name!r}"
        taken = f"{ANY} and {OURS} are taken"
        en = f"a source is named by letters, digits and . _ ~ -, not {name!r} ({taken})"
        raise BadInput(zh=zh, en=en)


def register(
    old: Registrations, name: str, terms: RequestedTerms, stage: StageTerms
) -> Registrations:
    """Return *old* with the source *name*. Raises BadInput that names the option.

    One that was removed and is registered again keeps its delivery times, outages and history.
    """
    check_source_name(name)
    if terms.departments is None:
        zh = "它为哪些单位报送？写 A,B；整个中心的系统写 any"
        en = "for which departments may it speak? A,B, or any for the system of a whole centre"
        raise BadInput(zh=zh, en=en, where="--departments")
    if name in old.by_name:
        return change(old, name, terms, stage)
    regions = terms.regions
    if regions is None and stage.region != _NO_REGION:
        regions = stage.region
    if regions is None:
        zh, en = "它为哪些地区报送？写 R,… 或 any", "for which regions may it speak? R,… or any"
        raise BadInput(zh=zh, en=en, where="--regions")
    source = Registration(
        departments=_read_names(terms.departments, "--departments"),
        regions=_read_names(regions, "--regions"),
        deliveries=(Delivery(_read_delivery(terms.delivery), reason=_reason(terms.reason)),),
        history_from=_history(terms.history_from, stage),
    )
    return replace(old, by_name={**old.by_name, name: source})


def change(
    old: Registrations, name: str, terms: RequestedTerms, stage: StageTerms
) -> Registrations:
    """Return *old* with other terms for *name*. Raises BadInput that names the option.

    A delivery time holds for what occurs once the log has stated it.
    """
    source = _registered(old, name)
    if terms.history_from is not None:
        told = _read_day(terms.history_from, stage.zone, "--history-from")
        if told != source.history_from:
            zh, en = "只在登记时设定一次", "is set once, when a source is registered"
            raise BadInput(zh=zh, en=en, where="--history-from")
    if terms.departments is not None:
        source = replace(source, departments=_read_names(terms.departments, "--departments"))
    if terms.regions is not None:
        source = replace(source, regions=_read_names(terms.regions, "--regions"))
    if terms.delivery is not None:
        time = _read_delivery(terms.delivery)
        if time != source.deliveries[-1].time:
            delivery = Delivery(time, stage.stated_by, _reason(terms.reason, needed=True))
            source = replace(source, deliveries=(*source.deliveries, delivery))
    return replace(old, by_name={**old.by_name, name: source})


def record_outage(
    old: Registrations, name: str, outage: Outage, most: timedelta, stage: StageTerms
) -> Registrations:
    """Return *old* with an *outage* of *name*, or of Duban itself for `any`. Raises BadInput.

    It is recorded before it ends. All outages of a calendar year take *most* at the most.
    """
    outage = replace(outage, reason=_reason(outage.reason, needed=True))
    if outage.until <= stage.now:
        zh = "已经过去；停报要在结束以前登记"
        en = "has passed; an outage is recorded before it ends"
        raise BadInput(zh=zh, en=en, where="--until")
    if outage.until > stage.now + _YEAR:
        raise BadInput(zh="在一年以后", en="is more than a year ahead", where="--until")
    if not stage.now - _YEAR < outage.since < outage.until:
        zh = "不在 --until 之前，或者早于一年以前"
        raise BadInput(zh=zh, en="is not before --until, or more than a year ago", where="--from")
    before = old.outages if name == ANY else _registered(old, name).outages
    after = tuple(sorted((*before, outage), key=lambda each: (each.since, each.until)))
    first, last = (each.astimezone(stage.zone).year for each in (outage.since, outage.until))
    for year in range(first, last + 1):
        if length_in(after, year, stage.zone) > most:
            days = f"{most.days} days"
            zh = f"这样 {year} 年的停报超过规则容许的 {days}"
            en = f"with it the outages of {year} take more than the {days} that the profile allows"
            raise BadInput(zh=zh, en=en, where="--until")
    if name == ANY:
        return replace(old, outages=after)
    source = replace(old.by_name[name], outages=after)
    return replace(old, by_name={**old.by_name, name: source})


def set_live_from(old: Registrations, day: str, zone: tzinfo) -> Registrations:
    """Return *old* with the *day* from which the stage is in use: once for all. Raises BadInput."""
    if old.live_from is not None:
        since = old.live_from.astimezone(zone).date()
        zh = f"已经设定，不能再改：本环境从 {since} 起启用"
        en = f"is set for ever: this stage is in use from {since} on"
        raise BadInput(zh=zh, en=en, where="live-from")
    return replace(old, live_from=_read_day(day, zone, "live-from"))


def _registered(old: Registrations, name: str) -> Registration:
    source = old.by_name.get(name)
    if source is None:
        zh = f"没有报送单位 {name}；先执行 duban source add {name}"
        raise BadInput(zh=zh, en=f"there is no source {name}; duban source add {name}")
    return source


def _read_names(written: str, option: str) -> frozenset[str] | None:
    """Read names between commas; None for `any`. Raises BadInput."""
    if written.strip() == ANY:
        return None
    try:
        names = frozenset(clean_name(name) for name in written.split(","))
    except NoText as error:
        zh, en = f"{written[:80]!r}：{error.zh}", f"{written[:80]!r}: {error}"
        raise BadInput(zh=zh, en=en, where=option) from error
    if ANY in names:
        zh, en = "写 any，或者写名称，不能都写", "any, or names; not both"
        raise BadInput(zh=zh, en=en, where=option)
    return names


def _read_delivery(written: str | None) -> DeliveryTime:
    if written is None:
        return USUAL
    try:
        return DeliveryTime.parse(written)
    except BadInput as error:
        raise BadInput(error.text, "--delivery") from error


def _reason(written: str, *, needed: bool = False) -> str:
    """Read why; it is public. Raises BadInput."""
    if not written.strip() and not needed:
        return ""
    try:
        return clean_prose(written, MAX_REASON)
    except NoText as error:
        zh, en = f"请写明理由，它会公布：{error.zh}", f"say why, in public words: {error}"
        raise BadInput(zh=zh, en=en, where="--reason") from error


def _history(written: str | None, stage: StageTerms) -> datetime:
    """Return the day from which history may be reported; by default that of a year ago."""
    if written is not None:
        return _read_day(written, stage.zone, "--history-from")
    today = stage.now.astimezone(stage.zone).date()
    return _midnight(date(today.year - 1, today.month, min(today.day, 28)), stage.zone)


def _read_day(written: str, zone: tzinfo, option: str) -> datetime:
    if not is_date(written) or int(written[:4]) < _FIRST_YEAR:
        zh = f"要写 {_FIRST_YEAR} 年以后的一天：2026-01-31"
        raise BadInput(zh=zh, en=f"a day from {_FIRST_YEAR} on is needed: 2026-01-31", where=option)
    return _midnight(date.fromisoformat(written), zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def length_in(outages: Sequence[Outage], year: int, zone: tzinfo) -> timedelta:
    """Return how long *outages*, in order of time, last within *year*; overlaps count once."""
    begin, end = (_midnight(date(each, 1, 1), zone) for each in (year, year + 1))
    length, done = timedelta(), begin
    for outage in outages:
        since, until = max(outage.since, done), min(outage.until, end)
        if until > since:
            length, done = length + (until - since), until
    return length


def read_instant(written: str, zone: tzinfo, option: str) -> datetime:
    """Read an instant, or the beginning of a day. Raises BadInput."""
    try:
        read = parse_iso(written, zone)
        if isinstance(read, datetime):
            return read
        return _read_day(read.isoformat(), zone, option)
    except NoInstant as error:
        raise BadInput(zh=error.zh, en=str(error), where=option) from error


def described(source: Registration) -> Mapping[str, str]:
    """Return the terms of a *source* in words, for a list."""
    return {
        "departments": _listed(source.departments),
        "regions": _listed(source.regions),
        "delivery": str(source.deliveries[-1].time),
    }


def _listed(names: frozenset[str] | None) -> str:
    return ANY if names is None else ",".join(sorted(names))
