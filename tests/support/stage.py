"""A stage in this process: the tables of the template on moto, with services over them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from importlib import import_module
from typing import Any, ClassVar, TypeVar

import boto3
from botocore.loaders import create_loader
from botocore.session import get_session
from moto import mock_aws

from chalicelib.log.objects import Objects
from chalicelib.log.receipts import Receipts
from chalicelib.log.signing import Signatory
from chalicelib.log.tlog.signer import SeedSigner, Signer
from chalicelib.plumbing.clock import Now
from chalicelib.plumbing.services import Services, use
from chalicelib.plumbing.settings import ClockSource, Settings
from chalicelib.plumbing.sign_in_secret import SignInSecret
from chalicelib.policy.dated_profile import DatedProfile
from chalicelib.policy.instrument import MADE_UP, Instrument
from chalicelib.policy.names import KnownNames, NameKind
from chalicelib.policy.profile import Profile
from chalicelib.policy.sources import AT_ONCE, Delivery, Registration, Registrations
from chalicelib.policy.timeline import Adoption, Timeline
from tests.support.faulty import Client
from tests.support.memory_bucket import BUCKET
from tests.support.memory_objects import MemoryObjects
from tests.support.policy import Asked
from tests.support.rights import acting_as, acting_function, require
from tests.support.template_file import template

TABLES = ("Inbox", "Cases", "Facts", "Log", "Board", "Registry", "Vault", "Signed", "SignIn")
SOURCES = ("hall", "demo", "permits", "hotline", "window")
SECRET = "duban-test/sources"
RECEIPT_KEY = "duban-test/receipt-key"
SIGN_IN_SECRET = "duban-test/sign-in"
REGION = "cn-north-1"
_FUNCTION = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function"
SIGN, OPEN = (f"{_FUNCTION}:${{AWS::StackName}}-{name}" for name in ("sign", "open"))
T = TypeVar("T")
R = TypeVar("R")


class HandClock:
    """A wall clock that only a test moves."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.skew = timedelta()  # by how much this machine's clock is wrong

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.at + self.skew

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


def create_tables() -> None:
    """Make the tables of infra/stack/template.yaml, wherever boto3 leads."""
    dynamodb = boto3.client("dynamodb")
    for name in TABLES:
        said = template()["Resources"][name]["Properties"]
        wanted = {
            key: said[key]
            for key in (
                "BillingMode",
                "AttributeDefinitions",
                "KeySchema",
                "GlobalSecondaryIndexes",
                "StreamSpecification",
            )
            if key in said
        }
        if "StreamSpecification" in wanted:
            wanted["StreamSpecification"] = {**said["StreamSpecification"], "StreamEnabled": True}
        dynamodb.create_table(TableName=f"test-{name}", **wanted)


def settings(clock: ClockSource) -> Settings:
    """What a function of the stage finds in its environment."""
    tables: dict[str, Any] = {f"{name.lower()}_table": f"test-{name}" for name in TABLES}
    return Settings(
        **tables,
        sources_secret=SECRET,
        receipt_secret=RECEIPT_KEY,
        signin_secret=SIGN_IN_SECRET,
        log_key="secret:duban-test/log-key",
        log_origin="log.test/log",
        log_bucket=BUCKET,
        sign_function="duban-test-sign",
        open_function="duban-test-open",
        duban_stage="test",
        duban_profile="statutory",
        duban_calendar="CN",
        duban_region="370102",
        duban_clock=clock,
        source_rate=600,
        feed_readers=10,
    )


class AnyName(KnownNames):
    """Knows every name: what most tests are about has nothing to do with who knows it."""

    def knows(self, _kind: NameKind, _name: str, *, fresh: bool = False) -> bool:
        """Say so."""
        return True


class SecretInMemory(SignInSecret):
    """The secret of sign-in without a store of secrets."""

    def _read(self) -> dict[str, str]:
        return {"key": "people", "client": self._secret}

    _secret = ""

    def set_client(self, secret: str) -> None:
        """Keep the *secret* of the client."""
        self._secret, self._read_at = secret, None


