"""Allowances: the limit of each clock, what a pause needs, who may extend a case by how much.

Sections `[clocks.<name>]`, `[pause]` and `[extension]` of a profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.errors import BadInput
from chalicelib.policy.limit import Limit
from chalicelib.policy.office import CONVENTIONS, Convention
from chalicelib.policy.reading import (
    Table,
    check_keys,
    read_choice,
    read_limit,
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


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long a clock may run: *limit*, or until the same day's close (*limit* None).

    *before_promise*: it must end by this much before the promise does. *convention* None: the
    profile's.
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
    clocks = read_section(table, "clocks", where)
    check_keys(clocks, LIMITS, f"{where}: clocks")
    return {name: _allowance(read_section(clocks, name, where), name, where) for name in clocks}


def _allowance(table: Table, name: str, where: str) -> Allowance:
    where = f"{where}: clocks.{name}"
    check_keys(table, ("limit", "basis", "convention", "before_promise"), where)
    same_day = table.get("limit") == "same_day"
    if same_day and name != "immediate":
        raise BadInput("only an immediate case has the limit same_day", where)
    own = name in OWN and "limit" not in table
    return Allowance(
        limit=None if same_day or own else read_limit(table, "limit", where),
        basis=read_string(table, "basis", where),
        convention=read_choice(table, "convention", CONVENTIONS, where)
        if "convention" in table
        else None,
        before_promise=read_limit(table, "before_promise", where)
        if "before_promise" in table
        else None,
    )


def read_pause(table: Table, where: str) -> PauseRule:
    """Read `[pause]`."""
    pause, where = read_section(table, "pause", where), f"{where}: pause"
    check_keys(pause, ("needs", "not_by_itself", "basis"), where)
    needs = read_words(pause, "needs", where)
    for need in needs:
        if need not in NEEDED:
            raise BadInput(f"a pause cannot need {need!r}; known: {', '.join(NEEDED)}", where)
    return PauseRule(
        needs, read_words(pause, "not_by_itself", where), read_string(pause, "basis", where)
    )


def read_extensions(table: Table, where: str) -> tuple[ExtensionRule, ExtensionRule]:
    """Read `[extension]` and `[extension.joint]`: for a case of one authority, and of several."""
    single = read_section(table, "extension", where)
    joint = read_section(single, "joint", f"{where}: extension")
    alone = {key: value for key, value in single.items() if key != "joint"}
    return _extension(alone, f"{where}: extension"), _extension(joint, f"{where}: extension.joint")


def _extension(table: Table, where: str) -> ExtensionRule:
    check_keys(table, ("most", "too_low", "basis"), where)
    return ExtensionRule(
        most=read_limit(table, "most", where),
        too_low=frozenset(read_words(table, "too_low", where)),
        basis=read_string(table, "basis", where),
    )
