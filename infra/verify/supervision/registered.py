"""Registered sources: each was stated before it was used, and none spoke beyond it (CLAIMS §2, §4).

A later change could let late news in without an inspector. So between one statement and the next
nothing may change that lies before the later one: a delivery time holds for what occurs after it
was stated, an outage is stated before it ends. The first day of a source, and that of the stage,
are set once.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

from chalicelib.cases.fact import Fact
from chalicelib.instant import parse, text
from chalicelib.intake.event_types import Reported
from chalicelib.intake.name_text import MARK
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.people.registered import continued_registration
from chalicelib.policy.registering import length_in
from chalicelib.policy.sources import DeliveryTime, Outage, Registration
from infra.verify.issue import Issue
from infra.verify.supervision.cases import CHECK, FactPosition, LoggedCase
from infra.verify.supervision.rules import Rulebook, Statement

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_PLACES = frozenset({"department", "region", "parts"})


class Registered:
    """The sources as all statements of a log have them; what they told is held against that."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._bounds = cache(self._bounds_of)
        live = ((each.index, each.sources.live_from) for each in book.statements)
        self._live = next(((index, since) for index, since in live if since is not None), None)
        self.taken: FactPosition | None = None  # the first fact on record from before it

    def check_statements(self) -> Iterator[Issue]:
        """Compare what each statement says of the sources with the statement before it."""
        seen: dict[str, Registration] = {}
        for before, after in pairwise(self._book.statements):
            seen.update(before.sources.by_name)
            for name, source in seen.items():
                # One that is not registered any more has the usual terms.
                usual = Registration(history_from=source.history_from)
                now = after.sources.by_name.get(name, usual)
                yield from _check_change(source, now, name, after)
            ours = before.sources.outages, after.sources.outages
            yield from _check_outages(*ours, "duban", after)
            for name, outages in _outages(after):
                if outages != dict(_outages(before)).get(name, ()):
                    yield from self._check_length(name, outages, after)
            was = before.sources.live_from
            if was is not None and after.sources.live_from != was:
                yield _changed(after, "启用日", "the day since which the stage is in use")

    def _check_length(
        self, name: str, outages: Sequence[Outage], statement: Statement
    ) -> Iterator[Issue]:
        """Check that *outages* of a year take no more than any profile allowed until then."""
        until = [each for each in self._book.statements if each.index <= statement.index]
        profiles = [self._book.rules(each, each.region).profile for each in until]
        most, zone = max(each.sources.outages for each in profiles), profiles[-1].zone
        ends = (at.astimezone(zone).year for each in outages for at in (each.since, each.until))
        for year in sorted(set(ends)):
            if length_in(outages, year, zone) > most:
                zh = f"{name} 在 {year} 年的故障合计超过规则所许的 {most.days} 日"
                en = f"the outages of {name} in {year} take more than the {most.days} days allowed"
                yield Issue(statement.index, CHECK, zh, en)

    def take(self, case: LoggedCase) -> Iterator[Issue]:
        """Check that each event told of *case* is one that its source may report."""
        for fact in case.facts:
            if not fact.source:
                continue
            if self._live is not None and self.taken is None:
                index, live_from = self._live
                if case.at[fact.n] < index and fact.at < live_from:
                    self.taken = case.position(fact.n)
            latest, is_bound = self._bounds(fact.source)
            if fact.at > fact.recorded_at:
                zh, en = "的时刻晚于收到的时刻", "is of a later time than its receipt"
                yield case.issue_with(fact, zh, en)
            is_corrected = fact.kind == Reported.CASE_CORRECTED
            is_early = min(_times_in(fact)) < latest if is_corrected else fact.at < latest
            if is_early or (is_bound and not _PLACES.isdisjoint(fact.data)):
                yield from self._check_event(case, fact)

    def _bounds_of(self, source: str) -> tuple[datetime, bool]:
        """Return from when on *source* may surely report; whether for some places only."""
        terms = [each.sources.of(source) for each in self._book.statements]
        since = [each.history_from for each in terms if each.history_from is not None]
        bound = any(each.departments is not None or each.regions is not None for each in terms)
        return max(since, default=_EARLIEST), bound

    def _check_event(self, case: LoggedCase, fact: Fact) -> Iterator[Issue]:
        """Check an event against what was stated of its source when it was received."""
        around = self._book.around(fact.recorded_at, case.at[fact.n])
        if around and not any(_may_report(fact, self._terms(fact, each)) for each in around):
            zh = f"{fact.source} 未登记报送此单位、区划或者时间的 {fact.kind}"
            en = f"{fact.source} was not registered for {fact.kind} of this place or time"
            yield case.issue(fact.n, zh, en)

    def _terms(self, fact: Fact, stated: Statement) -> Registration:
        """Return what the source of *fact* was registered for on that day, by a statement."""
        zone = self._book.rules(stated, stated.region).profile.zone
        day = fact.recorded_at.astimezone(zone).date()
        source = stated.sources.of(fact.source)
        return continued_registration(source, stated.organisation, day)

    def join(self, earlier: FactPosition | None) -> None:
        """Add the first such fact of other cases."""
        self.taken = self.taken or earlier

    def check_live(self) -> Iterator[Issue]:
        """Yield one issue if the stage is said to be in use only after such a fact was told."""
        if self._live is not None and self.taken is not None:
            where = f"{self.taken.name} #{self.taken.n}"
            zh = f"启用日之前的事实已在日志中（{where}），其后才声明启用日"
            en = "the day since which the stage is in use is stated after what occurred before it "
            yield Issue(self._live[0], CHECK, zh, f"{en}was on record ({where})")


