"""A profile (监察规则): the numbers that supervision works with, each with its basis (依据).

Pure: text in, a frozen profile out. The version is the hash of the text, so a card can name exactly
the profile it was issued under (DESIGN §5).
"""

import hashlib
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

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
    read_roles,
)
from chalicelib.policy.basis import Basis
from chalicelib.policy.conduct import Conduct, read_conduct
from chalicelib.policy.data_quality import DataQuality, read_data_quality
from chalicelib.policy.documents import cite_own, read_own_documents
from chalicelib.policy.effective import in_force
from chalicelib.policy.instrument import Instrument
from chalicelib.policy.ladder import Appeal, Ladder
from chalicelib.policy.office import AfterHours, Convention, Office
from chalicelib.policy.papers import Numbering, PaperName, Template, read_papers
from chalicelib.policy.reading import Table, must_be_flat, refuse_repeated_words, refused, within
from chalicelib.policy.scoring import Scoring
from chalicelib.policy.signing import SignatureRules
from chalicelib.policy.threshold import Threshold
from chalicelib.policy.written_profile import (
    REST_DAYS,
    ClaimsRule,
    OutageRule,
    RestDay,
    WrittenProfile,
    read_cutoff,
    read_zone,
)
from chalicelib.schema import Defect, read_record

T = TypeVar("T")


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
    papers: Mapping[PaperName, Template]
    conduct: Mapping[str, Conduct]  # by rule
    data_quality: DataQuality
    sources: OutageRule
    instrument: Instrument | None
    signature: SignatureRules
    devices: Mapping[str, tuple[str, ...]]  # that passkeys may be of (AAGUID), by role
    basis: Mapping[str, Basis]  # of the sections office, counting and acts

    @property
    def reference(self) -> str:
        """The name of the profile on cards: its id and the hash of its text."""
        return f"{self.id}@{self.version}"

    @property
    def threshold_rows(self) -> list[Threshold]:
        """The thresholds of all clocks."""
        return [row for rows in self.thresholds.values() for row in rows]

    @property
    def counts_warnings(self) -> bool:
        """Return whether warnings are counted against a department, and not only cards."""
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
        """Return whether an unanswered yellow of *clock* turns red by its threshold (V-03)."""
        return any(row.after_yellow is not None for row in self.thresholds.get(clock, ()))

    def extension_of(self, kind: str) -> ExtensionRule:
        """Return who may extend a case of *kind*, and by how much (行政许可法 42)."""
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
        with refused(""):
            if rest_day not in (None, *REST_DAYS):
                words = "、".join(REST_DAYS), ", ".join(REST_DAYS)
                raise Defect(("rest_day",), f"只能是：{words[0]}", f"must be one of {words[1]}")
            with within("cutoff"):
                end = self.cutoff if cutoff is None else read_cutoff(cutoff)
        changed = replace(
            self, zone=zone or self.zone, cutoff=end, rest_day=rest_day or self.rest_day
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
        with refused(""):
            for key in counting.keys() - {"zone", "cutoff", "rest_day"}:
                raise Defect((key,), "此处没有这个字段", "this field is not known here")
            with within("zone"):
                zone = read_zone(counting["zone"]) if "zone" in counting else None
        unbound = replace(self.extension, most=None, approved_by=None)
        statutory = {name: row for name, row in self.clocks.items() if name == "statutory"}
        without_law = {name: replace(row, limit=None) for name, row in statutory.items()}
        as_mapped = replace(
            self,
            pause=replace(self.pause, needs=(), not_by_itself=(), procedures=None),
            extension=unbound,
            joint_extension=unbound,
            clocks={**self.clocks, **without_law},
            version=f"{self.version}+as-mapped",
        )
        return as_mapped.with_counting(
            zone=zone, cutoff=counting.get("cutoff"), rest_day=counting.get("rest_day")
        )


def read_profile(text: str, where: str) -> Profile:
    """Read the profile in TOML *text* as it is once all its dates have come. Raises BadInput."""
    with refused(where):
        table = in_force(parse_profile(text, where), date.max, date.max)
    return read_tables(table, version_of(text), where)


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
    """Read the *table* of a profile that has no dates. Raises UnfitFile."""
    with refused(where):
        refuse_repeated_words(table)
        if "document" in table:
            with within("document"):
                documents = read_own_documents(table["document"])
            sections = {key: value for key, value in table.items() if key != "document"}
            table = cite_own(sections, documents)
        return _made_of(read_record(WrittenProfile, table), version)


def _made_of(written: WrittenProfile, version: str) -> Profile:
    """Return the profile of *written*. Raises Defect."""
    counting, extensions = written.counting, written.extension
    single = ExtensionRule(extensions.most, extensions.approved_by, extensions.basis)
    clocks = _read("clocks", read_allowances, written.clocks)
    return Profile(
        id=written.id,
        title=written.title,
        version=version,
        zone=_read("zone", read_zone, written.zone),
        office=written.office,
        cutoff=_read("counting.cutoff", read_cutoff, counting.cutoff),
        rest_day=counting.rest_day,
        convention=counting.convention,
        countdown=counting.countdown or counting.convention,
        after_hours=counting.after_hours,
        clocks=clocks,
        thresholds=_by_clock(written.threshold, clocks),
        pause=_read("pause", written.pause.rule),
        extension=single,
        joint_extension=extensions.joint,
        roles=_read("roles", read_roles, written.roles, single, extensions.joint),
        claims=written.claims,
        ladder=written.ladder.ladder(written.repeated),
        appeal=written.appeal,
        numbering=written.numbering,
        scoring=written.scoring,
        papers=_read("documents", read_papers, written.documents),
        conduct=_read("conduct", read_conduct, written.conduct),
        data_quality=_read("data_quality", read_data_quality, written.data_quality),
        sources=written.sources,
        instrument=written.instrument,
        signature=written.acts.signature,
        devices=written.acts.devices,
        basis={
            "office": written.office.basis,
            "counting": counting.basis,
            **dict.fromkeys(("signature", "devices"), written.acts.basis),
        },
    )


def _read(section: str, read: Callable[..., T], *values: object) -> T:
    """Return what *read* makes of *values*, which stand in a *section*. Raises Defect."""
    with within(*section.split(".")):
        return read(*values)


def _by_clock(
    rows: Sequence[Threshold], clocks: Collection[str]
) -> Mapping[str, tuple[Threshold, ...]]:
    """Return the thresholds of each of *clocks*. Raises Defect."""
    by_clock: dict[str, tuple[Threshold, ...]] = dict.fromkeys(clocks, ())
    for number, row in enumerate(rows):
        if row.clock not in clocks:
            zh, en = f"没有 [clocks.{row.clock}] 这一节", f"there is no [clocks.{row.clock}]"
            raise Defect(("threshold", number, "clock"), zh, en)
        by_clock[row.clock] += (row,)
    return by_clock
