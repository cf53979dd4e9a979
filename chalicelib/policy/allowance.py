"""Allowances: the limit of each clock, what pauses for how long, who may extend by how much.

Sections `[clocks.<name>]`, `[pause]`, `[extension]` and `[roles]` of a profile. Who may is an allow
list: whoever is not on it may not.
"""

from collections.abc import Mapping

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.basis import NO_BASIS, Basis, read_basis
from chalicelib.policy.limit import Limit
from chalicelib.policy.office import CONVENTIONS, Convention
from chalicelib.policy.reading import (
    Table,
    check_keys,
    read_choice,
    read_limit,
    read_positive_limit,
    read_section,
    read_string,
    read_words,
)
from chalicelib.policy.threshold import CLOCKS

# A stage, a procedure, a promise … brings its own limit; the other clocks need one here.
OWN = ("stage", "procedure", "promise", "statutory", "renewal", "consultation", "complaint")

# Beside the clocks: the law's limits by kind of case, and the document after a deemed approval.
LIMITS = (*CLOCKS, "immediate", "joint", "deemed_document")
NEEDED = ("basis", "approver", "approved", "notified_at")


class Allowance(Struct, frozen=True):
    """How long a clock may run: *limit*, or until the same day's close (*limit* None).

    *before_promise*: it must end by this much before the promise does. *convention* None: the
    profile's.
    """

    limit: Limit | None
    basis: Basis
    convention: Convention | None = None
    before_promise: Limit | None = None


UNBOUND = Allowance(None, NO_BASIS)
"""What a clock has for which the profile has no row."""


class Procedures(Struct, frozen=True):
    """The special procedures (特别程序) that may pause a case, and how long each may at the most.

    *named* are those that are known; *longest* is for those that the catalogue's item names as its
    own.
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


class ExtensionRule(Struct, frozen=True):
    """How much may be added once, and by whose approval (行政许可法 42).

    *approved_by* are roles. A mapped log has neither: *most* None is any length, *approved_by* None
    anybody.
    """

    most: Limit | None
    approved_by: frozenset[str] | None
    basis: Basis


class Roles(Struct, frozen=True):
    """The words that sources use for roles: *meant* says which role each is; *known* are the roles.

    A word that is neither is unknown.
    """

    meant: Mapping[str, str]
    known: frozenset[str]
    basis: Basis

    def role_of(self, word: str) -> str:
        """Return the role that *word* means; a word that is not mapped means itself."""
        return self.meant.get(word, word)

    def is_known(self, word: str) -> bool:
        """Return whether *word* is a role, or is mapped to one."""
        return word in self.meant or word in self.known


def read_allowances(table: Table, where: str) -> Mapping[str, Allowance]:
    """Read `[clocks]`. A clock that is not there does not run, save promise and statutory."""
    clocks = read_section(table, "clocks", where)
    check_keys(clocks, LIMITS, f"{where}: clocks")
    return {name: _allowance(read_section(clocks, name, where), name, where) for name in clocks}


def _allowance(table: Table, name: str, where: str) -> Allowance:
    where = f"{where}: clocks.{name}"
    check_keys(table, ("limit", "basis", "convention", "before_promise"), where)
    same_day = table.get("limit") == "same_day"
    if same_day and name != "immediate":
        raise BadInput(
            zh="期限 same_day 只用于即办件",
            en="only an immediate case has the limit same_day",
            where=where,
        )
    own = name in OWN and "limit" not in table
    return Allowance(
        limit=None if same_day or own else read_limit(table, "limit", where),
        basis=read_basis(table, where),
        convention=read_choice(table, "convention", CONVENTIONS, where)
        if "convention" in table
        else None,
        before_promise=read_limit(table, "before_promise", where)
        if "before_promise" in table
        else None,
    )


def read_pause(table: Table, where: str) -> PauseRule:
    """Read `[pause]` and `[pause.procedures]`."""
    pause, where = read_section(table, "pause", where), f"{where}: pause"
    check_keys(pause, ("needs", "not_by_itself", "longest", "procedures", "basis"), where)
    needs = read_words(pause, "needs", where)
    for need in needs:
        if need not in NEEDED:
            raise BadInput(
                zh=f"暂停的条件不能有 {need!r}，只有 {', '.join(NEEDED)}",
                en=f"a pause cannot need {need!r}; known: {', '.join(NEEDED)}",
                where=where,
            )
    if "approved" not in needs:
        raise BadInput(
            zh="needs 里要有 'approved'：暂停最长多久必须事先知道",
            en="needs must name 'approved': how long a pause may last is known",
            where=where,
        )
    return PauseRule(
        needs=needs,
        not_by_itself=read_words(pause, "not_by_itself", where),
        basis=read_basis(pause, where),
        procedures=_procedures(pause, where),
    )


def _procedures(pause: Table, where: str) -> Procedures:
    table = read_section(pause, "procedures", where)
    longest, where = read_positive_limit(pause, "longest", where), f"{where}.procedures"
    names = (name for name in table if name != "basis")
    named = {name: read_positive_limit(table, name, where) for name in names}
    return Procedures(longest, named, read_basis(table, where))


def read_extensions(table: Table, where: str) -> tuple[ExtensionRule, ExtensionRule]:
    """Read `[extension]` and `[extension.joint]`: for a case of one authority, and of several."""
    single = read_section(table, "extension", where)
    joint = read_section(single, "joint", f"{where}: extension")
    alone = {key: value for key, value in single.items() if key != "joint"}
    return _extension(alone, f"{where}: extension"), _extension(joint, f"{where}: extension.joint")


def _extension(table: Table, where: str) -> ExtensionRule:
    check_keys(table, ("most", "approved_by", "basis"), where)
    approved_by = frozenset(read_words(table, "approved_by", where))
    if not approved_by:
        raise BadInput(
            zh="approved_by 一个也没有，那就永远不能延期",
            en="approved_by names nobody, so nothing could ever be extended",
            where=where,
        )
    return ExtensionRule(
        most=read_positive_limit(table, "most", where),
        approved_by=approved_by,
        basis=read_basis(table, where),
    )


def read_roles(table: Table, extensions: tuple[ExtensionRule, ExtensionRule], where: str) -> Roles:
    """Read `[roles]`. The roles of *extensions* and those that a word is mapped to are known."""
    roles, where = read_section(table, "roles", where), f"{where}: roles"
    meant = {word: read_string(roles, word, where) for word in roles if word != "basis"}
    named = (rule.approved_by or () for rule in extensions)
    known = frozenset(meant.values()).union(*named)
    return Roles(meant, known, read_basis(roles, where))
