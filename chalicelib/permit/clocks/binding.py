"""Binding (约束): whose case it is, and which of the limits told, listed and lawful bind it.

Pure. What a source tells is a claim. It is compared once, when its event is gathered, with the
catalogue (事项清单) then in force, whose published limit counts (优化营商环境条例 35, 36), and with
the law (行政许可法 42, 43). Limits are compared as the instants at which they run out without
pauses, from the event's own time; so their units do not matter.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import within_reach
from chalicelib.clock.due import due_unpaused
from chalicelib.errors import Unknown
from chalicelib.findings.clock import read_explicit_due
from chalicelib.instant import LATEST
from chalicelib.policy.allowance import UNBOUND
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Terms

ORDINARY = "promise"  # the kind of an ordinary licence (承诺件)
FIXED = ("department", "kind")  # by the catalogue; what was told otherwise: `told_department` …
_LAWFUL = {"joint": "joint", "forwarded": "first_review"}  # kind → the clock with the law's limit

EventFields = Mapping[str, object]


class Listed(NamedTuple):
    """The *entry* of an item, if any, in the catalogue of a *version*; empty: there is none."""

    entry: CatalogueItem | None = None
    version: str = ""


class Bound(NamedTuple):
    """The *terms* of an event that opens a case, and the *details* to put over its open data."""

    terms: Terms
    details: EventFields


class Promised(NamedTuple):
    """A promise: a *limit*, or an instant *due_at* that rests on the unpublished year *missing*."""

    limit: Limit | None = None
    due_at: datetime | None = None
    missing: int | None = None


def bind(told: EventFields, start: datetime, listed: Listed, rules: Rules) -> Bound:
    """Return what binds a case that is opened or accepted at *start*, by the fields *told*."""
    entry, zone = listed.entry, rules.profile.zone
    details: dict[str, object] = dict(_fixed_fields(told, entry))
    cancelled = entry.guide.cancelled if entry else None
    is_cancelled = cancelled is not None and cancelled <= start.astimezone(zone).date().isoformat()
    if listed.version and (entry is None or is_cancelled):
        details["listed"] = False
    return Bound(bind_terms(told, start, listed, rules), details)


def as_told(data: EventFields) -> dict[str, object]:
    """Return the *data* of an event with the fields as they were told that `bind` has fixed."""
    told = {name: data[f"told_{name}"] for name in FIXED if f"told_{name}" in data}
    return {**data, **told}


def bind_terms(told: EventFields, start: datetime, listed: Listed, rules: Rules) -> Terms:
    """Return the limits of a case: the law's, then the list's, then the source's (CLAIMS §5)."""
    entry = listed.entry
    kind, longer = entry.kind if entry else "", list[str]()
    statutory = _bind_statutory(told, start, entry, rules, longer)
    promise, due_at = _bind_promise(told, start, (entry, statutory), rules, longer)
    return Terms(
        promise=promise,
        due_at=due_at,
        statutory=statutory,
        catalogue=listed.version if entry else "",
        kind=kind,
        longer=tuple(longer),
        stages={stage.name: stage.limit for stage in entry.stages if stage.limit} if entry else {},
        procedures=entry.procedures if entry else (),
        deemed=entry.deemed if entry else "",
        rules=entry.guide.rules() if entry else {},
    )


def _bind_statutory(
    told: EventFields, start: datetime, entry: CatalogueItem | None, rules: Rules, longer: list[str]
) -> Limit | None:
    """Return the statutory limit: listed, else told, at most the law's; note a *longer* one."""
    told_limit = Limit.read_object(told["statutory"]) if told.get("statutory") else None
    most = (entry and entry.statutory) or law_limit(entry.kind if entry else "", rules.profile)
    if told_limit is None or most is None:
        return most or told_limit
    told_ends, ends = (limit_ends(each, "statutory", start, rules) for each in (told_limit, most))
    if told_ends > ends:
        longer.append("statutory")
    is_listed = entry is not None and entry.statutory is not None
    return told_limit if told_ends < ends and not is_listed else most


def _bind_promise(
    told: EventFields,
    start: datetime,
    listed: tuple[CatalogueItem | None, Limit | None],
    rules: Rules,
    longer: list[str],
) -> tuple[Limit | None, str]:
    """Return the promise, or an explicit due instant: the shorter of those told and listed.

    *listed* is the entry and the statutory limit, which counts as published where the entry has no
    promise. Note a *longer* one.
    """
    entry, statutory = listed
    published = entry.promise if entry else None
    due_at = str(told.get("due_at") or "")
    is_promised = told.get("promise") and not due_at
    promise = Limit.read_object(told["promise"]) if is_promised else None
    if not (promise or due_at):
        return published, ""
    if entry is None:
        return promise, due_at
    told_ends = promise_ends(Terms(promise, due_at, kind=entry.kind), start, rules)
    own_ends = promise_ends(Terms(published, kind=entry.kind), start, rules)
    ends = own_ends or limit_ends(statutory, "statutory", start, rules)
    assert told_ends is not None  # noqa: S101 - one of both was told
    if told_ends > ends:
        longer.append("due_at" if due_at else "promise")
    if told_ends < ends or (told_ends == ends and (due_at or own_ends is None)):
        return promise, due_at
    return published, ""


