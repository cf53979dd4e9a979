"""A profile as it is written: its sections as records, before they are read together."""

from datetime import time, timedelta
from typing import Any, Literal, Self, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from chalicelib.policy.allowance import Extensions, WrittenPause
from chalicelib.policy.basis import NO_BASIS, Basis
from chalicelib.policy.instrument import Instrument
from chalicelib.policy.ladder import Appeal, CountRule, WrittenLadder
from chalicelib.policy.limit import NonzeroLimit
from chalicelib.policy.office import AfterHours, Convention, Office
from chalicelib.policy.papers import Numbering
from chalicelib.policy.reading import Percent, Text, TimeOfDay
from chalicelib.policy.scoring import NO_SCORING, Scoring
from chalicelib.policy.signing import ActsSection
from chalicelib.policy.threshold import Threshold
from chalicelib.schema import Unfit

RestDay = Literal["next", "keep"]
REST_DAYS: tuple[RestDay, ...] = get_args(RestDay)


class CountingSection(Struct, frozen=True, forbid_unknown_fields=True):
    """The section `[counting]`. *countdown* None: as *convention*."""

    cutoff: Text
    rest_day: RestDay
    basis: Basis
    convention: Convention = "L"
    countdown: Convention | None = None
    after_hours: AfterHours = "same_day"


class ClaimsRule(Struct, frozen=True, forbid_unknown_fields=True):
    """The section `[claims]`: claims of the supervised (报送单位的主张) that wait for a person.

    A contested claim is to be decided within *decide*; past it nothing is decided by itself. An
    ending without a decision, with more than *ended* per cent of a limit used, goes to a person; a
    case that is handed in again is looked for within *refiled* after it.
    """

    decide: NonzeroLimit
    ended: Percent
    refiled: NonzeroLimit
    basis: Basis


class Days(timedelta):
    """Days of 24 hours."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `10d`. Raises Unfit."""
        limit = NonzeroLimit.parse(text)
        if limit.unit != "d":
            raise Unfit("要按 24 小时的日写：10d", "must be in days, of 24 hours: 10d")
        return cls(days=limit.amount)


class OutageRule(Struct, frozen=True, forbid_unknown_fields=True):
    """The section `[sources]`: the recorded outages (报送故障) of one source, by calendar year."""

    outages: Days
    basis: Basis


class WrittenProfile(Struct, frozen=True, forbid_unknown_fields=True):
    """A profile that has no dates. A section whose keys are names is read by its own function."""

    id: Text
    title: Text
    zone: Text
    office: Office
    counting: CountingSection
    clocks: dict[str, Any]
    pause: WrittenPause
    extension: Extensions
    roles: dict[str, Any]
    claims: ClaimsRule
    ladder: WrittenLadder
    appeal: Appeal
    numbering: Numbering
    documents: dict[str, Any]
    threshold: tuple[Threshold, ...] = ()
    repeated: tuple[CountRule, ...] = ()
    scoring: Scoring = NO_SCORING
    conduct: dict[str, Any] = {}
    data_quality: dict[str, Any] | None = None
    sources: OutageRule = OutageRule(Days(), NO_BASIS)  # without it none can be recorded
    instrument: Instrument | None = None
    acts: ActsSection = ActsSection()


def read_cutoff(text: str) -> time | None:
    """Read a day's end: `office`, `24:00` (23:59:59.999, 民法典 203), or a time. Raises Unfit."""
    if text == "office":
        return None
    if text == "24:00":
        return time(23, 59, 59, 999000)
    return TimeOfDay.parse(text)


def read_zone(name: str) -> ZoneInfo:
    """Return the time zone *name*. Raises Unfit."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Unfit(f"没有这个时区：{name!r}", f"unknown time zone {name!r}") from error