class ServicesHere(Services, frozen=True):
    """Services whose public objects are in memory, through *storage* where one is given."""

    storage: ClassVar[Client | None] = None
    knows_all: ClassVar[bool] = True
    own_profile: ClassVar[Profile | None] = None
    instrument: ClassVar[Instrument | None] = MADE_UP
    meanwhile: ClassVar[tuple[Callable[[], object], ...]] = ()
    has_threads: ClassVar[bool] = False
    aside: ClassVar[tuple[Callable[[float], object], ...]] = ()

    def pause(self, seconds: float) -> None:
        """Let what runs elsewhere go on; no second of ours passes."""
        if not self.meanwhile:
            raise AssertionError(f"{seconds} s would pass for nothing: go_on_with a pump first")
        for go_on in self.meanwhile:
            go_on()

    def in_parallel(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Do one after another, so that each call has its turn; or at once, where a test has it."""
        if self.has_threads:
            return super().in_parallel(work, items)
        return [work(item) for item in items]

    def step_aside(self, longest: float) -> None:
        """Let the time of a race pass, where a test has a clock for it."""
        for pass_time in self.aside:
            pass_time(longest)

    @property
    def made_up_instrument(self) -> Instrument | None:
        """The instrument of a local stage, unless a test took it away."""
        return self.instrument

    def timeline(self, region: str = "") -> Timeline:
        """Return the stage's own profile, where a test gave it one, or those of *region*."""
        own = self.own_profile
        if own:
            return _always(own).with_instrument(self.instrument)
        return super().timeline(region)

    @cached_property
    def known_names(self) -> KnownNames:
        """The names that are known: all of them, or those of catalogue and registrations."""
        kind = AnyName if self.knows_all else KnownNames
        region, units = self.settings.duban_region, self.organisation.units
        return kind(self.catalogues, self.registrations, region, self.ruled_regions, units)

    @cached_property
    def objects(self) -> Objects:
        """The public objects; on moto too, where S3 would take more time than all the rest."""
        return MemoryObjects(self.storage)

    @cached_property
    def signer(self) -> Signer:
        """The key of AUDIT_LOG §3.1."""
        return SeedSigner(hashlib.sha256(b"kat").digest())

    @cached_property
    def receipts(self) -> Receipts:
        """Receipts by the secret of the stage; in memory, where there is none, by a key of ours."""
        if self.storage is None:
            return super().receipts
        return Receipts(self.settings.log_origin, SeedSigner(hashlib.sha256(b"receipts").digest()))

    @cached_property
    def sign_in_secret(self) -> SignInSecret:  # type: ignore[override] # of which it is one
        """The secret of the stage; in memory, where there is no store of secrets, one of ours."""
        if self.storage is None:
            return super().sign_in_secret
        return SecretInMemory(SIGN_IN_SECRET)

    @cached_property
    def opener(self) -> Any:  # type: ignore[override] # a part that is called
        """The function that gives private fields, called as it stands."""
        return partial(_call, self, "open", OPEN)

    @cached_property
    def signatory(self) -> Signatory:  # type: ignore[override] # of which it is one
        """The function that signs, called as it stands."""
        return partial(_call, self, "sign", SIGN)


def _call(services: Services, name: str, arn: str, said: Any) -> Any:
    require(acting_function(), [Asked("lambda:InvokeFunction", arn, {})])
    with use(services), acting_as(name):
        return import_module(f"chalicelib.lambdas.{name}").run(said)


def services_here(settings: Settings, wall: Now, storage: Client | None = None) -> Services:
    """Make services that are all in this process; *storage* stands where a client would."""
    kind = type("ServicesHere", (ServicesHere,), {"storage": storage})
    made: Services = kind(settings, wall)
    return made


def know_only_listed(services: Services) -> None:
    """Let *services* know no names but those of their catalogue and registrations."""
    assert isinstance(services, ServicesHere)
    type(services).knows_all = False


def _always(profile: Profile) -> Timeline:
    """Give a timeline of one profile, which has no dates."""
    undated = DatedProfile({}, profile.version, "")
    undated._made[date.min, date.min] = profile
    return Timeline((Adoption(None, undated),))


def judge_by(services: Services, profile: Profile) -> None:
    """Let *services* judge by a *profile* that is not shipped."""
    assert isinstance(services, ServicesHere)
    type(services).own_profile = profile


def without_instrument(services: Services) -> None:
    """Let *services* name no instrument, as the profiles that are shipped."""
    assert isinstance(services, ServicesHere)
    type(services).instrument = None


def go_on_with(services: Services, meanwhile: Callable[[], object]) -> None:
    """Let *meanwhile* run where *services* pause, as the functions of a stage do."""
    assert isinstance(services, ServicesHere)
    type(services).meanwhile = (meanwhile,)


def with_threads(services: Services) -> None:
    """Let *services* make several calls at once, as on AWS."""
    assert isinstance(services, ServicesHere)
    type(services).has_threads = True


def step_aside_by(services: Services, pass_time: Callable[[float], object]) -> None:
    """Let *pass_time* run with the longest pause, where *services* step aside in a race."""
    assert isinstance(services, ServicesHere)
    type(services).aside = (pass_time,)


def register_sources(services: Services) -> None:
    """Register the sources of all tests for any department and region, from 1990 on.

    What they report is in time only at once, as in a log that is replayed.
    """
    source = Registration(
        deliveries=(Delivery(AT_ONCE),), history_from=datetime(1990, 1, 1, tzinfo=UTC)
    )
    registered = Registrations(dict.fromkeys(SOURCES, source))
    services.registrations.change(lambda _: registered)


NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
_DESCRIPTIONS = create_loader()  # of services: read once, else by each stage


@contextmanager
def stage(clock: ClockSource = "wall", at: datetime = NOW) -> Iterator[tuple[Services, HandClock]]:
    """Make a stage whose wall clock stands still at *at*; everything is gone after the block."""
    with mock_aws():
        session = get_session()
        session.register_component("data_loader", _DESCRIPTIONS)
        boto3.setup_default_session(botocore_session=session)
        create_tables()
        vault = boto3.client("secretsmanager")
        vault.create_secret(Name=SECRET, SecretString="{}")
        vault.create_secret(Name=RECEIPT_KEY, SecretString="receipts")
        vault.create_secret(Name=SIGN_IN_SECRET, SecretString='{"key": "people"}')
        wall = HandClock(at)
        with use(services_here(settings(clock), wall)) as made:
            register_sources(made)
            yield made, wall
