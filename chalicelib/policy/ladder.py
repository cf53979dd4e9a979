"""The ladder (逐级督办): the addressees of each level, the limit for an answer, the next level.

Sections `[ladder]`, `[[repeated]]` and `[appeal]` of a profile. Every number is a
document's or a proposed default (DOMAIN §3.1, §3.2, §3.4): no national standard sets one.
"""

from collections.abc import Collection, Mapping
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from chalicelib.policy.basis import Basis
from chalicelib.policy.limit import Limit, NonzeroLimit
from chalicelib.policy.reading import RuleId
from chalicelib.schema import Defect

Level = Literal[
    "warning",  # 预警
    "yellow",  # 黄牌
    "red",  # 红牌
    "supervision",  # 督办
    "referral",  # 移送
]
LEVELS: tuple[Level, ...] = get_args(Level)
CardLevel = Literal["yellow", "red", "supervision", "referral"]
"""The levels that have documents, numbers and points: all but a warning."""
PUBLIC_LEVELS: tuple[Level, ...] = LEVELS[:-1]  # no card reaches a referral (CLAIMS §8)

Addressee = Literal[
    "handler",  # 承办人
    "reviewer",  # 审核人
    "window_head",  # 窗口负责人
    "unit_head",  # 批准人、分管领导
    "centre",  # 政务服务中心
    "government_office",  # 政府办
    "supervision_office",  # 督查室
    "discipline_inspection",  # 纪委监委
]
ADDRESSEES: tuple[Addressee, ...] = get_args(Addressee)

Per = Literal["item", "department"]
Within = Literal["year", "quarter"]


class Rung(Struct, frozen=True):
    """One level: *to* are its addressees from here on; an unanswered card goes on to *then*.

    *respond* None: nobody is asked for an answer. *then* empty: silence has no consequence here.
    """

    level: Level
    to: tuple[Addressee, ...]
    respond: Limit | None
    then: Level | Literal[""]
    basis: Basis


class CountRule(Struct, frozen=True, forbid_unknown_fields=True):
    """*count* cards of a *level* against a department, or an item of it, in a period: *then*, once.

    They must be *share* thousandths of the cases that fell due in the period; 0: any share will do.
    """

    level: Level
    count: Annotated[int, Meta(ge=2)]
    per: Per
    within: Within
    then: Level
    rule: RuleId
    basis: Basis
    share: Annotated[int, Meta(ge=1, le=1000)] = 0


class Ladder(Struct, frozen=True):
    """The levels there are, the lowest first.

    What the rules *refer* find is proposed to inspectors as a lead (问题线索), nowhere else.
    """

    rungs: Mapping[Level, Rung]
    repeated: tuple[CountRule, ...]
    refer: frozenset[str]
    basis: Basis  # of refer

    def recipients(self, level: Level) -> tuple[Addressee, ...]:
        """Return the addressees of *level*; those of the levels below come first (DOMAIN §3.1)."""
        reached = LEVELS[: LEVELS.index(level) + 1]
        recipients = [
            role for lower in reached if lower in self.rungs for role in self.rungs[lower].to
        ]
        return tuple(dict.fromkeys(recipients))


class Appeal(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a card may be appealed (申诉), and how long deciding on it may take."""

    window: NonzeroLimit
    decision: NonzeroLimit
    basis: Basis


class WrittenRung(Struct, frozen=True, forbid_unknown_fields=True):
    """A rung as a profile has it: its level is the key of its table."""

    basis: Basis
    to: tuple[Addressee, ...] = ()
    respond: NonzeroLimit | None = None
    then: Level | None = None

    def __post_init__(self) -> None:
        """Refuse a next level without a limit for the answer. Raises Defect."""
        if self.then and self.respond is None:
            zh = "要和 respond（多久之内答复）一起写"
            raise Defect(("then",), zh, "goes with respond: how long an answer may take")


class WrittenLadder(Struct, frozen=True, forbid_unknown_fields=True):
    """The section `[ladder]`."""

    basis: Basis
    refer: frozenset[RuleId] = frozenset()
    warning: WrittenRung | None = None
    yellow: WrittenRung | None = None
    red: WrittenRung | None = None
    supervision: WrittenRung | None = None
    referral: WrittenRung | None = None

    def ladder(self, repeated: tuple[CountRule, ...]) -> Ladder:
        """Return the ladder with the rules of `[[repeated]]`. Raises Defect."""
        written = {level: row for level in LEVELS if (row := getattr(self, level)) is not None}
        for level, row in written.items():
            _must_climb(level, row.then, written, "ladder", level)
        if self.refer and "referral" not in written:
            zh, en = "要有 [ladder.referral]", "needs [ladder.referral]"
            raise Defect(("ladder", "refer"), zh, en)
        for number, rule in enumerate(repeated):
            _must_climb(rule.level, rule.then, written, "repeated", number)
        if len({rule.rule for rule in repeated}) < len(repeated):
            zh = "每一行要有自己的规则号"
            raise Defect(("repeated",), zh, "each row needs a rule of its own")
        rungs = {
            level: Rung(level, row.to, row.respond, row.then or "", row.basis)
            for level, row in written.items()
        }
        return Ladder(rungs, repeated, self.refer, self.basis)


def _must_climb(
    level: Level, then: Level | None, rungs: Collection[str], *place: str | int
) -> None:
    """Refuse an escalation to a level that is missing or no higher. Raises Defect.

    Nothing climbs to a referral: a card is public, and a lead never is (CLAIMS §8).
    """
    if then == "referral":
        zh, en = "移送由人决定，不要写 then", "a person decides on a referral: leave then out"
    elif then and then not in rungs:
        zh, en = f"没有 [ladder.{then}] 这一节", f"there is no [ladder.{then}]"
    elif then and LEVELS.index(then) <= LEVELS.index(level):
        zh, en = f"{then} 不比 {level} 高", f"{then} is no higher than {level}"
    else:
        return
    raise Defect((*place, "then"), zh, en)
