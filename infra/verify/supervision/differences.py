"""The differences between two statements of rules, and when each takes effect."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.policy.sources import Outage, Registration
from infra.policy.difference import compare_by_days
from infra.verify.supervision.organisations import organisation_changes, reaches_back
from infra.verify.supervision.rules import Rulebook, Statement
from infra.verify.supervision.stated_items import unlike_items

_MOST = 10  # days, entries or items of one difference that are named


class TakesEffect(Enum):
    """When a difference takes effect, against the time at which it was stated; its marks."""

    PAST = ("【溯及既往】", " [takes effect on the past]")
    SOON = ("【一日内生效】", " [takes effect within a day]")
    LATER = ("", "")


class RulesDifference(NamedTuple):
    """What differs, in both languages, and its *effect*; *counts* as a change of rules."""

    zh: str
    en: str
    effect: TakesEffect
    counts: bool = True


def differences(book: Rulebook, before: Statement, after: Statement) -> Iterator[RulesDifference]:
    """Yield the differences between a statement and the next: each kind of document in turn."""
    selected = _selected(before), _selected(after)
    yield from _of_value(("适用规则", "selection"), *selected, TakesEffect.PAST)
    yield from _of_value(("地区", "region"), before.region, after.region, TakesEffect.PAST)
    yield from _of_policy(before, after)
    yield from _of_calendar(book, before, after)
    yield from _of_catalogue(before, after)
    yield from _of_sources(before, after)
    yield from _of_organisation(book, before, after)
    yield from _of_witnesses(before, after)
    yield from _of_titles(before, after)
    words = "试验环境的文书依据", "the instrument of a stage on trial"
    made_up = before.instrument or "—", after.instrument or "—"
    yield from _of_value(words, *made_up, TakesEffect.SOON)
    words = "试验环境按地区计日的方式", "how a stage on trial counts days"
    yield from _of_value(words, dict(before.counting), dict(after.counting), TakesEffect.PAST)


def _of_value(
    words: tuple[str, str], was: object, now: object, effect: TakesEffect
) -> Iterator[RulesDifference]:
    """Yield the difference between two values, which *words* name in both languages."""
    if was != now:
        yield RulesDifference(f"{words[0]} {was} → {now}", f"{words[1]} {was} → {now}", effect)


def _of_titles(before: Statement, after: Statement) -> Iterator[RulesDifference]:
    """Compare what rules and grounds are called; a card that went out keeps its words."""
    old, new = (each.titles.document() if each.titles else {} for each in (before, after))
    changed = [
        f"{code} {was or '—'} → {now or '—'}"
        for kind in sorted(old.keys() | new.keys())
        for code in sorted(old.get(kind, {}).keys() | new.get(kind, {}).keys())
        if (was := old.get(kind, {}).get(code)) != (now := new.get(kind, {}).get(code))
    ]
    if changed:
        shown = "、".join(changed[:_MOST]) + (" …" if len(changed) > _MOST else "")
        zh, en = f"名称 {shown}", f"titles {shown}"
        yield RulesDifference(zh, en, TakesEffect.SOON, counts=False)


def _selected(statement: Statement) -> str:
    by_area = (f"{area}={name}" for area, name in statement.selection.by_area)
    return ",".join((statement.selection.default, *by_area))


def _of_policy(before: Statement, after: Statement) -> Iterator[RulesDifference]:
    """Compare the profiles in both, for the cases of every day on which something else holds."""
    for name in sorted(before.profiles.keys() & after.profiles):
        old, new = before.profiles[name], after.profiles[name]
        if old.version == new.version:
            continue
        unlike = [each for each in compare_by_days(old, new) if not each.difference.is_none]
        for dated in unlike:
            changes = (*dated.difference.changes, *dated.difference.basis)
            what, whom = _first(each.text.en for each in changes), " · ".join(dated.cases)
            zh, en = f"规则 {name}（{whom}）：{what}", f"policy {name} ({whom}): {what}"
            yield RulesDifference(zh, en, _binding(before, after, dated.since))
        if not unlike:
            zh, en = f"规则 {name}：只改了文字", f"policy {name}: only its wording"
            yield RulesDifference(zh, en, TakesEffect.LATER)


def _binding(before: Statement, after: Statement, day: date | None) -> TakesEffect:
    """Return when a profile binds whose rows hold from a *day* on.

    An adopted one holds for later cases; one that replaces another, for the open cases too.
    """
    tomorrow = after.since + timedelta(days=1)
    if day is not None and day > tomorrow.date():
        return TakesEffect.LATER
    adopted = after.made[len(before.made) :]
    if not adopted or after.made[: len(before.made)] != before.made:
        return TakesEffect.PAST
    is_soon = any(each.since is None or each.since <= tomorrow for each in adopted)
    return TakesEffect.SOON if is_soon else TakesEffect.LATER


def _of_calendar(book: Rulebook, before: Statement, after: Statement) -> Iterator[RulesDifference]:
    """Compare the days of each region that an imported document names, and of the stage's own."""
    was, now = before.calendars, after.calendars
    if was == now:
        return
    documents = [*was.imported, *now.imported]
    regions = {getattr(document, "region", "") for document in documents} | {after.region}
    zone = book.rules(after, "").profile.zone
    today = after.since.astimezone(zone).date()
    told = set[str]()
    for region in sorted(regions):
        old, new = (book.rules(each, region).calendar for each in (before, after))
        moved = old.days_unlike(new)
        unpublished = sorted(old.years.keys() - new.years)
        named = [f"{year} 不再公布 (unpublished)" for year in unpublished]
        named += [f"{year} 公布 (published)" for year in sorted(new.years.keys() - old.years)]
        named += [f"{day} {'班 (worked)' if new.is_workday(day) else '休 (off)'}" for day in moved]
        if named and (what := _first(named)) not in told:
            told.add(what)
            effect = TakesEffect.PAST if unpublished else _effect(moved, today)
            where = region or after.region
            yield RulesDifference(f"日历 {where}：{what}", f"calendar {where}: {what}", effect)
    if not told:
        zh, en = "日历文件变更，没有改变任何一天", "calendar: no day"
        yield RulesDifference(zh, en, TakesEffect.LATER)


