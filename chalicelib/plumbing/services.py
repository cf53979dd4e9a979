"""The composition root: everything that touches the outside, made once per process, on first use.

Routes and functions call `current_services()`; nothing else builds a store or reads the
environment. Each store is imported on first use, so packaging the app and cold starts pay only for
the stores they use. Tests write `with use(Services(settings, wall=...))` and patch nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property
from typing import TYPE_CHECKING

from chalicelib.plumbing import settings as environment
from chalicelib.plumbing.log_services import LogServices

if TYPE_CHECKING:  # the one place where it is right: these are the imports that must be lazy
    from datetime import datetime

    from chalicelib.board.store import Board, ItemNames
    from chalicelib.calendar.store import Calendars
    from chalicelib.calendar.workdays import Calendar
    from chalicelib.cases.fact_store import Facts
    from chalicelib.cases.rules import Rules
    from chalicelib.cases.store import Cases
    from chalicelib.feed.store import LogReader
    from chalicelib.intake.store import Inbox
    from chalicelib.lambdas.served import ServedItems
    from chalicelib.permit.refiling.store import EndedCases
    from chalicelib.plumbing.access import Keys
    from chalicelib.plumbing.clock import Now, TableClock
    from chalicelib.plumbing.doorkeeper import Doorkeeper
    from chalicelib.plumbing.name_tokens import NameTokens
    from chalicelib.plumbing.sources import Sources
    from chalicelib.plumbing.waiting_room import WaitingRoom
    from chalicelib.policy.adoption_store import Policies
    from chalicelib.policy.instrument import Instrument
    from chalicelib.policy.names import KnownNames
    from chalicelib.policy.profile import Profile
    from chalicelib.policy.registrations import StoredRegistrations
    from chalicelib.policy.store import Catalogues
    from chalicelib.policy.timeline import Timeline


class Services(LogServices, frozen=True, dict=True):
    """The stores and clocks of the shell. *wall* is the clock that signatures are judged by."""

    wall_clock: Now | None = None

    def wall(self) -> datetime:
        """Return the time of the wall clock."""
        from chalicelib.plumbing import clock

        return (self.wall_clock or clock.wall)()

    def pause(self, seconds: float) -> None:
        """Let *seconds* pass, in which the functions of the stage go on."""
        import time

        time.sleep(seconds)

    def now(self) -> datetime:
        """Return the time for cases: of the wall clock, or of the local stage's table clock."""
        return self.table_clock() if self.settings.is_local else self.wall()

    def region_of(self, region: str) -> str:
        """Return *region*, or the one that this stage serves where a case names none yet."""
        return region or self.settings.duban_region

    def profile(self, region: str = "") -> Profile:
        """Return the profile in force in a *region*, by default the one this stage serves.

        A local stage may be set to count otherwise in a region.
        """
        timeline = self.timeline(region)
        return timeline.at(self.now()) if timeline.is_dated else timeline.only

    def timeline(self, region: str = "") -> Timeline:
        """Return the profiles of a *region*, in the order in which they came into force."""
        timeline = self.policies.timeline(self.region_of(region), self.made_up_instrument)
        if not (region and self.settings.is_local):
            return timeline
        return timeline.counted_as(self.table_clock.counting(region))

    def profile_named(self, reference: str, region: str) -> Profile:
        """Return the profile that *reference* names, in force in *region* now or before.

        The log stated its text before it was in force, and that lies beside the log for ever.
        Raises Corrupt where it does not.
        """
        from chalicelib.errors import Corrupt
        from chalicelib.log.objects import rules_path
        from chalicelib.policy.dated_profile import read_dated_profile

        now = self.profile(region)
        if now.reference == reference:
            return now
        digest = reference.partition("@sha256:")[2][:64]
        body = self.objects.get(rules_path(digest)) if digest else None
        if body is None:
            zh = f"日志旁没有规则 {reference} 的文本"
            raise Corrupt(zh, f"the text of the profile {reference} is not beside the log")
        then = read_dated_profile(body.decode(), reference).named(reference)
        return then.with_instrument(self.made_up_instrument)

    @property
    def made_up_instrument(self) -> Instrument | None:
        """The instrument of a local stage, which is made up; another stage has its profile's."""
        from chalicelib.policy.instrument import MADE_UP

        return MADE_UP if self.settings.is_local else None

    def calendar(self, region: str = "") -> Calendar:
        """Return the calendar in force in a *region*, by default the one this stage serves."""
        return self.calendars.of(self.region_of(region))

    def rules(self, region: str = "") -> Rules:
        """Give the rules in force in a *region*, by default the one this stage serves."""
        from chalicelib.cases.rules import Rules

        calendar, sources = self.calendar(region), self.registrations.current()
        timeline = self.timeline(region)
        if not timeline.is_dated:
            return Rules(timeline.only, calendar, sources)
        now = self.now()
        return Rules(timeline.at(now), calendar, sources, timeline, now)

    def fresh_rules(self, region: str) -> Rules:
        """Give the rules in force in a *region*, past what is remembered of them."""
        self.calendars.current(fresh=True)
        self.policies.current(fresh=True)
        return self.rules(region)

    @cached_property
    def table_clock(self) -> TableClock:
        """The local stage's clock, which an operator may set."""
        from chalicelib.plumbing.clock import TableClock

        return TableClock(self.registry, self.wall)

    @cached_property
    def keys(self) -> Keys:
        """The access keys."""
        from chalicelib.plumbing.access import Keys

        return Keys(self.registry, self.wall)

    @cached_property
    def waiting_room(self) -> WaitingRoom:
        """The places of those who wait for alerts."""
        from chalicelib.plumbing.waiting_room import WaitingRoom

        return WaitingRoom(self.registry, self.settings.feed_readers)

    @cached_property
    def sources(self) -> Sources:
        """The secrets of the registered sources."""
        from chalicelib.plumbing.sources import Sources

        return Sources(self.settings.sources_secret)

    @cached_property
    def registrations(self) -> StoredRegistrations:
        """What each registered source may report, and how soon; the stage's live-from."""
        from chalicelib.policy.registrations import StoredRegistrations

        return StoredRegistrations(self.registry)

    @cached_property
    def known_names(self) -> KnownNames:
        """The names that catalogue, registrations and the rules of regions know."""
        from chalicelib.policy.names import KnownNames

        own = (self.settings.duban_region,)
        return KnownNames(self.catalogues, self.registrations, own, self.ruled_regions)

    def ruled_regions(self, *, fresh: bool = False) -> frozenset[str]:
        """Return the regions of imported changes and profiles, and of ways of counting."""
        counted = self.table_clock.countings() if self.settings.is_local else {}
        areas = {area for area, _ in self.policies.current(fresh=fresh).last.selection.by_area}
        return self.calendars.regions(fresh=fresh) | counted.keys() | areas

    @cached_property
    def name_tokens(self) -> NameTokens:
        """What stands in the public log for the others."""
        from chalicelib.plumbing.name_tokens import NameTokens

        return NameTokens(self.registry)

    @cached_property
    def doorkeeper(self) -> Doorkeeper:
        """Who sends how much to this process, and what it refused."""
        from chalicelib.plumbing.doorkeeper import Doorkeeper

        return Doorkeeper(self.settings.source_rate, self.settings.registry_table)

    @cached_property
    def inbox(self) -> Inbox:
        """The inbox of reported events."""
        from chalicelib.intake.store import Inbox

        return Inbox(self.settings.inbox_table, self.wall)

    @cached_property
    def served_items(self) -> ServedItems:
        """What this process has supervised, so that its records are not taken twice."""
        from chalicelib.lambdas.served import ServedItems

        return ServedItems()

    @cached_property
    def log_reader(self) -> LogReader:
        """The public log, for those who follow it."""
        from chalicelib.feed.store import LogReader

        return LogReader(self.settings.log_table)

    @cached_property
    def board(self) -> Board:
        """The table of the public board."""
        from chalicelib.board.store import Board

        return Board(self.settings.board_table)

    @cached_property
    def item_names(self) -> ItemNames:
        """The names of the items."""
        from chalicelib.board.store import ItemNames

        return ItemNames(self.catalogues)

    @cached_property
    def cases(self) -> Cases:
        """The snapshot of each case, with its next wake."""
        from chalicelib.cases.store import Cases

        return Cases(self.settings.cases_table)

    @cached_property
    def ended_cases(self) -> EndedCases:
        """The cases that ended near their limit; in the table of the vault."""
        from chalicelib.permit.refiling.store import EndedCases

        return EndedCases(self.settings.vault_table)

    @cached_property
    def facts(self) -> Facts:
        """The facts of each case."""
        from chalicelib.cases.fact_store import Facts

        return Facts(self.settings.facts_table)

    @cached_property
    def catalogues(self) -> Catalogues:
        """The catalogues of items."""
        from chalicelib.policy.store import Catalogues

        return Catalogues(self.registry)

    @cached_property
    def policies(self) -> Policies:
        """The profiles of each region, and since when they are in force."""
        from chalicelib.policy.adoption_store import Policies

        return Policies(self.registry, self.settings.duban_profile)

    @cached_property
    def calendars(self) -> Calendars:
        """The calendar of each region."""
        from chalicelib.calendar.store import Calendars

        return Calendars(self.registry, self.settings.duban_calendar)


_current: ContextVar[Services | None] = ContextVar("services", default=None)


@cache
def _of_this_process() -> Services:
    return Services(environment.read_settings())


def current_services() -> Services:
    """Return the services in use, made from the environment on first use."""
    return _current.get() or _of_this_process()


@contextmanager
def use(services: Services) -> Iterator[Services]:
    """Put *services* in place for the length of the block."""
    token = _current.set(services)
    try:
        yield services
    finally:
        _current.reset(token)
