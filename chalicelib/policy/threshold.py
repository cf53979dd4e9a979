"""A threshold (监察阈值): at which point of which clock a warning or a card is due, and why.

The profile lists them, one row each, as a supervisor would: clock, rule, level, point. A point is

    left = "2wd"           so much is left (of a limit in the same unit)
    percent = 90           so much of the span from start to due instant is used
    over = "0wd"           the limit is over, by so much
    after_yellow = "3wd"   so long after the clock's yellow fell due the case is still open (V-04)

Of several points in one row the first counts; so it does among the rows of one rule and level.
"""

from collections.abc import Collection
from typing import Literal, get_args

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.basis import Basis, read_basis
from chalicelib.policy.limit import Limit
from chalicelib.policy.reading import (
    Table,
    check_keys,
    check_rule_id,
    read_choice,
    read_flag,
    read_limit,
    read_percent,
    read_rows,
    read_string,
)

ThresholdLevel = Literal["warning", "yellow", "red"]
THRESHOLD_LEVELS: tuple[ThresholdLevel, ...] = get_args(ThresholdLevel)

ClockName = Literal[
    "acceptance",  # 受理时限: notify what is missing, or accept (行政许可法 32)
    "supplement",  # 补正时限: what is missing is brought, or the case is ended
    "online",  # 网上预审
    "promise",  # 承诺时限
    "statutory",  # 法定时限 (42)
    "first_review",  # 初审 (43)
    "stage",  # 环节时限
    "procedure",  # 特别程序 (45)
    "gap",  # 容缺补正
    "renewal",  # 延续 (50)
    "delivery",  # 送达 (44)
    "publication",  # 公示
    "consultation",  # 咨询
    "complaint",  # 投诉
]
CLOCKS: tuple[ClockName, ...] = get_args(ClockName)

_KEYS = ("clock", "rule", "level", "basis", "left", "percent", "over", "after_yellow", "automatic")


class Threshold(Struct, frozen=True):
    """One row. Not *automatic*: a person confirms the card before it is issued (PIPL 24)."""

    clock: ClockName
    rule: str
    level: ThresholdLevel
    basis: Basis
    left: Limit | None = None
    percent: int | None = None
    over: Limit | None = None
    after_yellow: Limit | None = None
    automatic: bool = True

    @property
    def is_near(self) -> bool:
        """Whether it is met before the limit is over."""
        return self.left is not None or self.percent is not None


def read_thresholds(
    table: Table, clocks: Collection[str], where: str
) -> dict[str, tuple[Threshold, ...]]:
    """Read `[[threshold]]`: the rows of each of *clocks*. Raises BadInput."""
    by_clock: dict[str, tuple[Threshold, ...]] = dict.fromkeys(clocks, ())
    for number, row in enumerate(read_rows(table, "threshold", where), 1):
        threshold = read_threshold(row, f"{where}: threshold {number}")
        if threshold.clock not in clocks:
            zh = f"没有 [clocks.{threshold.clock}] 这一节"
            en = f"there is no [clocks.{threshold.clock}]"
            raise BadInput(zh=zh, en=en, where=f"{where}: threshold {number}")
        by_clock[threshold.clock] += (threshold,)
    return by_clock


def read_threshold(row: Table, where: str) -> Threshold:
    """Read one row. Raises BadInput."""
    check_keys(row, _KEYS, where)
    clock = read_choice(row, "clock", CLOCKS, where)
    where = f"{where}.{clock}"
    threshold = Threshold(
        clock=clock,
        rule=check_rule_id(read_string(row, "rule", where), where),
        level=read_choice(row, "level", THRESHOLD_LEVELS, where),
        basis=read_basis(row, where),
        left=read_limit(row, "left", where) if "left" in row else None,
        percent=read_percent(row, "percent", where) if "percent" in row else None,
        over=read_limit(row, "over", where) if "over" in row else None,
        after_yellow=read_limit(row, "after_yellow", where) if "after_yellow" in row else None,
        automatic=read_flag(row, "automatic", where, default=True),
    )
    after = (threshold.over is not None) + (threshold.after_yellow is not None)
    if threshold.is_near + after != 1:
        zh = "要写明何时：left、percent（可并用），或者 over，或者 after_yellow"
        en = "say when: left or percent or both, or over, or after_yellow"
        raise BadInput(zh=zh, en=en, where=where)
    return threshold
