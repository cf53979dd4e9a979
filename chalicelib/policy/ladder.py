"""The ladder (逐级督办): who is told at each level, how long an answer may take, what then.

Sections `[ladder]`, `[[repeated]]` and `[appeal]` of a profile. Every number is a
document's or a proposed default (DOMAIN §3.1, §3.2, §3.4): no national standard sets one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from chalicelib.errors import BadInput
from chalicelib.policy.limit import Limit
from chalicelib.policy.reading import (
    Table,
    known,
    length,
    one_of,
    rows,
    rule_id,
    section,
    string,
    whole,
    words,
)

Level = Literal[
    "warning",  # 预警
    "yellow",  # 黄牌
    "red",  # 红牌
    "supervision",  # 督办
    "referral",  # 移送
]
LEVELS: tuple[Level, ...] = get_args(Level)

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


@dataclass(frozen=True, slots=True)
class Rung:
    """One level: *to* are those who are told from here on; an unanswered one goes on to *then*.

    *respond* None: nobody is asked for an answer. *then* empty: silence has no consequence here.
    """

    level: Level
    to: tuple[Addressee, ...]
    respond: Limit | None
    then: Level | Literal[""]
    basis: str


@dataclass(frozen=True, slots=True)
class CountRule:
    """So many cards of a *level* against a department, or its one item, in a period: *then*."""

    level: Level
    count: int
    per: Per
    within: Within
    then: Level
    rule: str
    basis: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """The levels there are, the lowest first. Cards of the rules *refer* are referred at once."""

    rungs: Mapping[Level, Rung]
    repeated: tuple[CountRule, ...]
    refer: frozenset[str]
    basis: str  # of refer

    def recipients(self, level: Level) -> tuple[Addressee, ...]:
        """Who is told of *level*: those of the levels below too, who come first (DOMAIN §3.1)."""
        reached = LEVELS[: LEVELS.index(level) + 1]
        told = [role for one in reached if one in self.rungs for role in self.rungs[one].to]
        return tuple(dict.fromkeys(told))


@dataclass(frozen=True, slots=True)
class Appeal:
    """How long a card may be appealed (申诉), and how long deciding on it may take."""

    window: Limit
    decision: Limit
    basis: str


def read_ladder(table: Table, where: str) -> Ladder:
    """Read `[ladder]` and `[[repeated]]`. Raises BadInput."""
    ladder, ladder_where = section(table, "ladder", where), f"{where}: ladder"
    known(ladder, (*LEVELS, "refer", "basis"), ladder_where)
    rungs = {level: _rung(ladder, level, ladder_where) for level in LEVELS if level in ladder}
    refer = words(ladder, "refer", ladder_where)
    for rung in rungs.values():
        _must_climb(rung.level, rung.then, rungs, f"{ladder_where}.{rung.level}")
    if refer and "referral" not in rungs:
        raise BadInput("refer needs [ladder.referral]", ladder_where)
    repeated = []
    for number, row in enumerate(rows(table, "repeated", where), 1):
        repeated.append(one := _repeated(row, f"{where}: repeated {number}"))
        _must_climb(one.level, one.then, rungs, f"{where}: repeated {number}")
    if len({one.rule for one in repeated}) < len(repeated):
        raise BadInput("each needs a rule of its own", f"{where}: repeated")
    return Ladder(
        rungs=rungs,
        repeated=tuple(repeated),
        refer=frozenset(rule_id(rule, ladder_where) for rule in refer),
        basis=string(ladder, "basis", ladder_where),
    )


def read_appeal(table: Table, where: str) -> Appeal:
    """Read `[appeal]`. Raises BadInput."""
    appeal, where = section(table, "appeal", where), f"{where}: appeal"
    known(appeal, ("window", "decision", "basis"), where)
    return Appeal(
        window=length(appeal, "window", where),
        decision=length(appeal, "decision", where),
        basis=string(appeal, "basis", where),
    )


def _rung(ladder: Table, level: Level, where: str) -> Rung:
    table, where = section(ladder, level, where), f"{where}.{level}"
    known(table, ("to", "respond", "then", "basis"), where)
    rung = Rung(
        level=level,
        to=tuple(
            one_of({"to": role}, "to", ADDRESSEES, where) for role in words(table, "to", where)
        ),
        respond=length(table, "respond", where) if "respond" in table else None,
        then=one_of(table, "then", LEVELS, where) if "then" in table else "",
        basis=string(table, "basis", where),
    )
    if rung.then and rung.respond is None:
        raise BadInput("then goes with respond: how long an answer may take", where)
    return rung


def _repeated(row: Table, where: str) -> CountRule:
    known(row, ("level", "count", "per", "within", "then", "rule", "basis"), where)
    count = whole(row, "count", where)
    if count < 2:  # noqa: PLR2004
        raise BadInput("count must be 2 or more", where)
    return CountRule(
        level=one_of(row, "level", LEVELS, where),
        count=count,
        per=one_of(row, "per", ("item", "department"), where),
        within=one_of(row, "within", ("year", "quarter"), where),
        then=one_of(row, "then", LEVELS, where),
        rule=rule_id(string(row, "rule", where), where),
        basis=string(row, "basis", where),
    )


def _must_climb(
    level: Level, then: Level | Literal[""], rungs: Mapping[Level, Rung], where: str
) -> None:
    """A step leads upwards, to a level that is there: nothing goes round, nothing is lost."""
    if then and then not in rungs:
        raise BadInput(f"there is no [ladder.{then}]", where)
    if then and LEVELS.index(then) <= LEVELS.index(level):
        raise BadInput(f"{then} is no higher than {level}", where)
