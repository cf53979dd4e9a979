"""Conduct (办理行为): the rules beside the time limits, with the level and boundary of each.

Section `[conduct]` of a profile, a table for each rule. A rule without one is not judged. Whether a
card waits for a person is the table's *automatic*: by default it does, for such a finding is held
against somebody (DESIGN §5, PIPL 24).

    level            yellow or red, or warning where no card is to follow
    automatic        true: issued at once
    basis            the law or document it rests on

and, of the rules that have a boundary, where it lies:

    outcomes         V-16: the outcomes of a decision that are a refusal
    times            V-17: so many supplement notices are more than one complete one
    most             V-18, V-25: so many materials are allowed; V-21: so many stages
    share            V-22: the promise is at most this part of the statutory limit
    per_case         V-21, V-22: judged of each case as well, and not of the catalogue only
    explain_within   V-28: so long after its limit an overdue case is publicly explained
    too_low          V-29: the roles that may not decide, save an immediate case (即办件)
    all_stages       V-29: a decision comes after each stage that the catalogue has a limit for
    procedures       V-30: the procedures that need several officers, and
    officers         how many
"""

import re
from collections.abc import Collection, Mapping
from fractions import Fraction

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.basis import Basis, read_basis
from chalicelib.policy.limit import Limit
from chalicelib.policy.reading import (
    Table,
    check_keys,
    read_choice,
    read_flag,
    read_positive_limit,
    read_section,
    read_string,
    read_whole,
    read_words,
)
from chalicelib.policy.rule_ids import list_rules
from chalicelib.policy.threshold import THRESHOLD_LEVELS, ThresholdLevel

_NO_CONDUCT = frozenset(
    {
        *("V-01", "V-02", "V-03", "V-04", "V-05", "V-06", "V-07", "V-08", "V-09", "V-10", "V-11"),
        "V-14",  # time limits, as those before it: [[threshold]] has their rows
        "V-27",  # measured and never carded (ADR 0022)
        *("V-51", "L-02", "L-03"),  # the ladder, and the cards that are counted
    }
)
RULES = tuple(rule for rule in list_rules() if rule not in _NO_CONDUCT)
"""What a profile may have a table for: every rule that has a file, but for those.

V-12 and V-13 are about acts upon a clock: [extension] and [pause] say what is wrong with one.
"""

_EVERY = ("level", "automatic", "basis")
_OWN: Mapping[str, tuple[str, ...]] = {
    "V-16": ("outcomes",),
    "V-17": ("times",),
    "V-18": ("most",),
    "V-21": ("most", "per_case"),
    "V-22": ("share", "per_case"),
    "V-25": ("most",),
    "V-28": ("explain_within",),
    "V-29": ("too_low", "all_stages"),
    "V-30": ("procedures", "officers"),
}
_SHARE = re.compile(r"(\d{1,3})/(\d{1,3})", re.ASCII)
_TWO = 2  # a first notice is no second one, and one officer is no pair


class Conduct(Struct, frozen=True):
    """What follows from breaking one rule, and from where on it counts as broken."""

    level: ThresholdLevel
    automatic: bool
    basis: Basis
    outcomes: tuple[str, ...] = ()
    times: int | None = None
    most: int | None = None
    share: Fraction | None = None
    per_case: bool | None = None
    explain_within: Limit | None = None
    too_low: tuple[str, ...] = ()
    all_stages: bool | None = None
    procedures: tuple[str, ...] = ()
    officers: int | None = None


def read_conduct(table: Table, where: str) -> Mapping[str, Conduct]:
    """Read `[conduct]` of a profile, by rule; without it no conduct is judged. Raises BadInput."""
    if "conduct" not in table:
        return {}
    conduct, where = read_section(table, "conduct", where), f"{where}: conduct"
    check_keys(conduct, RULES, where)
    return {
        rule: _rule(read_section(conduct, rule, where), rule, f"{where}.{rule}")
        for rule in RULES
        if rule in conduct
    }


def _rule(table: Table, rule: str, where: str) -> Conduct:
    own = _OWN.get(rule, ())
    check_keys(table, (*_EVERY, *own), where)
    return Conduct(
        level=read_choice(table, "level", THRESHOLD_LEVELS, where),
        automatic=read_flag(table, "automatic", where, default=False),
        basis=read_basis(table, where),
        outcomes=_read_names(table, "outcomes", where) if "outcomes" in own else (),
        times=_read_at_least(table, "times", _TWO, where) if "times" in own else None,
        most=_read_at_least(table, "most", int(rule == "V-21"), where) if "most" in own else None,
        share=_share(table, where) if "share" in own else None,
        per_case=_switch(table, "per_case", own, where),
        explain_within=read_positive_limit(table, "explain_within", where)
        if "explain_within" in table
        else None,
        too_low=read_words(table, "too_low", where),
        all_stages=_switch(table, "all_stages", own, where),
        procedures=read_words(table, "procedures", where),
        officers=_read_at_least(table, "officers", _TWO, where) if "officers" in own else None,
    )


def _switch(table: Table, key: str, own: Collection[str], where: str) -> bool | None:
    """Return the switch *key*, off by default; None where the rule has no such switch."""
    return read_flag(table, key, where, default=False) if key in own else None


def _read_names(table: Table, key: str, where: str) -> tuple[str, ...]:
    names = read_words(table, key, where)
    if not names:
        raise BadInput(zh=f"{key} 不能空着", en=f"{key} must name something", where=where)
    return names


def _read_at_least(table: Table, key: str, least: int, where: str) -> int:
    value = read_whole(table, key, where)
    if value < least:
        raise BadInput(
            zh=f"{key} 要写 {least} 以上的整数", en=f"{key} must be {least} or more", where=where
        )
    return value


def _share(table: Table, where: str) -> Fraction:
    """Return the part, written like `2/3`."""
    match = _SHARE.fullmatch(read_string(table, "share", where))
    if match is None:
        raise BadInput(zh="share 要写成 2/3 这样", en="share must be written like 2/3", where=where)
    upper, lower = int(match[1]), int(match[2])
    if not 0 < upper < lower:
        raise BadInput(
            zh="share 要在 0 和 1 之间", en="share must lie between 0 and 1", where=where
        )
    return Fraction(upper, lower)
