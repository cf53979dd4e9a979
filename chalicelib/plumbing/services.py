"""The composition root: everything that touches the outside, made once per process, on first use.

Routes and functions call `current_services()`; nothing else builds a store or reads the
environment. Each store is imported on first use, so packaging the app and cold starts pay only for
the stores they use. Tests write `with use(Services(settings, wall=...))` and patch nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property
from typing import TYPE_CHECKING, ClassVar, TypeVar

from msgspec import Struct

from chalicelib.plumbing import settings as environment
from chalicelib.plumbing.lazy import Lazy

if TYPE_CHECKING:  # the one place where it is right: these are the imports that must be lazy
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date, datetime

    from chalicelib.board.store import Board, ItemNames
    from chalicelib.calendar.store import Calendars
    from chalicelib.calendar.workdays import Calendar
    from chalicelib.cases.fact_store import Facts
    from chalicelib.cases.rules import Rules
    from chalicelib.cases.store import Cases
    from chalicelib.desk.sign_in.issuer import Issuers
    from chalicelib.feed.store import LogReader
    from chalicelib.intake.store import Inbox
    from chalicelib.lambdas.served import ServedItems
    from chalicelib.log.objects import Objects
    from chalicelib.log.receipts import Receipts
    from chalicelib.log.signer_memory import SignerMemory
    from chalicelib.log.signing import Signatory
    from chalicelib.log.store import Log
    from chalicelib.log.tlog.signer import Signer
    from chalicelib.log.witnesses import Witnesses
    from chalicelib.people.code_store import PersonCodes
    from chalicelib.people.keepers import Keepers
    from chalicelib.people.key_store import Keys
    from chalicelib.people.login_store import Logins
    from chalicelib.people.opening_store import Openings
    from chalicelib.people.organisation_store import StoredOrganisation
    from chalicelib.people.passkey_store import Passkeys
    from chalicelib.people.person_store import People
    from chalicelib.people.session_store import Sessions
    from chalicelib.people.tries_store import WrongTries
    from chalicelib.people.ways_store import WaysToSignIn
    from chalicelib.permit.refiling.store import EndedCases
    from chalicelib.plumbing.aws import Function
    from chalicelib.plumbing.clock import Now, TableClock
    from chalicelib.plumbing.doorkeeper import Doorkeeper
    from chalicelib.plumbing.name_tokens import NameTokens
    from chalicelib.plumbing.registry import Registry
    from chalicelib.plumbing.sign_in_secret import SignInSecret
    from chalicelib.plumbing.sources import Sources
    from chalicelib.plumbing.waiting_room import WaitingRoom
    from chalicelib.policy.adoption_store import Policies
    from chalicelib.policy.instrument import Instrument
    from chalicelib.policy.names import KnownNames
    from chalicelib.policy.profile import Profile
    from chalicelib.policy.registrations import StoredRegistrations
    from chalicelib.policy.store import Catalogues
    from chalicelib.policy.timeline import Timeline
    from chalicelib.vault.store import Vault

T = TypeVar("T")
R = TypeVar("R")
_REGISTRY, _VAULT, _SIGNED = (f"settings.{name}_table" for name in ("registry", "vault", "signed"))
_SIGN_IN, _SECRET = "settings.signin_table", "settings.signin_secret"


class Services(Struct, frozen=True, dict=True):
    """The stores and clocks of the shell. Signatures are judged by the *wall_clock*."""

    settings: environment.Settings
    wall_clock: Now | None = None

    # Catalogues, calendars, the clock; what reads and writes them.
    registry: ClassVar[Lazy[Registry]] = Lazy("plumbing.registry.Registry", _REGISTRY)
    table_clock: ClassVar[Lazy[TableClock]] = Lazy("plumbing.clock.TableClock", "registry", "wall")
    catalogues: ClassVar[Lazy[Catalogues]] = Lazy("policy.store.Catalogues", "registry")
    calendars: ClassVar[Lazy[Calendars]] = Lazy(
        "calendar.store.Calendars", "registry", "settings.duban_calendar"
    )
    policies: ClassVar[Lazy[Policies]] = Lazy(
        "policy.adoption_store.Policies", "registry", "settings.duban_profile"
    )
    registrations: ClassVar[Lazy[StoredRegistrations]] = Lazy(
        "policy.registrations.StoredRegistrations", "registry"
    )
    organisation: ClassVar[Lazy[StoredOrganisation]] = Lazy(
        "people.organisation_store.StoredOrganisation", "registry"
    )
    item_names: ClassVar[Lazy[ItemNames]] = Lazy("board.store.ItemNames", "catalogues")
    name_tokens: ClassVar[Lazy[NameTokens]] = Lazy("plumbing.name_tokens.NameTokens", "registry")

    # The door: secrets of the sources, who sends how much and is refused, who waits for alerts.
    sources: ClassVar[Lazy[Sources]] = Lazy("plumbing.sources.Sources", "settings.sources_secret")
    doorkeeper: ClassVar[Lazy[Doorkeeper]] = Lazy(
        "plumbing.doorkeeper.Doorkeeper", "settings.source_rate", "settings.registry_table"
    )
    waiting_room: ClassVar[Lazy[WaitingRoom]] = Lazy(
        "plumbing.waiting_room.WaitingRoom", "registry", "settings.feed_readers"
    )

    # Who calls: keys of programs, people with their posts, sessions of those who signed in.
    keepers: ClassVar[Lazy[Keepers]] = Lazy(
        "people.keepers.Keepers", "organisation", "name_tokens", "today", "people.get"
    )
    keys: ClassVar[Lazy[Keys]] = Lazy("people.key_store.Keys", "registry", "wall", "keepers.caller")
    people: ClassVar[Lazy[People]] = Lazy("people.person_store.People", "registry")
    person_codes: ClassVar[Lazy[PersonCodes]] = Lazy("people.code_store.PersonCodes", "registry")
    sessions: ClassVar[Lazy[Sessions]] = Lazy("people.session_store.Sessions", _SIGN_IN)
    passkeys: ClassVar[Lazy[Passkeys]] = Lazy("people.passkey_store.Passkeys", _SIGN_IN)

    # How people sign in: with a name and a password, or at the identity provider that is set.
    sign_in_secret: ClassVar[Lazy[SignInSecret]] = Lazy(
        "plumbing.sign_in_secret.SignInSecret", _SECRET
    )
    logins: ClassVar[Lazy[Logins]] = Lazy(
        "people.login_store.Logins", _SIGN_IN, "sign_in_secret.key"
    )
    wrong_tries: ClassVar[Lazy[WrongTries]] = Lazy("people.tries_store.WrongTries", _SIGN_IN)
    issuers: ClassVar[Lazy[Issuers]] = Lazy("desk.sign_in.issuer.Issuers", "settings.is_local")
    ways: ClassVar[Lazy[WaysToSignIn]] = Lazy("people.ways_store.WaysToSignIn", "registry")

    # Functions that others call: `sign` alone has the log's key, `open` alone gives private fields.
    signatory: ClassVar[Lazy[Signatory]] = Lazy("plumbing.aws.Function", "settings.sign_function")
    opener: ClassVar[Lazy[Function]] = Lazy("plumbing.aws.FunctionOnce", "settings.open_function")
    openings: ClassVar[Lazy[Openings]] = Lazy("people.opening_store.Openings", _SIGN_IN)

    # Cases: reported events, facts, snapshots, those that ended near their limit, private data.
    inbox: ClassVar[Lazy[Inbox]] = Lazy("intake.store.Inbox", "settings.inbox_table", "wall")
    served_items: ClassVar[Lazy[ServedItems]] = Lazy("lambdas.served.ServedItems")
    facts: ClassVar[Lazy[Facts]] = Lazy("cases.fact_store.Facts", "settings.facts_table")
    cases: ClassVar[Lazy[Cases]] = Lazy("cases.store.Cases", "settings.cases_table")
    ended_cases: ClassVar[Lazy[EndedCases]] = Lazy("permit.refiling.store.EndedCases", _VAULT)
    vault: ClassVar[Lazy[Vault]] = Lazy("vault.store.Vault", _VAULT)

    # The public log: only seal writes its table; only `sign` has its key and the signer's memory.
    log: ClassVar[Lazy[Log]] = Lazy("log.store.Log", "settings.log_table")
    log_reader: ClassVar[Lazy[LogReader]] = Lazy("feed.store.LogReader", "settings.log_table")
    board: ClassVar[Lazy[Board]] = Lazy("board.store.Board", "settings.board_table")
    witnesses: ClassVar[Lazy[Witnesses]] = Lazy("log.witnesses.Witnesses", "registry")
    signer_memory: ClassVar[Lazy[SignerMemory]] = Lazy("log.signer_memory.SignerMemory", _SIGNED)

    @cached_property
    def objects(self) -> Objects:
        """The public objects of the log: in a bucket, or, if the name has a slash, in a folder."""
        if "/" in self.settings.log_bucket:
            from pathlib import Path

            from chalicelib.log.folder_objects import FolderObjects

            return FolderObjects(Path(self.settings.log_bucket))
        from chalicelib.log.s3_objects import S3Objects

        return S3Objects(self.settings.log_bucket)

    @cached_property
    def signer(self) -> Signer:
        """The log's key."""
        kind, _, name = self.settings.log_key.partition(":")
        if kind == "kms":
            from chalicelib.log.kms import KmsSigner

            return KmsSigner(name)
        return _read_signer(name)

    @cached_property
    def receipts(self) -> Receipts:
        """The receipts that a source gets for its events."""
        from chalicelib.log.receipts import Receipts

        return Receipts(self.settings.log_origin, _read_signer(self.settings.receipt_secret))

    @cached_property
    def known_names(self) -> KnownNames:
        """The names that catalogue, registrations, organisation and rules of regions know."""
        from chalicelib.policy.names import KnownNames

        region, units = self.settings.duban_region, self.organisation.units
        return KnownNames(self.catalogues, self.registrations, region, self.ruled_regions, units)

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

    def today(self) -> date:
        """Return the local day for cases."""
        return self.now().astimezone(self.profile().zone).date()

    def region_of(self, region: str) -> str:
        """Return *region*, or the one that this stage serves where a case names none yet."""
        return region or self.settings.duban_region

    def profile(self, region: str = "") -> Profile:
        """Return the profile in force in a *region*, by default the one this stage serves."""
        timeline = self.timeline(region)
        return timeline.at(self.now()) if timeline.is_dated else timeline.only

    def timeline(self, region: str = "") -> Timeline:
        """Return the profiles of a *region*, in the order in which they came into force."""
        timeline = self.policies.timeline(self.region_of(region), self.made_up_instrument)
        if not (region and self.settings.is_local):
            return timeline
        return timeline.counted_as(self.table_clock.counting(region))

    @property
    def made_up_instrument(self) -> Instrument | None:
        """The instrument of a local stage, which is made up; another stage has its profile's."""
        from chalicelib.policy.instrument import MADE_UP

        return MADE_UP if self.settings.is_local else None

    def calendar(self, region: str = "") -> Calendar:
        """Return the calendar in force in a *region*, by default the one this stage serves."""
        return self.calendars.of(self.region_of(region))

    def rules(self, region: str = "") -> Rules:
        """Return the rules in force in a *region*, by default the one this stage serves."""
        from chalicelib.cases.rules import Rules

        calendar, sources = self.calendar(region), self.registrations.current()
        timeline = self.timeline(region)
        if not timeline.is_dated:
            return Rules(timeline.only, calendar, sources)
        now = self.now()
        return Rules(timeline.at(now), calendar, sources, timeline, now)

    def fresh_rules(self, region: str) -> Rules:
        """Return the rules in force in a *region*, past what is remembered of them."""
        self.calendars.current(fresh=True)
        self.policies.current(fresh=True)
        return self.rules(region)

    def ruled_regions(self, *, fresh: bool = False) -> frozenset[str]:
        """Return the regions of imported changes and profiles, and of ways of counting."""
        counted = self.table_clock.countings() if self.settings.is_local else {}
        areas = {area for area, _ in self.policies.current(fresh=fresh).last.selection.by_area}
        return self.calendars.regions(fresh=fresh) | counted.keys() | areas

    def step_aside(self, longest: float) -> None:
        """Pause for a random part of *longest* seconds, so that others in a race go first."""
        import time
        from secrets import SystemRandom

        time.sleep(SystemRandom().uniform(0, longest))

    def in_parallel(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Return what *work* makes of each of *items*, in their order; several at a time."""
        from chalicelib.plumbing.table import in_parallel

        return in_parallel(work, items)


def _read_signer(secret: str) -> Signer:
    from chalicelib.log.tlog.signer import SeedSigner
    from chalicelib.plumbing.aws import read_seed

    return SeedSigner(read_seed(secret))


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
