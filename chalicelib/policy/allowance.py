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


def read_allowances(table: Table, place: str) -> Mapping[str, Allowance]:
    """Read `[clocks]`. A clock that is not there does not run, save promise and statutory."""
    clocks = section(table, "clocks", place)
    known(clocks, LIMITS, f"{place}: clocks")
    return {name: _allowance(section(clocks, name, place), name, place) for name in clocks}


def _allowance(table: Table, name: str, place: str) -> Allowance:
    place = f"{place}: clocks.{name}"
    known(table, ("limit", "basis", "convention", "before_promise"), place)
    same_day = table.get("limit") == "same_day"
    if same_day and name != "immediate":
        raise BadInput("only an immediate case has the limit same_day", place)
    own = name in OWN and "limit" not in table
    return Allowance(
        limit=None if same_day or own else limit(table, "limit", place),
        basis=string(table, "basis", place),
        convention=one_of(table, "convention", CONVENTIONS, place)
        if "convention" in table
        else None,
        before_promise=limit(table, "before_promise", place) if "before_promise" in table else None,
    )


def read_pause(table: Table, place: str) -> PauseRule:
    """Read `[pause]`."""
    pause, place = section(table, "pause", place), f"{place}: pause"
    known(pause, ("needs", "not_by_itself", "basis"), place)
    needs = words(pause, "needs", place)
    for need in needs:
        if need not in NEEDED:
            raise BadInput(f"a pause cannot need {need!r}; known: {', '.join(NEEDED)}", place)
    return PauseRule(needs, words(pause, "not_by_itself", place), string(pause, "basis", place))


def read_extensions(table: Table, place: str) -> tuple[ExtensionRule, ExtensionRule]:
    """Read `[extension]` and `[extension.joint]`: for a case of one authority, and of several."""
    single = section(table, "extension", place)
    joint = section(single, "joint", f"{place}: extension")
    alone = {key: value for key, value in single.items() if key != "joint"}
    return _extension(alone, f"{place}: extension"), _extension(joint, f"{place}: extension.joint")


def _extension(table: Table, place: str) -> ExtensionRule:
    known(table, ("most", "too_low", "basis"), place)
    return ExtensionRule(
        most=limit(table, "most", place),
        too_low=frozenset(words(table, "too_low", place)),
        basis=string(table, "basis", place),
    )