def _effect(days: list[date], today: date) -> TakesEffect:
    """Return the effect of a change of *days* that is stated *today*."""
    if not days:
        return TakesEffect.LATER
    if days[0] < today:
        return TakesEffect.PAST
    return TakesEffect.SOON if days[0] <= today + timedelta(days=1) else TakesEffect.LATER


def _of_catalogue(before: Statement, after: Statement) -> Iterator[RulesDifference]:
    """Compare the items; a catalogue holds for what is accepted from its statement on."""
    was, now = before.catalogue, after.catalogue
    if was.version == now.version:
        return
    unlike = sorted(unlike_items(was.items, now.items) | unlike_items(now.items, was.items))
    items = [
        f"{code} ({_fields(was.items[code].document(), now.items[code].document())})"
        for code in unlike
        if code in was.items and code in now.items
    ]
    items += [f"+{code}" for code in unlike if code not in was.items]
    items += [f"-{code}" for code in unlike if code not in now.items]
    what = _first(items)
    yield RulesDifference(f"事项清单：{what}", f"catalogue: {what}", TakesEffect.SOON)


def _of_sources(before: Statement, after: Statement) -> Iterator[RulesDifference]:
    """Compare the registered sources. A new one changes nothing for the cases of others."""
    was, now = before.sources, after.sources
    for name in sorted(was.by_name.keys() | now.by_name):
        old, new = was.by_name.get(name), now.by_name.get(name)
        if old == new:
            continue
        what = f"{name} ({_fields(_terms(old), _terms(new))})"
        outages = [source.outages if source else () for source in (old, new)]
        effect = _effect_of_outages(outages[0], outages[1], after)
        yield RulesDifference(f"报送单位 {what}", f"source {what}", effect, counts=old is not None)
    if (was.outages, was.live_from) != (now.outages, now.live_from):
        effect = _effect_of_outages(was.outages, now.outages, after)
        is_first = was.live_from is None and was.outages == now.outages
        zh, en = "本系统的故障时段或者启用日", "our own outages, or the day since which we run"
        yield RulesDifference(zh, en, effect, counts=not is_first)


def _terms(source: Registration | None) -> Mapping[str, object]:
    return source.document() if source else {}


def _effect_of_outages(
    was: Sequence[Outage], now: Sequence[Outage], after: Statement
) -> TakesEffect:
    """Return that a change is of the past if an outage is new that ended before its statement."""
    is_past = any(each.until <= after.since for each in now if each not in was)
    return TakesEffect.PAST if is_past else TakesEffect.SOON


def _of_organisation(
    book: Rulebook, before: Statement, after: Statement
) -> Iterator[RulesDifference]:
    """Compare departments, posts, who (`p_…`) holds them, regions, and who continues what."""
    was, now = before.organisation, after.organisation
    if was.version == now.version:
        return
    zone = book.rules(after, "").profile.zone
    today = after.since.astimezone(zone).date()
    effect = TakesEffect.PAST if reaches_back(was, now, today) else TakesEffect.LATER
    for zh, en, changed in organisation_changes(was, now):
        what = _first(changed)
        yield RulesDifference(f"{zh} {what}", f"{en} {what}", effect, counts=False)


def _of_witnesses(before: Statement, after: Statement) -> Iterator[RulesDifference]:
    """Compare the witnesses on which the log relies, and how many of them must cosign."""
    was, now = before.witnesses, after.witnesses
    names = [f"+{name}" for name in now.names if name not in was.names]
    names += [f"-{name}" for name in was.names if name not in now.names]
    what = " ".join((f"{was.quorum} → {now.quorum}", *names))
    if was != now:
        zh, en = f"见证人与法定数 {what}", f"witnesses and quorum {what}"
        yield RulesDifference(zh, en, TakesEffect.SOON)


def _fields(was: Mapping[str, object], now: Mapping[str, object]) -> str:
    """Return the fields that differ, with both values."""
    names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    return _first(f"{name}: {was.get(name, '–')} → {now.get(name, '–')}" for name in names)


def _first(parts: Iterable[str]) -> str:
    """Return the first of *parts* in a row, and how many more there are."""
    first = list(parts)
    more = f" +{len(first) - _MOST}" if len(first) > _MOST else ""
    return ", ".join(first[:_MOST]) + more