def adopt_terms(
    terms: Terms, start: datetime, listed: Listed, rules: Rules, now: datetime
) -> Terms:
    """Return *terms* as a catalogue shortens them *now*; a limit that has run out stays."""
    entry, rules = listed.entry, rules.at(start)
    assert entry is not None  # noqa: S101 - the caller has looked
    adopted = replace(terms, catalogue=listed.version)
    lawful = limit_ends(terms.statutory, "statutory", start, rules)
    if lawful < now:
        return adopted
    if limit_ends(entry.statutory, "statutory", start, rules) < lawful:
        adopted = replace(adopted, statutory=entry.statutory)
    promised = promise_ends(terms, start, rules) or LATEST
    ends = limit_ends(entry.promise, "promise", start, rules)
    if ends < promised and promised >= now:
        adopted = replace(adopted, promise=entry.promise, due_at="")
    return adopted


def law_limit(kind: str, profile: Profile) -> Limit | None:
    """Return the law's own limit for a *kind* of case (行政许可法 42, 43); None: it has none."""
    return profile.clocks.get(_LAWFUL.get(kind, "statutory"), UNBOUND).limit


def clock_of(kind: str) -> str:
    """Return the name of the clock of the promise: a lower authority's is its first review."""
    return "first_review" if kind == "forwarded" else "promise"


def promise_of(terms: Terms, start: datetime, rules: Rules) -> Promised | None:
    """Return the promise in *terms*, or that of an immediate case, if any. Raises Unknown."""
    if terms.due_at:
        return Promised(due_at=read_explicit_due(terms.due_at, rules.counting))
    if terms.promise is not None:
        return Promised(terms.promise)
    rule = rules.profile.clocks.get("immediate") if terms.kind == "immediate" else None
    if rule is None:
        return None
    if rule.limit is not None:
        return Promised(rule.limit)
    # 当场或者当日办结; what is accepted after hours is dealt with on the next working day.
    counting = rules.counting
    closes = counting.first_close_after(start, "wd")
    year = counting.missing(counting.day_of(start), counting.day_of(closes))
    return Promised(due_at=closes, missing=year)


def shortest(
    limits: Iterable[Limit | None], clock: str, start: datetime, rules: Rules
) -> Limit | None:
    """Return which of *limits* runs out first in a *clock* from *start*; None if there is none."""
    given = [limit for limit in limits if limit is not None]
    if len(given) < 2:  # noqa: PLR2004 - nothing to compare
        return given[0] if given else None
    return min(given, key=lambda limit: limit_ends(limit, clock, start, rules))


def promise_ends(terms: Terms, start: datetime, rules: Rules) -> datetime | None:
    """Return when the promise in *terms* runs out; None: there is none; LATEST: not countable."""
    try:
        promised = promise_of(terms, start, rules) or Promised()
    except Unknown:
        return LATEST
    if promised.limit is not None:
        return limit_ends(promised.limit, clock_of(terms.kind), start, rules)
    return promised.due_at


def limit_ends(limit: Limit | None, clock: str, start: datetime, rules: Rules) -> datetime:
    """Return the last moment of *limit* in a *clock* that runs from *start* without a pause.

    LATEST without a limit, and where no calendar can count it.
    """
    if limit is None:
        return LATEST
    convention = rules.profile.clocks.get(clock, UNBOUND).convention
    try:
        ends = due_unpaused(within_reach(start), limit, rules.counting.in_convention(convention))
    except (Unknown, OverflowError):
        return LATEST
    return ends.last_moment.at


def _fixed_fields(told: EventFields, entry: CatalogueItem | None) -> Iterator[tuple[str, str]]:
    """Yield the department and kind that count, and beside them what was told otherwise."""
    kind = str(told.get("kind") or "")
    counts = entry.kind if entry else ORDINARY
    if kind and kind != counts:
        yield from (("kind", counts), ("told_kind", kind))
    department = str(told.get("department") or "")
    if entry is None or department in entry.departments:
        return
    named = next((n for n in entry.departments if _plain(n) == _plain(department)), "")
    yield "department", named or entry.departments[0]
    if department and not named:
        yield "told_department", department


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()
