"""What counts as a sign of back-filled or implausible data (V-27, 先办后录), and from where on.

Section `[data_quality]` of a profile, a table for each sign. A sign without one is not measured.
The signs are a measure of a department's data, never a card (DOMAIN §4.3, “Gaming”).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.policy.basis import NO_BASIS, Basis, Rests
from chalicelib.policy.limit import NonzeroLimit
from chalicelib.policy.reading import Positive, Text, Whole, read_each
from chalicelib.schema import Defect, Unfit, read_record

SIGNS = (
    "late_recording",
    "same_second",
    "zero_time",
    "closed_before_accepted",
    "month_end",
    "corrected",
)
CLAIM_SIGNS = (
    "accepted_again",
    "too_many_corrections",
    "too_many_claims",
    "too_many_reports",
    "clock_ahead",
    "department_not_listed",
    "kind_not_listed",
    "limit_longer_than_published",
    "unknown_role",
    "unknown_name",
)
"""Signs of what a source may not say by itself. Each is noted once and is no measure."""
TELLING_SIGNS = ("told_late", "told_after_due")
"""Signs of how late a case was told. Each is noted once, and counted (CLAIMS §10)."""

_HOUR = 3600  # seconds
_NODES_OF_ZERO_TIME = 2


class Seconds(timedelta):
    """A length in seconds, an hour at the most."""

    @classmethod
    def read_value(cls, value: object) -> Self:
        """Read a whole number. Raises Unfit."""
        if type(value) is not int or not 1 <= value <= _HOUR:
            raise Unfit("要写 1 到 3600 的整数", "must be a whole number from 1 to 3600")
        return cls(seconds=value)


class LateRecording(Struct, frozen=True, forbid_unknown_fields=True):
    """An event was received later than *after* it had happened."""

    after: NonzeroLimit
    basis: Basis


class AtOnce(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """*nodes* events of a case or more lie within *under*; not for cases of *except_kinds*."""

    nodes: Whole
    under: Seconds = field(name="under_seconds")
    except_kinds: frozenset[Text] = frozenset()
    basis: Basis


class MonthEnd(Struct, frozen=True, forbid_unknown_fields=True):
    """Facts of a month, older than *older*, were reported in the *last* days of that month."""

    last: NonzeroLimit
    older: NonzeroLimit
    basis: Basis

    def __post_init__(self) -> None:
        """Refuse a *last* that is not in days. Raises Defect."""
        if self.last.unit not in ("wd", "d"):
            raise Defect(("last",), "要按日写：3wd 或 3d", "must be in days: 3wd or 3d")


class CorrectedOften(Struct, frozen=True, forbid_unknown_fields=True):
    """The reported facts of a case were corrected *times* or more."""

    times: Positive
    basis: Basis


class DataQuality(Struct, frozen=True, forbid_unknown_fields=True):
    """What is measured. Departments with fewer cases than *fewest_cases* are not broken down."""

    fewest_cases: Whole = 0
    basis: Basis = NO_BASIS
    late_recording: LateRecording | None = None
    same_second: AtOnce | None = None
    zero_time: AtOnce | None = None
    closed_before_accepted: Rests | None = None
    month_end: MonthEnd | None = None
    corrected: CorrectedOften | None = None
    claims: Basis = NO_BASIS  # of the signs of claims; empty: they are not flagged

    def __post_init__(self) -> None:
        """Refuse signs that are two of the same. Raises Defect."""
        if self.same_second is not None and self.same_second.nodes <= _NODES_OF_ZERO_TIME:
            zh = "要写 3 以上；两个节点的另有 zero_time"
            en = "must be 3 or more; for two there is zero_time"
            raise Defect(("same_second", "nodes"), zh, en)

    @property
    def measured(self) -> tuple[str, ...]:
        """The signs that are measured, in their order."""
        return tuple(name for name in SIGNS if getattr(self, name) is not None)


def read_data_quality(table: Mapping[str, Any] | None) -> DataQuality:
    """Read `[data_quality]` of a profile; without it nothing is measured. Raises Defect."""
    if table is None:
        return DataQuality()
    for key in ("fewest_cases", "basis"):
        if key not in table:
            raise Defect((key,), "缺少这个字段", "this field is needed")
    signs = dict(table)
    claims = {"claims": signs.pop("claims")} if "claims" in signs else {}
    zero_time = signs.get("zero_time")
    if isinstance(zero_time, dict):
        if "nodes" in zero_time:
            raise Defect(("zero_time", "nodes"), "此处没有这个字段", "this field is not known here")
        signs["zero_time"] = {**zero_time, "nodes": _NODES_OF_ZERO_TIME}
    quality = read_record(DataQuality, signs)
    return replace(quality, claims=read_each(Rests, claims)["claims"].basis) if claims else quality
