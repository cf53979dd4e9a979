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

Rank = Literal[
    "warning",  # 预警
    "yellow",  # 黄牌
    "red",  # 红牌
    "supervision",  # 督办
    "referral",  # 移送
]
RANKS: tuple[Rank, ...] = get_args(Rank)

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

    rank: Rank
    to: tuple[Addressee, ...]
    respond: Limit | None
    then: Rank | Literal[""]
    basis: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """So many cards of a *rank* against a department, or its one item, in a period: *then*."""

    rank: Rank
    count: int
    per: Per
    within: Within
    then: Rank
    rule: str
    basis: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """The levels there are, the lowest first. Cards of the rules *refer* are referred at once."""

    rungs: Mapping[Rank, Rung]
    repeated: tuple[Repeated, ...]
    refer: frozenset[str]
    basis: str  # of refer

    def recipients(self, rank: Rank) -> tuple[Addressee, ...]:
        """Who is told of *rank*: those of the levels below too, who come first (DOMAIN §3.1)."""
        reached = RANKS[: RANKS.index(rank) + 1]
        told = [role for one in reached if one in self.rungs for role in self.rungs[one].to]
        return tuple(dict.fromkeys(told))


@dataclass(frozen=True, slots=True)
class Appeal:
    """How long a card may be appealed (申诉), and how long deciding on it may take."""

    window: Limit
    decision: Limit
    basis: str


def read_ladder(table: Table, place: str) -> Ladder:
    """Read `[ladder]` and `[[repeated]]`. Raises BadInput."""
    ladder, where = section(table, "ladder", place), f"{place}: ladder"
    known(ladder, (*RANKS, "refer", "basis"), where)
    rungs = {rank: _rung(ladder, rank, where) for rank in RANKS if rank in ladder}
    refer = words(ladder, "refer", where)
    for rung in rungs.values():
        _must_climb(rung.rank, rung.then, rungs, f"{where}.{rung.rank}")
    if refer and "referral" not in rungs:
        raise BadInput("refer needs [ladder.referral]", where)
    repeated = []
    for number, row in enumerate(rows(table, "repeated", place), 1):
        repeated.append(one := _repeated(row, f"{place}: repeated {number}"))
        _must_climb(one.rank, one.then, rungs, f"{place}: repeated {number}")
    if len({one.rule for one in repeated}) < len(repeated):
        raise BadInput("each needs a rule of its own", f"{place}: repeated")
    return Ladder(
        rungs=rungs,
        repeated=tuple(repeated),
        refer=frozenset(rule_id(rule, where) for rule in refer),
        basis=string(ladder, "basis", where),
    )


def read_appeal(table: Table, place: str) -> Appeal:
    """Read `[appeal]`. Raises BadInput."""
    appeal, place = section(table, "appeal", place), f"{place}: appeal"
    known(appeal, ("window", "decision", "basis"), place)
    return Appeal(
        window=length(appeal, "window", place),
        decision=length(appeal, "decision", place),
        basis=string(appeal, "basis", place),
    )


def _rung(ladder: Table, rank: Rank, place: str) -> Rung:
    table, place = section(ladder, rank, place), f"{place}.{rank}"
    known(table, ("to", "respond", "then", "basis"), place)
    rung = Rung(
        rank=rank,
        to=tuple(
            one_of({"to": role}, "to", ADDRESSEES, place) for role in words(table, "to", place)
        ),
        respond=length(table, "respond", place) if "respond" in table else None,
        then=one_of(table, "then", RANKS, place) if "then" in table else "",
        basis=string(table, "basis", place),
    )
    if rung.then and rung.respond is None:
        raise BadInput("then goes with respond: how long an answer may take", place)
    return rung


def _repeated(row: Table, place: str) -> Repeated:
    known(row, ("level", "count", "per", "within", "then", "rule", "basis"), place)
    count = whole(row, "count", place)
    if count < 2:  # noqa: PLR2004
        raise BadInput("count must be 2 or more", place)
    return Repeated(
        rank=one_of(row, "level", RANKS, place),
        count=count,
        per=one_of(row, "per", ("item", "department"), place),
        within=one_of(row, "within", ("year", "quarter"), place),
        then=one_of(row, "then", RANKS, place),
        rule=rule_id(string(row, "rule", place), place),
        basis=string(row, "basis", place),
    )


def _must_climb(
    rank: Rank, then: Rank | Literal[""], rungs: Mapping[Rank, Rung], place: str
) -> None:
    """A step leads upwards, to a level that is there: nothing goes round, nothing is lost."""
    if then and then not in rungs:
        raise BadInput(f"there is no [ladder.{then}]", place)
    if then and RANKS.index(then) <= RANKS.index(rank):
        raise BadInput(f"{then} is no higher than {rank}", place)
