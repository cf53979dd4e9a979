"""Items of the catalogue (事项) checked against the rules: V-18 to V-22 and V-28, by item.

Pure. An item's facts are `item.listed`, with the fields of its entry whenever they changed, and
`item.removed`. A rule is broken from the first listing that breaks it, for as long as every later
one does, from that very instant on. A breach that was mended and recurs is another finding. DOMAIN
§2.2 and §4.1; 优化营商环境条例 35, 39, 40; 行政许可法 30, 31.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from itertools import pairwise
from operator import attrgetter

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.compression import is_cut
from chalicelib.findings.finding import Breach, Finding, breach_finding, is_no, read_count
from chalicelib.instant import is_date, whole
from chalicelib.intake.event_types import LISTING_TYPES, Reported
from chalicelib.policy.conduct import Conduct
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import Profile

Listings = Sequence[Fact]  # of one item; a predicate sees them up to the listing that it judges
ItemPredicate = Callable[[Listings, Conduct, Profile], Breach | None]


def open_ended(listings: Listings, _: Conduct, __: Profile) -> Breach | None:
    """V-18: return the breach if the guide lists unnamed materials (其他有关材料, 兜底条款)."""
    listing = listings[-1]
    return Breach("catch_all", listing) if read_count(listing, "catch_all") else None


def still_run(listings: Listings, _: Conduct, profile: Profile) -> Breach | None:
    """V-19: return the breach if a cancelled item is on the list on its day of cancellation."""
    listing = listings[-1]
    day = listing.text("cancelled")
    if not is_date(day):
        return None
    begins = whole(datetime.combine(date.fromisoformat(day), time.min, profile.zone))
    return Breach("cancelled", listing, at=max(begins, listing.at))


def added_again(listings: Listings, _: Conduct, profile: Profile) -> Breach | None:
    """V-20: return the breach if it was cut over a day's end, and added again (先减后增)."""
    for before, after in zip(listings[-2::-1], listings[:0:-1], strict=False):
        if after.kind == Reported.ITEM_LISTED and _was_cut(before, after, profile.zone):
            return Breach("added_again", listings[-1], (before,), at=after.at)
    return None


def too_many_stages(listings: Listings, row: Conduct, _: Profile) -> Breach | None:
    """V-21: return the breach if it has more stages (审批环节) than the profile allows."""
    listing = listings[-1]
    is_more = row.most is not None and read_count(listing, "stages") > row.most
    return Breach("too_many_stages", listing) if is_more else None


def not_compressed(listings: Listings, row: Conduct, profile: Profile) -> Breach | None:
    """V-22: return the breach if the promise exceeds its share of the statutory limit."""
    listing = listings[-1]
    promise, statutory = _read_limit(listing, "promise"), _read_limit(listing, "statutory")
    if promise is None or statutory is None or is_cut(promise, statutory, row, profile):
        return None
    return Breach("not_compressed", listing)


def not_published(listings: Listings, _: Conduct, __: Profile) -> Breach | None:
    """V-28: return the breach if the catalogue itself says that no service guide is published."""
    listing = listings[-1]
    return Breach("no_guide", listing) if is_no(listing, "published") else None


PREDICATES: Mapping[str, ItemPredicate] = {
    "V-18": open_ended,
    "V-19": still_run,
    "V-20": added_again,
    "V-21": too_many_stages,
    "V-22": not_compressed,
    "V-28": not_published,
}


def evaluate_item(case: CaseHistory, profile: Profile) -> list[Finding]:
    """Return the findings of an item as it is listed now, in order of time; some may be to come."""
    reported = [fact for fact in case.of_type(*LISTING_TYPES) if fact.told]
    listings = _without_undone(reported, profile.zone)
    rows = ((rule, row) for rule, row in profile.conduct.items() if rule in PREDICATES)
    findings = [
        breach_finding(rule, row, breach, breach.fact.text("region"))
        for rule, row in rows
        if (breach := _first_breach(rule, row, listings, profile))
    ]
    return sorted(findings, key=attrgetter("at"))


def _without_undone(listings: Listings, zone: tzinfo) -> Listings:
    """Drop removals undone on the same local day: the file was wrong (a proposed default)."""
    kept = [
        fact
        for fact, following in pairwise(listings)
        if fact.kind == Reported.ITEM_LISTED or _day(fact, zone) < _day(following, zone)
    ]
    return [*kept, *listings[-1:]]


def _first_breach(rule: str, row: Conduct, listings: Listings, profile: Profile) -> Breach | None:
    """Return the breach of *rule* that still lasts, by the listing that began it."""
    first: Breach | None = None
    for length, listing in enumerate(listings, start=1):
        is_listed = listing.kind == Reported.ITEM_LISTED
        breach = PREDICATES[rule](listings[:length], row, profile) if is_listed else None
        lasts = first and breach and first.since <= listing.at >= breach.since
        if not lasts:  # what was only to come, or is put off, begins anew
            first = breach
    return first


def _was_cut(before: Fact, after: Fact, zone: tzinfo) -> bool:
    """Return whether the item was off the list at some day's end before *after* listed it again."""
    cancelled, again, day = before.text("cancelled"), after.text("cancelled"), _day(after, zone)
    is_run_again = not again or again > day
    if before.kind == Reported.ITEM_LISTED and not (cancelled and is_run_again):
        return False
    return max(cancelled, _day(before, zone)) < day


def _day(fact: Fact, zone: tzinfo) -> str:
    return fact.at.astimezone(zone).date().isoformat()


def _read_limit(listing: Fact, name: str) -> Limit | None:
    text = listing.data.get(name)
    return Limit.read_object(text) if text else None