def _may_report(fact: Fact, source: Registration) -> bool:
    """Return whether *source* is registered for the place and the times in *fact*."""
    since, region = source.history_from, fact.text("region")
    if since is not None and min(_times_in(fact)) < since:
        return False
    if "region" in fact.data and not (region.startswith(MARK) or source.serves(region)):
        return False  # only the stage can tell which name a token stands for
    named = _departments(fact.data)
    return all(name.startswith(MARK) or source.speaks_for(name) for name in named)


def _times_in(fact: Fact) -> Sequence[datetime]:
    """Return the times that *fact* claims: its own, and that which a correction gives."""
    if fact.kind != Reported.CASE_CORRECTED or not fact.text("time"):
        return (fact.at,)
    return fact.at, parse(fact.text("time"))


def _departments(data: Mapping[str, object]) -> Iterator[str]:
    """Yield every department that *data* names."""
    parts = data.get("parts")
    for named in (data, *(parts if isinstance(parts, list) else ())):
        if isinstance(named, Mapping) and "department" in named:
            yield str(named["department"])


def _check_change(
    was: Registration, now: Registration, name: str, statement: Statement
) -> Iterator[Issue]:
    """Compare the terms of the source *name* before a *statement* with those in it."""
    since = statement.since
    if _delivered_before(was, since) != _delivered_before(now, since):
        zh = f"{name} 的报送时限改在声明之前生效（{text(since)} 才声明）"
        en = f"the delivery time of {name} changes before {text(since)}, when that is stated"
        yield Issue(statement.index, CHECK, zh, en)
    if was.history_from != now.history_from:
        yield _changed(statement, f"{name} 可报送的起始日", f"the first day of {name}")
    yield from _check_outages(was.outages, now.outages, name, statement)


def _delivered_before(source: Registration, until: datetime) -> Mapping[datetime, DeliveryTime]:
    """Return the delivery times for what occurred before *until*, by when each began."""
    steps: dict[datetime, DeliveryTime] = {}
    for number, delivery in enumerate(source.deliveries):
        since = delivery.since if number else _EARLIEST
        if since < until:
            steps = {at: time for at, time in steps.items() if at < since}
            if delivery.time != next(reversed(steps.values()), None):
                steps[since] = delivery.time
    return steps


def _check_outages(
    was: Sequence[Outage], now: Sequence[Outage], name: str, statement: Statement
) -> Iterator[Issue]:
    """Check that no outage is new, or gone, that had ended before the *statement*."""
    by = statement.since - MERGE_DELAY  # a command may be some minutes ahead of the log
    before, after = (
        {(each.since, each.until) for each in outages if each.until <= by} for outages in (was, now)
    )
    for since, until in sorted(before ^ after):
        first, last = text(since), text(until)
        zh = f"{name} 的故障（{first} 至 {last}）在结束之后才声明或者撤去"
        en = f"the outage of {name} from {first} to {last} is stated, or taken back, after it ended"
        yield Issue(statement.index, CHECK, zh, en)


def _outages(statement: Statement) -> Iterator[tuple[str, Sequence[Outage]]]:
    """Yield the outages that are stated of each source, and of the service itself."""
    yield "duban", statement.sources.outages
    for name, source in statement.sources.by_name.items():
        yield name, source.outages


def _changed(statement: Statement, zh: str, en: str) -> Issue:
    zh, en = f"{zh}只定一次，却有更改", f"{en} is set once, and is changed"
    return Issue(statement.index, CHECK, zh, en)
