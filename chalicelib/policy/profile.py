"""A profile (监察规则): the numbers that supervision works with, each with its basis (依据).

Pure: text in, a frozen profile out. The version is the hash of the text, so a card can name exactly
the profile it was issued under (DESIGN §5).
"""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import BadInput
from chalicelib.instant import local_time
from chalicelib.policy.allowance import (
    Allowance,
    ExtensionRule,
    PauseRule,
    Roles,
    read_allowances,
    read_extensions,
    read_pause,
    read_roles,
)
from chalicelib.policy.basis import Basis, read_basis
from chalicelib.policy.claims import ClaimsRule, read_claims
from chalicelib.policy.conduct import Conduct, read_conduct
from chalicelib.policy.data_quality import DataQuality, read_data_quality
from chalicelib.policy.documents import cite_own, read_own_documents
from chalicelib.policy.effective import in_force
from chalicelib.policy.instrument import Instrument, read_instrument
from chalicelib.policy.ladder import Appeal, Ladder, read_appeal, read_ladder
from chalicelib.policy.numbering import Numbering, read_numbering
from chalicelib.policy.office import (
    AFTER_HOURS,
    CONVENTIONS,
    AfterHours,
    Convention,
    Office,
    read_office,
)
from chalicelib.policy.outages import OutageRule, read_outage_rule
from chalicelib.policy.papers import Papers, read_papers
from chalicelib.policy.reading import (
    Table,
    Word,
    check_keys,
    must_be_flat,
    read_choice,
    read_section,
    read_string,
    read_time_of_day,
)
from chalicelib.policy.scoring import Scoring, read_scoring
from chalicelib.policy.threshold import Threshold, read_thresholds

RestDay = Literal["next", "keep"]
REST_DAYS: tuple[RestDay, ...] = ("next", "keep")

_COUNTING = ("cutoff", "rest_day", "convention", "countdown", "after_hours", "basis")
_KEYS = (
    *("id", "title", "zone", "office", "counting", "clocks"),
    *("pause", "extension", "roles", "threshold", "conduct", "data_quality", "sources"),
    *("claims", "ladder", "repeated", "appeal", "numbering", "scoring", "documents"),
    *("instrument", "document"),
)


class Profile(Struct, frozen=True):
    """A region's rules in numbers. *cutoff* None: the last day ends when the office closes.

    *convention* counts the limits, *countdown* what is shown as used and left (DOMAIN §1.3).
    """

    id: str
    title: str
    version: str
    zone: ZoneInfo
    office: Office
    cutoff: time | None
    rest_day: RestDay
    convention: Convention
    countdown: Convention
    after_hours: AfterHours
    clocks: Mapping[str, Allowance]
    thresholds: Mapping[str, tuple[Threshold, ...]]  # by clock
    pause: PauseRule
    extension: ExtensionRule
    joint_extension: ExtensionRule
    roles: Roles
    claims: ClaimsRule
    ladder: Ladder
    appeal: Appeal
    numbering: Numbering
    scoring: Scoring
    papers: Papers
    conduct: Mapping[str, Conduct]  # by rule
    data_quality: DataQuality
    sources: OutageRule
    instrument: Instrument | None
    basis: Mapping[str, Basis]  # of the sections office and counting

    @property
    def reference(self) -> str:
        """The name of the profile on cards: its id and the hash of its text."""
        return f"{self.id}@{self.version}"

    @property
    def counts_warnings(self) -> bool:
        """Whether warnings are counted against a department, and not only cards."""
        repeated = any(rule.level == "warning" for rule in self.ladder.repeated)
        return repeated or self.scoring.warnings is not None

    def instrument_at(self, now: datetime) -> Instrument | None:
        """Return the instrument in force on the local day of *now*; None where there is none."""
        day = local_time(now, self.zone).date()
        return self.instrument if self.instrument and self.instrument.date <= day else None

    @property
    def series(self) -> str:
        """The code (机关代字) that begins the numbers of papers; empty without an instrument."""
        return self.instrument.code if self.instrument else ""

    def with_instrument(self, instrument: Instrument | None) -> "Profile":
        """Return the profile with *instrument* in place of its own, if there is one.

        It is not judged by, so the version stays: a card names its instrument itself.
        """
        return replace(self, instrument=instrument) if instrument else self

    def turns_red(self, clock: str) -> bool:
        """Whether an unanswered yellow of *clock* turns red by a threshold of that clock (V-03)."""
        return any(row.after_yellow is not None for row in self.thresholds.get(clock, ()))

    def extension_of(self, kind: str) -> ExtensionRule:
        """Who may extend a case of *kind*, and by how much (行政许可法 42)."""
        return self.joint_extension if kind == "joint" else self.extension

    def with_counting(
        self,
        *,
        zone: ZoneInfo | None = None,
        cutoff: str | None = None,
        rest_day: str | None = None,
    ) -> "Profile":
        """Return the profile with other counting, as of a replay map's `[clock]`. Raises BadInput.

        A profile that counts otherwise is another profile, so its version names how it counts.
        """
        changed = replace(
            self,
            zone=zone or self.zone,
            cutoff=self.cutoff if cutoff is None else read_cutoff(cutoff, "cutoff"),
            rest_day=self.rest_day if rest_day is None else _rest_day(rest_day),
        )
        if changed == self:
            return self
        ends = "office" if changed.cutoff is None else changed.cutoff.isoformat("milliseconds")
        suffix = f"{changed.zone.key},{ends},{changed.rest_day}"
        return replace(changed, version=f"{self.version}+{suffix}")

    def counted_as(self, counting: Mapping[str, str]) -> "Profile":
        """Return the profile with `zone`, `cutoff` and `rest_day` of *counting*, each optional.

        For logs from elsewhere: a mapped pause or extension is one (DESIGN §9), whoever approved
        it and for how long; and no law of ours limits a case. Raises BadInput.
        """
        if not counting:
            return self
        check_keys(counting, ("zone", "cutoff", "rest_day"), "counting")
        zone = counting.get("zone")
        unbound = replace(self.extension, most=None, approved_by=None)
        as_mapped = replace(
            self,
            pause=replace(self.pause, needs=(), not_by_itself=(), procedures=None),
            extension=unbound,
            joint_extension=unbound,
            clocks=_without_law(self.clocks),
            version=f"{self.version}+as-mapped",
        )
        return as_mapped.with_counting(
            zone=None if zone is None else _zone(zone, "zone"),
            cutoff=counting.get("cutoff"),
            rest_day=counting.get("rest_day"),
        )


