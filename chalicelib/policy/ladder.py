"""The ladder (逐级督办): the addressees of each level, the limit for an answer, the next level.

Sections `[ladder]`, `[[repeated]]` and `[appeal]` of a profile. Every number is a
document's or a proposed default (DOMAIN §3.1, §3.2, §3.4): no national standard sets one.
"""

from collections.abc import Mapping
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
    read_positive_limit,
    read_rows,
    read_section,
    read_string,
    read_whole,
    read_words,
)

Level = Literal[
    "warning",  # 预警
    "yellow",  # 黄牌
    "red",  # 红牌
    "supervision",  # 督办
    "referral",  # 移送
]
LEVELS: tuple[Level, ...] = get_args(Level)
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


class CountRule(Struct, frozen=True):
    """*count* cards of a *level* against a department, or one item of it, in a period: *then*.

    They must be *share* thousandths of the cases that fell due in the period; 0: any share will do.

    However many follow, there is one for a group and a period.
    """

    level: Level
    count: int
    per: Per
    within: Within
    then: Level
    rule: str
    basis: Basis
    share: int = 0


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


class Appeal(Struct, frozen=True):
    """How long a card may be appealed (申诉), and how long deciding on it may take."""

    window: Limit
    decision: Limit
    basis: Basis


def read_ladder(table: Table, where: str) -> Ladder:
    """Read `[ladder]` and `[[repeated]]`. Raises BadInput."""
    ladder, ladder_where = read_section(table, "ladder", where), f"{where}: ladder"
    check_keys(ladder, (*LEVELS, "refer", "basis"), ladder_where)
    rungs = {level: _rung(ladder, level, ladder_where) for level in LEVELS if level in ladder}
    refer = read_words(ladder, "refer", ladder_where)
    for rung in rungs.values():
        _must_climb(rung.level, rung.then, rungs, f"{ladder_where}.{rung.level}")
    if refer and "referral" not in rungs:
        raise BadInput(
            zh="refer 要有 [ladder.referral]",
            en="refer needs [ladder.referral]",
            where=ladder_where,
        )
    count_rules = []
    for number, row in enumerate(read_rows(table, "repeated", where), 1):
        count_rules.append(count_rule := _count_rule(row, f"{where}: repeated {number}"))
        _must_climb(count_rule.level, count_rule.then, rungs, f"{where}: repeated {number}")
    if len({count_rule.rule for count_rule in count_rules}) < len(count_rules):
        raise BadInput(
            zh="每一行要有自己的规则号",
            en="each needs a rule of its own",
            where=f"{where}: repeated",
        )
    return Ladder(
        rungs=rungs,
        repeated=tuple(count_rules),
        refer=frozenset(check_rule_id(rule, ladder_where) for rule in refer),
        basis=read_basis(ladder, ladder_where),
    )


def read_appeal(table: Table, where: str) -> Appeal:
    """Read `[appeal]`. Raises BadInput."""
    appeal, where = read_section(table, "appeal", where), f"{where}: appeal"
    check_keys(appeal, ("window", "decision", "basis"), where)
    return Appeal(
        window=read_positive_limit(appeal, "window", where),
        decision=read_positive_limit(appeal, "decision", where),
        basis=read_basis(appeal, where),
    )


def _rung(ladder: Table, level: Level, where: str) -> Rung:
    table, where = read_section(ladder, level, where), f"{where}.{level}"
    check_keys(table, ("to", "respond", "then", "basis"), where)
    rung = Rung(
        level=level,
        to=tuple(
            read_choice({"to": role}, "to", ADDRESSEES, where)
            for role in read_words(table, "to", where)
        ),
        respond=read_positive_limit(table, "respond", where) if "respond" in table else None,
        then=read_choice(table, "then", LEVELS, where) if "then" in table else "",
        basis=read_basis(table, where),
    )
    if rung.then and rung.respond is None:
        raise BadInput(
            zh="then 要和 respond（多久之内答复）一起写",
            en="then goes with respond: how long an answer may take",
            where=where,
        )
    return rung


def _count_rule(row: Table, where: str) -> CountRule:
    check_keys(row, ("level", "count", "share", "per", "within", "then", "rule", "basis"), where)
    count = read_whole(row, "count", where)
    if count < 2:  # noqa: PLR2004
        raise BadInput(zh="count 要写 2 以上的整数", en="count must be 2 or more", where=where)
    share = read_whole(row, "share", where) if "share" in row else 0
    if "share" in row and not 1 <= share <= 1000:  # noqa: PLR2004
        raise BadInput(
            zh="share 是占到期办件的千分之几，要写 1 到 1000",
            en="share must be from 1 to 1000 thousandths of the cases due",
            where=where,
        )
    return CountRule(
        level=read_choice(row, "level", LEVELS, where),
        count=count,
        per=read_choice(row, "per", ("item", "department"), where),
        within=read_choice(row, "within", ("year", "quarter"), where),
        then=read_choice(row, "then", LEVELS, where),
        rule=check_rule_id(read_string(row, "rule", where), where),
        basis=read_basis(row, where),
        share=share,
    )


def _must_climb(
    level: Level, then: Level | Literal[""], rungs: Mapping[Level, Rung], where: str
) -> None:
    """Refuse an escalation to a level that is missing or no higher. Raises BadInput.

    Nothing climbs to a referral: a card is public, and a lead never is (CLAIMS §8).
    """
    if then == "referral":
        raise BadInput(
            zh="移送由人决定，不要写 then",
            en="a person decides on a referral: leave then out",
            where=where,
        )
    if then and then not in rungs:
        raise BadInput(
            zh=f"没有 [ladder.{then}] 这一节", en=f"there is no [ladder.{then}]", where=where
        )
    if then and LEVELS.index(then) <= LEVELS.index(level):
        raise BadInput(
            zh=f"{then} 不比 {level} 高", en=f"{then} is no higher than {level}", where=where
        )
