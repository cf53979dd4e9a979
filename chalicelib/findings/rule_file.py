"""The rules (监察规则) as people read them: one file a rule, `V-12.toml`, for a lawyer to extend.

A rule is three things: a file of words, law and examples, numbers in a profile, and a predicate of
code. A judgement never reads the file. Served pages need its words alone. So the examples, which
run as tests, stand at the end, where only `infra/policy/rule_examples.py` reads them.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal, TypeVar, get_args

from msgspec import Struct

from chalicelib.errors import BadInput, Bilingual
from chalicelib.policy.basis import NO_BASIS, Basis, read_basis
from chalicelib.policy.reading import (
    Table,
    check_keys,
    read_choice,
    read_rows,
    read_section,
    read_string,
    read_words,
)
from chalicelib.policy.rule_ids import list_rules

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

SCOPES: tuple[Scope, ...] = get_args(Scope)
MODES: tuple[Mode, ...] = get_args(Mode)
JUDGED: tuple[Judged, ...] = get_args(Judged)
LEVELS = ("warning", "yellow", "red", "supervision", "referral", "proposal")

EXAMPLES = "\n[[example]]"  # from here on a file has examples alone
_KEYS = ("title", "says", "levels", "scope", "mode", "judged", "basis", "law")
_Word = TypeVar("_Word", bound=str)


class Law(Struct, frozen=True):
    """An *article* (行政许可法#42.1) with its *text*; *link* leads to the law in the database."""

    article: str
    link: str
    effective: date
    text: str


class Rule(Struct, frozen=True):
    """One rule: *says* when it is broken, *levels* what may follow, *judged* from what.

    *laws* make it a breach. It has a *basis* only if no shipped profile has a row of it.
    """

    id: str
    title: Bilingual
    says: Bilingual
    levels: tuple[str, ...]
    scope: tuple[Scope, ...]
    mode: Mode
    judged: tuple[Judged, ...]
    laws: tuple[Law, ...]
    basis: Basis


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
    file = resources.files("chalicelib").joinpath("rules", f"{rule}.toml")
    return file.read_text("utf-8")


def read_rule(rule: str, text: str) -> Rule:
    """Read the words and the law of *rule* from TOML *text*. Raises BadInput."""
    where = f"{rule}.toml"
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        zh, en = "不是 TOML，少了或者多了符号", f"not TOML: {error}"
        raise BadInput(zh=zh, en=en, where=where) from error
    check_keys(table, _KEYS, where)
    laws = enumerate(read_rows(table, "law", where), 1)
    return Rule(
        id=rule,
        title=_bilingual(table, "title", where),
        says=_bilingual(table, "says", where),
        levels=_choices(table, "levels", LEVELS, where),
        scope=_choices(table, "scope", SCOPES, where),
        mode=read_choice(table, "mode", MODES, where),
        judged=_choices(table, "judged", JUDGED, where),
        laws=tuple(_law(row, f"{where}: law {n}") for n, row in laws),
        basis=read_basis(table, where) if "basis" in table else NO_BASIS,
    )


def _bilingual(table: Table, key: str, where: str) -> Bilingual:
    words = read_section(table, key, where)
    check_keys(words, ("zh", "en"), f"{where}: {key}")
    return Bilingual(read_string(words, "zh", where), read_string(words, "en", where))


def _choices(table: Table, key: str, words: Sequence[_Word], where: str) -> tuple[_Word, ...]:
    chosen = read_words(table, key, where)
    return tuple(read_choice({key: word}, key, words, where) for word in chosen)


def _law(row: Table, where: str) -> Law:
    check_keys(row, ("article", "link", "effective", "text"), where)
    effective = row.get("effective")
    if not isinstance(effective, date):
        zh, en = "effective 要写成日期，例如 2004-07-01", "effective must be a day, like 2004-07-01"
        raise BadInput(zh=zh, en=en, where=where)
    article, link, text = (read_string(row, key, where) for key in ("article", "link", "text"))
    return Law(article, link, effective, text)