def _without_law(clocks: Mapping[str, Allowance]) -> Mapping[str, Allowance]:
    """Return *clocks* with no statutory limit but that which a case brings along."""
    if "statutory" not in clocks:
        return clocks
    return {**clocks, "statutory": replace(clocks["statutory"], limit=None)}


def read_profile(text: str, where: str) -> Profile:
    """Read the profile in TOML *text* as it is once all its dates have come. Raises BadInput.

    *where* names the file in errors.
    """
    table = parse_profile(text, where)
    return read_tables(in_force(table, date.max, date.max), version_of(text), where)


def parse_profile(text: str, where: str) -> dict[str, Any]:
    """Return the tables of a profile, unread. Raises BadInput."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(zh="不是 TOML，读不下去", en=f"not TOML: {error}", where=where) from error
    except RecursionError as error:
        raise BadInput(zh="嵌套太深", en="nested too deeply", where=where) from error
    must_be_flat(table, where)
    return table


def version_of(text: str) -> str:
    """Return the version of a profile: the hash of its text."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def read_tables(table: Table, version: str, where: str) -> Profile:
    """Read the *table* of a profile that has no dates. Raises BadInput."""
    check_keys(table, _KEYS, where)
    if "document" in table:
        table = cite_own(table, read_own_documents(table, where))
    counting, office = read_section(table, "counting", where), read_section(table, "office", where)
    check_keys(counting, _COUNTING, f"{where}: counting")
    convention = _read_counting(counting, "convention", CONVENTIONS, "L", where)
    single, joint = read_extensions(table, where)
    return Profile(
        id=read_string(table, "id", where),
        title=read_string(table, "title", where),
        version=version,
        zone=_zone(read_string(table, "zone", where), where),
        office=read_office(office, f"{where}: office"),
        cutoff=read_cutoff(read_string(counting, "cutoff", where), f"{where}: counting.cutoff"),
        rest_day=read_choice(counting, "rest_day", REST_DAYS, f"{where}: counting"),
        convention=convention,
        countdown=_read_counting(counting, "countdown", CONVENTIONS, convention, where),
        after_hours=_read_counting(counting, "after_hours", AFTER_HOURS, "same_day", where),
        clocks=(clocks := read_allowances(table, where)),
        thresholds=read_thresholds(table, clocks, where),
        pause=read_pause(table, where),
        extension=single,
        joint_extension=joint,
        roles=read_roles(table, (single, joint), where),
        claims=read_claims(table, where),
        ladder=read_ladder(table, where),
        appeal=read_appeal(table, where),
        numbering=read_numbering(table, where),
        scoring=read_scoring(table, where),
        papers=read_papers(table, where),
        conduct=read_conduct(table, where),
        data_quality=read_data_quality(table, where),
        sources=read_outage_rule(table, where),
        instrument=read_instrument(table, where),
        basis=_bases(office, counting, where),
    )


def _bases(office: Table, counting: Table, where: str) -> dict[str, Basis]:
    return {
        "office": read_basis(office, f"{where}: office"),
        "counting": read_basis(counting, f"{where}: counting"),
    }


def read_cutoff(text: str, where: str) -> time | None:
    """Read when the last day ends: `office`, `24:00` (23:59:59.999, 民法典 203) or a time."""
    if text == "office":
        return None
    if text == "24:00":
        return time(23, 59, 59, 999000)
    return read_time_of_day(text, where)


def _zone(name: str, where: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(
            zh=f"没有这个时区：{name!r}", en=f"unknown time zone {name!r}", where=where
        ) from error


def _rest_day(text: str) -> RestDay:
    return read_choice({"rest_day": text}, "rest_day", REST_DAYS, "rest_day")


def _read_counting(
    table: Table, key: str, words: Sequence[Word], otherwise: Word, where: str
) -> Word:
    return read_choice(table, key, words, f"{where}: counting") if key in table else otherwise
