"""Allowances: the limit of each clock, what pauses for how long, who may extend by how much.

Sections `[clocks.<name>]`, `[pause]`, `[extension]` and `[roles]` of a profile. Who may is an allow
list: whoever is not on it may not.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from chalicelib.policy.basis import NO_BASIS, Basis, read_named
from chalicelib.policy.limit import Limit, NonzeroLimit
from chalicelib.policy.office import Convention
from chalicelib.policy.reading import Text, read_each, within
from chalicelib.policy.threshold import CLOCKS
from chalicelib.schema import Defect

# A stage, a procedure, a promise … brings its own limit; the other clocks need one here.
OWN = ("stage", "procedure", "promise", "statutory", "renewal", "consultation", "complaint")

# Beside the clocks: the law's limits by kind of case, and the document after a deemed approval.
LIMITS = (*CLOCKS, "immediate", "joint", "deemed_document")
Need = Literal["basis", "approver", "approved", "notified_at"]


class Allowance(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a clock may run: *limit*, or until the same day's close (*limit* None).

    *before_promise*: it ends so much before the promise. *convention* None: the profile's.
    """

    basis: Basis
    limit: Limit | None = None
    convention: Convention | None = None
    before_promise: Limit | None = None


UNBOUND = Allowance(NO_BASIS)
"""What a clock has for which the profile has no row."""


class Procedures(Struct, frozen=True):
    """The special procedures (特别程序) that may pause a case, and how long each may at the most.

    *named* are those that are known; *longest* is for others that the catalogue's item names.
    """

    longest: Limit
    named: Mapping[str, Limit]
    basis: Basis

    def longest_of(self, procedure: str) -> Limit:
        """Return how long *procedure* may pause a case at the most."""
        return self.named.get(procedure, self.longest)


class PauseRule(Struct, frozen=True):
    """What a suspension needs to pause beyond doubt (行政许可法 45), and what may pause at all.

    *procedures* None: whatever was reported pauses, for as long as it took (a mapped log).
    """

    needs: tuple[str, ...]
    not_by_itself: tuple[str, ...]
    basis: Basis
    procedures: Procedures | None = None


class ExtensionRule(Struct, frozen=True, forbid_unknown_fields=True):
    """How much may be added once, and by whose approval (行政许可法 42).

    *approved_by* are roles. For a mapped log *most* None is any length, *approved_by* None all.
    """

    most: NonzeroLimit | None
    approved_by: Annotated[frozenset[Text], Meta(min_length=1)] | None
    basis: Basis


class Extensions(ExtensionRule, frozen=True):
    """The section `[extension]`: for a case of one authority, and of several (*joint*)."""

    joint: ExtensionRule


class Roles(Struct, frozen=True):
    """The words of sources for roles: *meant* says which role each is; *known* are the roles."""

    meant: Mapping[str, str]
    known: frozenset[str]
    basis: Basis

    def role_of(self, word: str) -> str:
        """Return the role that *word* means; a word that is not mapped means itself."""
        return self.meant.get(word, word)

    def is_known(self, word: str) -> bool:
        """Return whether *word* is a role, or is mapped to one."""
        return word in self.meant or word in self.known


class WrittenPause(Struct, frozen=True, forbid_unknown_fields=True):
    """The section `[pause]`."""

    longest: NonzeroLimit
    procedures: dict[str, Any]
    basis: Basis
    needs: tuple[Need, ...] = ()
    not_by_itself: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a pause of which nobody knows how long it may last. Raises Defect."""
        if "approved" not in self.needs:
            zh = "要有 'approved'：暂停最长多久必须事先知道"
            raise Defect(("needs",), zh, "must name 'approved': how long a pause may last is known")

    def rule(self) -> PauseRule:
        """Return the rule with its procedures. Raises Defect."""
        with within("procedures"):
            named, basis = read_named(NonzeroLimit, self.procedures)
        procedures = Procedures(self.longest, named, basis)
        return PauseRule(self.needs, self.not_by_itself, self.basis, procedures)


def read_allowances(table: Mapping[str, Any]) -> Mapping[str, Allowance]:
    """Read `[clocks]`. Of clocks without a row only promise and statutory run. Raises Defect."""
    clocks = {}
    for name, clock in table.items():
        clocks[name] = clock
        if name in LIMITS and isinstance(clock, dict):
            if name == "immediate" and clock.get("limit") == "same_day":
                clocks[name] = {**clock, "limit": None}
            elif name not in OWN and "limit" not in clock:
                raise Defect((name, "limit"), "缺少这个字段", "this field is needed")
    return read_each(Allowance, clocks, LIMITS)


def read_roles(table: object, *extensions: ExtensionRule) -> Roles:
    """Read `[roles]`; those of *extensions* and those that words mean are known. Raises Defect."""
    meant, basis = read_named(Text, table)
    named = (rule.approved_by or () for rule in extensions)
    return Roles(meant, frozenset(meant.values()).union(*named), basis)
