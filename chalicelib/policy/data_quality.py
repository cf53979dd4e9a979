"""What counts as a sign of back-filled or implausible data (V-27, 先办后录), and from where on.

Section `[data_quality]` of a profile, a table for each sign. A sign without one is not measured.
The signs are a measure of a department's data, never a card (DOMAIN §4.3, “Gaming”).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.basis import NO_BASIS, Basis, read_basis
from chalicelib.policy.limit import Limit
from chalicelib.policy.reading import (
    Table,
    check_keys,
    read_positive_limit,
    read_section,
    read_whole,
    read_words,
)

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

Measure = TypeVar("Measure")


class LateRecording(Struct, frozen=True):
    """An event was received later than *after* it had happened."""

    after: Limit
    basis: Basis


class AtOnce(Struct, frozen=True):
    """*nodes* events of a case or more lie within *under*; not for cases of *except_kinds*."""

    nodes: int
    under: timedelta
    except_kinds: frozenset[str]
    basis: Basis


class ClosedBeforeAccepted(Struct, frozen=True):
    """A case was closed before it was accepted; there is nothing to set."""

    basis: Basis


class MonthEnd(Struct, frozen=True):
    """Facts of a month, older than *older*, were reported in the *last* days of that month."""

    last: Limit
    older: Limit
    basis: Basis


class CorrectedOften(Struct, frozen=True):
    """The reported facts of a case were corrected *times* or more."""

    times: int
    basis: Basis


class DataQuality(Struct, frozen=True):
    """What is measured. Departments with fewer cases than *fewest_cases* are not broken down."""

    fewest_cases: int = 0
    basis: Basis = NO_BASIS
    late_recording: LateRecording | None = None
    same_second: AtOnce | None = None
    zero_time: AtOnce | None = None
    closed_before_accepted: ClosedBeforeAccepted | None = None
    month_end: MonthEnd | None = None
    corrected: CorrectedOften | None = None
    claims: Basis = NO_BASIS  # of the signs of claims; empty: they are not flagged

    @property
    def measured(self) -> tuple[str, ...]:
        """The signs that are measured, in their order."""
        return tuple(name for name in SIGNS if getattr(self, name) is not None)


def read_data_quality(table: Table, where: str) -> DataQuality:
    """Read `[data_quality]` of a profile; without it nothing is measured. Raises BadInput."""
    if "data_quality" not in table:
        return DataQuality()
    quality, where = read_section(table, "data_quality", where), f"{where}: data_quality"
    check_keys(quality, ("fewest_cases", "basis", "claims", *SIGNS), where)
    return DataQuality(
        fewest_cases=read_whole(quality, "fewest_cases", where),
        basis=read_basis(quality, where),
        late_recording=_read_sign(quality, "late_recording", _late_recording, where),
        same_second=_read_sign(quality, "same_second", _same_second, where),
        zero_time=_read_sign(quality, "zero_time", _zero_time, where),
        closed_before_accepted=_read_sign(
            quality, "closed_before_accepted", _closed_before_accepted, where
        ),
        month_end=_read_sign(quality, "month_end", _month_end, where),
        corrected=_read_sign(quality, "corrected", _corrected, where),
        claims=_read_sign(quality, "claims", _claims, where) or NO_BASIS,
    )


def _read_sign(
    quality: Table, name: str, reader: Callable[[Table, str], Measure], where: str
) -> Measure | None:
    return (
        reader(read_section(quality, name, where), f"{where}.{name}") if name in quality else None
    )


def _late_recording(table: Table, where: str) -> LateRecording:
    check_keys(table, ("after", "basis"), where)
    return LateRecording(read_positive_limit(table, "after", where), read_basis(table, where))


def _same_second(table: Table, where: str) -> AtOnce:
    check_keys(table, ("nodes", "under_seconds", "except_kinds", "basis"), where)
    nodes = read_whole(table, "nodes", where)
    if nodes < 3:  # noqa: PLR2004
        raise BadInput(
            zh="nodes 要写 3 以上；两个节点的另有 zero_time",
            en="nodes must be 3 or more; for two there is zero_time",
            where=where,
        )
    return _at_once(table, nodes, where)


def _zero_time(table: Table, where: str) -> AtOnce:
    check_keys(table, ("under_seconds", "except_kinds", "basis"), where)
    return _at_once(table, 2, where)


def _at_once(table: Table, nodes: int, where: str) -> AtOnce:
    seconds = read_whole(table, "under_seconds", where)
    if not 1 <= seconds <= 3600:  # noqa: PLR2004
        raise BadInput(
            zh="under_seconds 要写 1 到 3600",
            en="under_seconds must be from 1 to 3600",
            where=where,
        )
    return AtOnce(
        nodes=nodes,
        under=timedelta(seconds=seconds),
        except_kinds=frozenset(read_words(table, "except_kinds", where)),
        basis=read_basis(table, where),
    )


def _closed_before_accepted(table: Table, where: str) -> ClosedBeforeAccepted:
    check_keys(table, ("basis",), where)
    return ClosedBeforeAccepted(read_basis(table, where))


def _month_end(table: Table, where: str) -> MonthEnd:
    check_keys(table, ("last", "older", "basis"), where)
    last = read_positive_limit(table, "last", where)
    if last.unit not in ("wd", "d"):
        raise BadInput(
            zh="last 要按日写：3wd 或 3d", en="last must be in days: 3wd or 3d", where=where
        )
    return MonthEnd(last, read_positive_limit(table, "older", where), read_basis(table, where))


def _claims(table: Table, where: str) -> Basis:
    check_keys(table, ("basis",), where)
    return read_basis(table, where)


def _corrected(table: Table, where: str) -> CorrectedOften:
    check_keys(table, ("times", "basis"), where)
    times = read_whole(table, "times", where)
    if not times:
        raise BadInput(zh="times 要写 1 以上的整数", en="times must be 1 or more", where=where)
    return CorrectedOften(times, read_basis(table, where))
