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
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from msgspec import Meta, Struct

from chalicelib.policy.basis import Basis
from chalicelib.policy.limit import NonzeroLimit
from chalicelib.policy.reading import Text, Whole, within
from chalicelib.policy.threshold import ThresholdLevel
from chalicelib.schema import Defect, Unfit, read_record


@cache
def list_rules() -> tuple[str, ...]:
    """Return the ids of all rules, each of a file: those of cases, then those that count cards."""
    ids = (file.stem for file in Path(__file__).parents[1].joinpath("rules").glob("*.toml"))
    return tuple(sorted(ids, key=lambda rule: (rule[0] != "V", rule)))


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
_NEEDED = frozenset({"outcomes", "times", "most", "share", "officers"})
_SWITCHES = frozenset({"per_case", "all_stages"})  # off by default; None where a rule has none
_SHARE = r"(?a)(\d{1,3})/(\d{1,3})"
_Pair = Annotated[int, Meta(ge=2)]  # a first notice is no second one, and one officer is no pair


class Proportion(Fraction):
    """A part of a whole, written like `2/3`."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2/3`. Raises Unfit."""
        match = re.fullmatch(_SHARE, text)
        if match is None:
            raise Unfit("要写成 2/3 这样", "must be written like 2/3")
        upper, lower = int(match[1]), int(match[2])
        if not 0 < upper < lower:
            raise Unfit("要在 0 和 1 之间", "must lie between 0 and 1")
        return cls(upper, lower)


class Conduct(Struct, frozen=True, forbid_unknown_fields=True):
    """What follows from breaking one rule, and from where on it counts as broken."""

    level: ThresholdLevel
    basis: Basis
    automatic: bool = False
    outcomes: Annotated[tuple[Text, ...], Meta(min_length=1)] = ()
    times: _Pair | None = None
    most: Whole | None = None
    share: Proportion | None = None
    per_case: bool | None = None
    explain_within: NonzeroLimit | None = None
    too_low: tuple[Text, ...] = ()
    all_stages: bool | None = None
    procedures: tuple[Text, ...] = ()
    officers: _Pair | None = None


def read_conduct(table: Mapping[str, Any]) -> Mapping[str, Conduct]:
    """Read `[conduct]` of a profile, by rule; without it no conduct is judged. Raises Defect."""
    for rule in table:
        if rule not in RULES:
            raise Defect(
                (rule,), "没有这条规则，或者它不写在这里", "no such rule, or none that stands here"
            )
    conduct = {}
    for rule in RULES:
        if rule in table:
            with within(rule):
                conduct[rule] = _read_rule(rule, read_record(dict[str, Any], table[rule]))
    return conduct


def _read_rule(rule: str, table: Mapping[str, Any]) -> Conduct:
    own = _OWN.get(rule, ())
    for key in table:
        if key not in (*_EVERY, *own):
            raise Defect((key,), "此处没有这个字段", "this field is not known here")
    for key in own:
        if key in _NEEDED and key not in table:
            raise Defect((key,), "缺少这个字段", "this field is needed")
    switches = {key: False for key in own if key in _SWITCHES}
    conduct = read_record(Conduct, {**switches, **table})
    if rule == "V-21" and not conduct.most:
        raise Defect(("most",), "不得小于 1", "must not be less than 1")
    return conduct
