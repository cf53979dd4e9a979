"""A threshold (监察阈值): at which point of which clock a warning or a card is due, and why.

The profile lists them, one row each, as a supervisor would: clock, rule, level, point. A point is

    left = "2wd"           so much is left (of a limit in the same unit)
    percent = 90           so much of the span from start to due instant is used
    over = "0wd"           the limit is over, by so much
    after_yellow = "3wd"   so long after the clock's yellow fell due the case is still open (V-04)

Of several points in one row the first counts; so it does among the rows of one rule and level.
"""

from typing import Literal, get_args

from msgspec import Struct

from chalicelib.policy.basis import Basis
from chalicelib.policy.limit import Limit
from chalicelib.policy.reading import Percent, RuleId
from chalicelib.schema import Unfit

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


class Threshold(Struct, frozen=True, forbid_unknown_fields=True):
    """One row. Not *automatic*: a person confirms the card before it is issued (PIPL 24)."""

    clock: ClockName
    rule: RuleId
    level: ThresholdLevel
    basis: Basis
    left: Limit | None = None
    percent: Percent | None = None
    over: Limit | None = None
    after_yellow: Limit | None = None
    automatic: bool = True

    def __post_init__(self) -> None:
        """Refuse a row that says no point, or two that exclude each other. Raises Unfit."""
        after = (self.over is not None) + (self.after_yellow is not None)
        if self.is_near + after != 1:
            zh = "要写明何时：left、percent（可并用），或者 over，或者 after_yellow"
            raise Unfit(zh, "say when: left or percent or both, or over, or after_yellow")

    @property
    def is_near(self) -> bool:
        """Return whether it is met before the limit is over."""
        return self.left is not None or self.percent is not None
