"""The permit case (办件) that a set of facts folds into: what is true now, in whatever order it was told.

Told facts that the case cannot take (a second acceptance, a resumption of nothing) are set aside with
a reason; they stay on record and are reported, never refused (DESIGN §3, receive).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.cases.fact import Fact, in_order_of_time
from chalicelib.clock.pause import Pause
from chalicelib.policy.limit import Limit
from chalicelib.policy.terms import Terms, read_terms

CLOSING = frozenset({"case.decided", "case.withdrawn", "case.cancelled", "case.returned"})
_CLOCK = frozenset({"case.suspended", "case.resumed", "case.extended"})


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension (延期) by *limit*, approved *at*; told in fact *n*."""

    at: datetime
    limit: Limit
    n: int


@dataclass(frozen=True, slots=True)
class Permit:
    """A permit case as its facts have it."""

    origin: Mapping[
        str, object
    ]  # item, department, region: of the acceptance, else of the first event
    acceptance: Fact | None
    terms: Terms | None
    pauses: tuple[Pause, ...]
    extension: Extension | None
    closing: Fact | None
    answers: Mapping[str, datetime]  # when each card (by its key) was first answered
    rests_on: tuple[int, ...]  # the facts that make the clock
    set_aside: tuple[tuple[Fact, str], ...]


def fold(facts: Sequence[Fact]) -> Permit:
    """Fold *facts*, told and derived, into the case. The order of arrival changes nothing."""
    told = in_order_of_time([fact for fact in facts if fact.told])
    set_aside: list[tuple[Fact, str]] = []
    acceptance = _first(told, {"case.accepted"}, set_aside, "accepted before")
    closing = _first(told, CLOSING, set_aside, "closed before")
    clock = [fact for fact in told if fact.kind in _CLOCK]
    pauses: tuple[Pause, ...] = ()
    extension = None
    if clock:
        pauses = _pauses(clock, closing, set_aside)
        extension = _extension(clock, closing, set_aside)
    origin = acceptance or next((fact for fact in told if fact.data.get("item")), None)
    used = [acceptance, closing, *clock]
    return Permit(
        origin=origin.data if origin else {},
        acceptance=acceptance,
        terms=_terms(acceptance, facts),
        pauses=pauses,
        extension=extension,
        closing=closing,
        answers=_answers(told, facts),
        rests_on=tuple(fact.n for fact in used if fact is not None),
        set_aside=tuple(set_aside),
    )


def _first(
    told: list[Fact],
    kinds: set[str] | frozenset[str],
    set_aside: list[tuple[Fact, str]],
    reason: str,
) -> Fact | None:
    found = [fact for fact in told if fact.kind in kinds]
    set_aside.extend((fact, reason) for fact in found[1:])
    return found[0] if found else None


def _terms(acceptance: Fact | None, facts: Sequence[Fact]) -> Terms | None:
    if acceptance is None:
        return None
    terms = read_terms(acceptance.data.get("terms"))
    if terms is not None:
        return terms
    adopted = (fact for fact in facts if fact.kind == "terms.adopted")
    return next((read_terms(fact.data.get("terms")) for fact in adopted), None)


def _pauses(
    clock: list[Fact], closing: Fact | None, set_aside: list[tuple[Fact, str]]
) -> tuple[Pause, ...]:
    """Pair suspensions with resumptions. A resumption that names no procedure ends all that are open."""
    pauses: list[Pause] = []
    still_open: dict[str, Fact] = {}
    early: list[Fact] = []  # resumptions of nothing; a suspension at the same instant still fits
    for fact in clock:
        procedure = fact.text("procedure")
        if fact.kind == "case.extended":
            continue
        if closing is not None and fact.at > closing.at:
            set_aside.append((fact, "the case was closed"))
        elif fact.kind == "case.resumed":
            ended = [procedure] if procedure in still_open else [] if procedure else [*still_open]
            begun = [still_open.pop(name) for name in ended]
            pauses.extend(Pause(start.at, fact.at, _approved(start)) for start in begun)
            early.extend([] if ended else [fact])
        elif procedure in still_open:
            set_aside.append((fact, "already suspended"))
        elif early and early[-1].at == fact.at:
            early.pop()
        else:
            still_open[procedure] = fact
    pauses.extend(Pause(start.at, None, _approved(start)) for start in still_open.values())
    set_aside.extend((fact, "nothing to resume") for fact in early)
    return tuple(pauses)


def _approved(suspended: Fact) -> Limit | None:
    approved = suspended.data.get("approved")
    return Limit.read(approved) if approved else None


def _extension(
    clock: list[Fact], closing: Fact | None, set_aside: list[tuple[Fact, str]]
) -> Extension | None:
    """The first extension; one is allowed (行政许可法 42, DOMAIN PAU-08)."""
    found = [fact for fact in clock if fact.kind == "case.extended"]
    for fact in found[1:]:
        set_aside.append((fact, "extended before"))
    if not found:
        return None
    if closing is not None and found[0].at > closing.at:
        set_aside.append((found[0], "the case was closed"))
        return None
    return Extension(found[0].at, Limit.read(found[0].data.get("by")), found[0].n)


def _answers(told: list[Fact], facts: Sequence[Fact]) -> Mapping[str, datetime]:
    answers: dict[str, datetime] = {}
    for fact in told:
        if fact.kind == "card.responded":
            n = fact.data.get("card")
            card = next((other for other in facts if other.n == n), None)
            if card is not None:
                answers.setdefault(card.key, fact.at)
    return answers
