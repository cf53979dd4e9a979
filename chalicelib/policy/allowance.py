"""What the law allows on the way: limits by clock, what a pause needs, who may extend by how much.

Sections `[clocks.<name>]`, `[pause]` and `[extension]` of a profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.errors import BadInput
from chalicelib.policy.limit import Limit
from chalicelib.policy.office import CONVENTIONS, Convention
from chalicelib.policy.reading import Table, known, limit, one_of, section, string, words
from chalicelib.policy.threshold import CLOCKS

# A stage, a procedure, a promise … brings its own limit; the other clocks need one here.
OWN = ("stage", "procedure", "promise", "statutory", "renewal", "consultation", "complaint")

# Beside the clocks: the law's limits by kind of case, and the document after a deemed approval.
LIMITS = (*CLOCKS, "immediate", "joint", "deemed_document")
NEEDED = ("basis", "approver", "approved", "notified_at")


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long something may take: *limit*, or until the same day's close (*limit* None).

    *before_promise*: not longer than the promise less so much. *convention* None: the profile's.
    """

    limit: Limit | None
    basis: str
    convention: Convention | None = None
    before_promise: Limit | None = None


@dataclass(frozen=True, slots=True)
class PauseRule:
    """What a suspension needs to pause (行政许可法 45), and what does not pause by itself."""

    needs: tuple[str, ...]
    not_by_itself: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """How much may be added once, and whose approval is not enough (行政许可法 42)."""

    most: Limit
    too_low: frozenset[str]
    basis: str


def read_allowances(table: Table, where: str) -> Mapping[str, Allowance]:
    """Read `[clocks]`. A clock that is not there does not run, save promise and statutory."""
    clocks = section(table, "clocks", where)
    known(clocks, LIMITS, f"{where}: clocks")
    return {name: _allowance(section(clocks, name, where), name, where) for name in clocks}


def _allowance(table: Table, name: str, where: str) -> Allowance:
    where = f"{where}: clocks.{name}"
    known(table, ("limit", "basis", "convention", "before_promise"), where)
    same_day = table.get("limit") == "same_day"
    if same_day and name != "immediate":
        raise BadInput("only an immediate case has the limit same_day", where)
    own = name in OWN and "limit" not in table
    return Allowance(
        limit=None if same_day or own else limit(table, "limit", where),
        basis=string(table, "basis", where),
        convention=one_of(table, "convention", CONVENTIONS, where)
        if "convention" in table
        else None,
        before_promise=limit(table, "before_promise", where) if "before_promise" in table else None,
    )


def read_pause(table: Table, where: str) -> PauseRule:
    """Read `[pause]`."""
    pause, where = section(table, "pause", where), f"{where}: pause"
    known(pause, ("needs", "not_by_itself", "basis"), where)
    needs = words(pause, "needs", where)
    for need in needs:
        if need not in NEEDED:
            raise BadInput(f"a pause cannot need {need!r}; known: {', '.join(NEEDED)}", where)
    return PauseRule(needs, words(pause, "not_by_itself", where), string(pause, "basis", where))


def read_extensions(table: Table, where: str) -> tuple[ExtensionRule, ExtensionRule]:
    """Read `[extension]` and `[extension.joint]`: for a case of one authority, and of several."""
    single = section(table, "extension", where)
    joint = section(single, "joint", f"{where}: extension")
    alone = {key: value for key, value in single.items() if key != "joint"}
    return _extension(alone, f"{where}: extension"), _extension(joint, f"{where}: extension.joint")


def _extension(table: Table, where: str) -> ExtensionRule:
    known(table, ("most", "too_low", "basis"), where)
    return ExtensionRule(
        most=limit(table, "most", where),
        too_low=frozenset(words(table, "too_low", where)),
        basis=string(table, "basis", where),
    )
