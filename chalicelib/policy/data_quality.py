"""What counts as a sign of back-filled or implausible data (V-27, 先办后录), and from where on.

Section `[data_quality]` of a profile, a table for each sign. A sign without one is not measured.
The signs are a measure of a department's data, never a card (DOMAIN §4.3, “Gaming”).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from chalicelib.errors import BadInput
from chalicelib.policy.limit import Limit
from chalicelib.policy.reading import Table, known, length, section, string, whole, words

SIGNS = (
    "late_recording",
    "same_second",
    "zero_time",
    "closed_before_accepted",
    "month_end",
    "corrected",
)
Measure = TypeVar("Measure")


@dataclass(frozen=True, slots=True)
class LateRecording:
    """An event was written down later than *after* it had happened."""

    after: Limit
    basis: str


@dataclass(frozen=True, slots=True)
class AtOnce:
    """*nodes* events of a case or more lie within *under*; not for cases of *except_kinds*."""

    nodes: int
    under: timedelta
    except_kinds: frozenset[str]
    basis: str


@dataclass(frozen=True, slots=True)
class ClosedBeforeAccepted:
    """A case was closed before it was accepted; there is nothing to set."""

    basis: str


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """In the *last* days of a month, what had happened in it longer than *older* ago came in."""

    last: Limit
    older: Limit
    basis: str


@dataclass(frozen=True, slots=True)
class CorrectedOften:
    """What was told of a case was corrected *times* or more."""

    times: int
    basis: str


@dataclass(frozen=True, slots=True)
class DataQuality:
    """What is measured. Departments with fewer cases than *fewest_cases* are not broken down."""

    fewest_cases: int = 0
    basis: str = ""
    late_recording: LateRecording | None = None
    same_second: AtOnce | None = None
    zero_time: AtOnce | None = None
    closed_before_accepted: ClosedBeforeAccepted | None = None
    month_end: MonthEnd | None = None
    corrected: CorrectedOften | None = None

    @property
    def measured(self) -> tuple[str, ...]:
        """The signs that are measured, in their order."""
        return tuple(name for name in SIGNS if getattr(self, name) is not None)


def read_data_quality(table: Table, where: str) -> DataQuality:
    """Read `[data_quality]` of a profile; without it nothing is measured. Raises BadInput."""
    if "data_quality" not in table:
        return DataQuality()
    quality, where = section(table, "data_quality", where), f"{where}: data_quality"
    known(quality, ("fewest_cases", "basis", *SIGNS), where)
    return DataQuality(
        fewest_cases=whole(quality, "fewest_cases", where),
        basis=string(quality, "basis", where),
        late_recording=_said(quality, "late_recording", _late_recording, where),
        same_second=_said(quality, "same_second", _same_second, where),
        zero_time=_said(quality, "zero_time", _zero_time, where),
        closed_before_accepted=_said(
            quality, "closed_before_accepted", _closed_before_accepted, where
        ),
        month_end=_said(quality, "month_end", _month_end, where),
        corrected=_said(quality, "corrected", _corrected, where),
    )


def _said(
    quality: Table, name: str, read: Callable[[Table, str], Measure], where: str
) -> Measure | None:
    return read(section(quality, name, where), f"{where}.{name}") if name in quality else None


def _late_recording(table: Table, where: str) -> LateRecording:
    known(table, ("after", "basis"), where)
    return LateRecording(length(table, "after", where), string(table, "basis", where))


def _same_second(table: Table, where: str) -> AtOnce:
    known(table, ("nodes", "under_seconds", "except_kinds", "basis"), where)
    nodes = whole(table, "nodes", where)
    if nodes < 3:  # noqa: PLR2004
        raise BadInput("nodes must be 3 or more; for two there is zero_time", where)
    return _at_once(table, nodes, where)


def _zero_time(table: Table, where: str) -> AtOnce:
    known(table, ("under_seconds", "except_kinds", "basis"), where)
    return _at_once(table, 2, where)


def _at_once(table: Table, nodes: int, where: str) -> AtOnce:
    seconds = whole(table, "under_seconds", where)
    if not 1 <= seconds <= 3600:  # noqa: PLR2004
        raise BadInput("under_seconds must be from 1 to 3600", where)
    return AtOnce(
        nodes=nodes,
        under=timedelta(seconds=seconds),
        except_kinds=frozenset(words(table, "except_kinds", where)),
        basis=string(table, "basis", where),
    )


def _closed_before_accepted(table: Table, where: str) -> ClosedBeforeAccepted:
    known(table, ("basis",), where)
    return ClosedBeforeAccepted(string(table, "basis", where))


def _month_end(table: Table, where: str) -> MonthEnd:
    known(table, ("last", "older", "basis"), where)
    last = length(table, "last", where)
    if last.unit not in ("wd", "d"):
        raise BadInput("last must be in days: 3wd or 3d", where)
    return MonthEnd(last, length(table, "older", where), string(table, "basis", where))


def _corrected(table: Table, where: str) -> CorrectedOften:
    known(table, ("times", "basis"), where)
    times = whole(table, "times", where)
    if not times:
        raise BadInput("times must be 1 or more", where)
    return CorrectedOften(times, string(table, "basis", where))
