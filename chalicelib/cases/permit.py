"""The permit case (办件) that a set of facts folds into: what is true now, whatever came first.

Told facts that the case cannot take (a second acceptance, a resumption of nothing) are set aside
with a reason; they stay on record and are reported, never refused (DESIGN §3, receive).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.cases.fact import Fact, in_order_of_time, terms_key
from chalicelib.cases.pairing import Pairing, paired
from chalicelib.clock.pause import Pause
from chalicelib.policy.limit import Limit
from chalicelib.policy.terms import Terms, read_terms

CLOSING = frozenset({"case.decided", "case.withdrawn", "case.cancelled", "case.returned"})
_CLOCK = frozenset({"case.suspended", "case.resumed", "case.extended"})
_NOTHING_PAIRED = Pairing()


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension (延期) by *limit*, approved *at*, as *told*."""

    at: datetime
    limit: Limit
    told: Fact


@dataclass(frozen=True, slots=True)
class Permit:
    """A permit case as its facts have it."""

    origin: Mapping[str, object]  # where it belongs: as accepted, before that as first told
    acceptance: Fact | None
    terms: Terms | None
    pauses: tuple[Pause, ...]
    extension: Extension | None
    closing: Fact | None
    answers: Mapping[str, datetime]  # when each card (by its key) was first answered
    rests_on: tuple[int, ...]  # the facts that make the clock
    set_aside: tuple[tuple[Fact, str], ...]

    @property
    def where(self) -> dict[str, str]:
        """The department, region and item it belongs to, empty where nothing says."""
        return {name: str(self.origin.get(name, "")) for name in ("department", "region", "item")}


def fold(facts: Sequence[Fact]) -> Permit:
    """Fold *facts*, told and derived, into the case. The order of arrival changes nothing."""
    told = in_order_of_time([fact for fact in facts if fact.told])
    set_aside: list[tuple[Fact, str]] = []
    acceptance = _first(told, {"case.accepted"}, set_aside, "accepted before")
    closing = _first(told, CLOSING, set_aside, "closed before")
    clock = [fact for fact in told if fact.kind in _CLOCK]
    pairing, extension = _NOTHING_PAIRED, None
    if clock:
        clock, after = _until(closing, clock)
        set_aside.extend((fact, "the case was closed") for fact in after)
        pairing = paired([fact for fact in clock if fact.kind != "case.extended"])
        set_aside.extend(pairing.set_aside)
        extension = _extension(clock, set_aside)
    origin = acceptance or next((fact for fact in told if fact.data.get("item")), None)
    terms, adopted = _terms(acceptance, facts)
    unfit = {fact.key for fact, _ in set_aside}
    used = [acceptance, adopted, closing, *(fact for fact in clock if fact.key not in unfit)]
    return Permit(
        origin=origin.data if origin else {},
        acceptance=acceptance,
        terms=terms,
        pauses=tuple(pairing.pauses),
        extension=extension,
        closing=closing,
        answers=_answers(told, facts),
        rests_on=tuple(sorted(fact.n for fact in used if fact is not None)),
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


def _until(closing: Fact | None, clock: list[Fact]) -> tuple[list[Fact], list[Fact]]:
    """What happened up to the end of the case, and what after it."""
    if closing is None:
        return clock, []
    within = [fact for fact in clock if fact.at <= closing.at]
    return within, clock[len(within) :]


def _terms(acceptance: Fact | None, facts: Sequence[Fact]) -> tuple[Terms | None, Fact | None]:
    """The terms of the acceptance, and the fact that gave them later where it did not itself."""
    if acceptance is None:
        return None, None
    terms = read_terms(acceptance.data.get("terms"))
    if terms is not None:
        return terms, None
    key = terms_key(acceptance)
    adopted = next((fact for fact in facts if fact.key == key and not fact.told), None)
    return (read_terms(adopted.data.get("terms")), adopted) if adopted else (None, None)


def _extension(clock: list[Fact], set_aside: list[tuple[Fact, str]]) -> Extension | None:
    """The first extension; one is allowed (行政许可法 42, DOMAIN PAU-08)."""
    first = _first(clock, {"case.extended"}, set_aside, "extended before")
    return Extension(first.at, Limit.read(first.data.get("by")), first) if first else None


def _answers(told: list[Fact], facts: Sequence[Fact]) -> Mapping[str, datetime]:
    answers: dict[str, datetime] = {}
    for fact in told:
        if fact.kind == "card.responded":
            n = fact.data.get("card")
            issued = (other for other in facts if other.kind == "card.issued" and other.n == n)
            for card in issued:
                answers.setdefault(card.key, fact.at)
    return answers
