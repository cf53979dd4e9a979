"""The rule table (监察规则表): V-01 to V-34 of a permit, those of the ladder, for people to read.

Title, sentence, possible levels, scope, basis and how each is judged stand in `table.toml`. What a
rule does is in the code, its numbers are in the profile. A judgement never reads this.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal, get_args

Scope = Literal["C", "G", "I", "U"]
Mode = Literal["automatic", "confirm"]
Judged = Literal["clock", "act", "item", "told", "data", "count"]

SCOPES: tuple[Scope, ...] = get_args(Scope)
MODES: tuple[Mode, ...] = get_args(Mode)
JUDGED: tuple[Judged, ...] = get_args(Judged)
LEVELS = ("warning", "yellow", "red", "supervision", "referral", "proposal")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same in both languages, the Chinese first."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: *says* when it is broken, *levels* what may follow, *judged* from what."""

    id: str
    title: Bilingual
    says: Bilingual
    levels: tuple[str, ...]
    scope: tuple[Scope, ...]
    mode: Mode
    judged: tuple[Judged, ...]
    basis: str


@lru_cache(maxsize=1)
def read_rule_table() -> Mapping[str, Rule]:
    """Return every rule by its id, in the order of the table."""
    text = resources.files("chalicelib").joinpath("rules", "table.toml").read_text("utf-8")
    return {
        rule: Rule(
            id=rule,
            title=Bilingual(**row["title"]),
            says=Bilingual(**row["says"]),
            levels=tuple(row["levels"]),
            scope=tuple(row["scope"]),
            mode=row["mode"],
            judged=tuple(row["judged"]),
            basis=row["basis"],
        )
        for rule, row in tomllib.loads(text).items()
    }
