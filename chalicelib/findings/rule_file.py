"""The rules (监察规则) as people read them: one file a rule, `V-12.toml`, for a lawyer to extend.

A rule is three things: a file of words, law and examples, numbers in a profile, and a predicate of
code. A judgement never reads the file. Served pages need its words alone. So the examples, which
run as tests, stand at the end, where only `infra/policy/rule_examples.py` reads them.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from msgspec import Struct, field
from msgspec.structs import asdict

from chalicelib.errors import BadInput
from chalicelib.policy.basis import NO_BASIS, Basis
from chalicelib.policy.conduct import list_rules
from chalicelib.policy.reading import Text, refuse_repeated_words, refused
from chalicelib.schema import read_record

Scope = Literal["C", "G", "I", "U"]  # one case, one stage, an item, a department
Mode = Literal["automatic", "confirm"]  # a person confirms what rests on no law in any case
Judged = Literal[
    "clock",  # a limit
    "act",  # a reported act
    "item",  # the catalogue
    "told",  # a person found it and reported `irregularity.found`
    "data",  # measured, never carded
    "count",  # cards counted
]

RuleLevel = Literal["warning", "yellow", "red", "supervision", "referral", "proposal"]
LEVELS: tuple[RuleLevel, ...] = get_args(RuleLevel)

EXAMPLES = "\n[[example]]"  # from here on a file has examples alone


class Law(Struct, frozen=True, forbid_unknown_fields=True):
    """An *article* (行政许可法#42.1) with its *text*; *link* leads to the law in the database."""

    article: Text
    link: Text
    effective: date
    text: Text


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """A text of a rule in Chinese and in English."""

    zh: Text
    en: Text


class _WrittenRule(Struct, frozen=True, forbid_unknown_fields=True):
    title: Words
    says: Words
    mode: Mode
    levels: tuple[RuleLevel, ...] = ()
    scope: tuple[Scope, ...] = ()
    judged: tuple[Judged, ...] = ()
    laws: tuple[Law, ...] = field(name="law", default=())
    basis: Basis = NO_BASIS


class Rule(_WrittenRule, frozen=True, kw_only=True):
    """One rule: *says* when it is broken, *levels* what may follow, *judged* from what.

    *laws* make it a breach. It has a *basis* only if no shipped profile has a row of it.
    """

    id: str


@cache
def find_rule(rule: str) -> Rule | None:
    """Return the words and the law of *rule*; None if there is no such rule. Raises BadInput."""
    if rule not in list_rules():
        return None
    head, _, _ = rule_text(rule).partition(EXAMPLES)
    return read_rule(rule, head)


def load_rules() -> Mapping[str, Rule]:
    """Return every rule by its id, in their order. Raises BadInput."""
    return {name: rule for name in list_rules() if (rule := find_rule(name)) is not None}


def rule_text(rule: str) -> str:
    """Return the text of the file of *rule*, one of `list_rules`."""
    file = Path(__file__).parents[1].joinpath("rules", f"{rule}.toml")
    return file.read_text("utf-8")


def read_rule(rule: str, text: str) -> Rule:
    """Read the words and the law of *rule* from TOML *text*. Raises BadInput."""
    where = f"{rule}.toml"
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        zh, en = "不是 TOML，少了或者多了符号", f"not TOML: {error}"
        raise BadInput(zh=zh, en=en, where=where) from error
    with refused(where):
        refuse_repeated_words(table)
        written = read_record(_WrittenRule, table)
    return Rule(**asdict(written), id=rule)
