"""The permit case (办件) that a set of facts folds into, in whatever order they arrived.

Facts are taken as corrected. Those that do not fit (a second acceptance, a resumption of nothing)
are set aside with a reason; they stay on record, never refused (DESIGN §3, receive).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct, field

from chalicelib.cases.fact import Fact, terms_key
from chalicelib.cases.history import CaseHistory
from chalicelib.intake.event_types import (
    CLOSING_TYPES,
    OPENING_TYPES,
    STARTING_TYPES,
    SUPPLEMENT_TYPES,
    Reported,
)
from chalicelib.permit.ownership.state import OWNING_TYPES, Ownership, read_ownership
from chalicelib.permit.procedure import Procedure, pair_procedures
from chalicelib.permit.stay import Stay, stays_of
from chalicelib.policy.terms import Terms, read_terms

ACCEPTED_BEFORE = "accepted before"
_STAGES = frozenset({Reported.STAGE_ENTERED, Reported.STAGE_LEFT})
_ATTENDED = frozenset({Reported.STAGE_LEFT, Reported.CASE_RESUMED})
_ACTS = _ATTENDED | {
    Reported.FEE_CHARGED,
    Reported.INTERMEDIARY_ENGAGED,
    Reported.DELAY_EXPLAINED,
    Reported.IRREGULARITY_FOUND,
}

Misfits = list[tuple[Fact, str]]


class Adopted(NamedTuple):
    """The *fact* with a later catalogue's terms, and what it *shortened*: promise, statutory."""

    fact: Fact
    shortened: frozenset[str]


class Permit(Struct, frozen=True):
    """A permit case as its facts have it."""

    origin: Mapping[str, object]  # where it belongs: as accepted, before that as first reported
    ownership: Ownership
    openings: tuple[Fact, ...]  # submitted, received
    supplements: tuple[Fact, ...]  # asked for, handed in
    acceptance: Fact | None
    terms: Terms | None
    adopted: Adopted | None  # if only a later catalogue has the item
    procedures: tuple[Procedure, ...]
    extensions: tuple[Fact, ...]
    stays: tuple[Stay, ...]
    closing: Fact | None
    refiled: Fact | None  # what links it to an earlier case that ended near its limit (撤回重报)
    delivered: tuple[Fact, ...]  # documents of any kind, a notice of acceptance too
    published: tuple[Fact, ...]
    acts: tuple[Fact, ...]  # what else was reported of how it was handled; it moves no clock
    fields: frozenset[str]  # those that any of openings, supplements, acceptance and closing has
    rests_on: tuple[int, ...]  # the facts that make the main clocks
    set_aside: tuple[tuple[Fact, str], ...]

    @property
    def terms_source(self) -> Fact | None:
        """The fact that has its terms: the acceptance, before that the application."""
        return self.acceptance or next(iter(self.openings), None)

    @property
    def expiries(self) -> Sequence[Fact]:
        """The facts that say when the licence to be renewed (延续) expires, in order of time."""
        facts = [fact for fact in (self.acceptance, *self.openings) if fact]
        return sorted((fact for fact in facts if fact.text("expires_at")), key=attrgetter("at"))

    @property
    def opened(self) -> Sequence[Fact]:
        """The facts that opened it: the applications, then the acceptance."""
        return [fact for fact in (*self.openings, self.acceptance) if fact is not None]

    @property
    def decision(self) -> Fact | None:
        """The decision that ended it; None: none was made, or it ended otherwise."""
        closing = self.closing
        return closing if closing and closing.kind == Reported.CASE_DECIDED else None

    @property
    def kind(self) -> str:
        """The kind of its item by the catalogue; empty: an ordinary licence."""
        return self.terms.kind if self.terms else ""

    @property
    def region(self) -> str:
        """The region that it belongs to; empty if not reported."""
        return str(self.origin.get("region", ""))

    @property
    def belongs_to(self) -> dict[str, str]:
        """The department, region and item that it belongs to; empty if not reported."""
        item = str(self.origin.get("item", ""))
        return {"department": self.ownership.owner, "region": self.region, "item": item}


class _Folding(Struct):
    """The reported facts by kind, in order of time, and those that do not fit."""

    told: Sequence[Fact]
    set_aside: Misfits = field(default_factory=list)
    by_kind: dict[str, list[Fact]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for fact in self.told:
            self.by_kind[fact.kind].append(fact)

    def of(self, kinds: Collection[str]) -> Sequence[Fact]:
        """Return the facts of *kinds*; most cases have few of the kinds that there are."""
        there = self.by_kind.keys() & kinds
        if len(there) < 2:  # noqa: PLR2004 - nothing to put in order
            return self.by_kind[there.pop()] if there else ()
        return [fact for fact in self.told if fact.kind in there]

    def first_on_record(self, kind: str, reason: str) -> Fact | None:
        """Return the fact of *kind* recorded first, whatever their times; set aside the others."""
        facts = self.by_kind.get(kind, ())
        first = min(facts, key=attrgetter("n"), default=None)
        self.set_aside.extend((fact, reason) for fact in facts if fact is not first)
        return first

    def until(self, closing: Fact | None, kinds: Collection[str]) -> Sequence[Fact]:
        """Return the facts up to the end of the case; set aside those after it."""
        facts = self.of(kinds)
        if closing is None or not facts:
            return facts
        within = [fact for fact in facts if fact.at <= closing.at]
        self.set_aside.extend((fact, "the case was closed") for fact in facts[len(within) :])
        return within


def fold(case: CaseHistory) -> Permit:
    """Return the permit that the facts of *case* fold into, in whatever order they arrived."""
    return case.answer(_fold)


def _fold(case: CaseHistory) -> Permit:
    folding = _Folding(case.told, list(case.as_corrected.set_aside))
    acceptance = folding.first_on_record(Reported.CASE_ACCEPTED, ACCEPTED_BEFORE)
    openings, supplements = folding.of(OPENING_TYPES), folding.of(SUPPLEMENT_TYPES)
    terms, adopted = _read_terms(acceptance or next(iter(openings), None), case)
    acceptance, closing = _ends(folding, acceptance)
    named = (fact for fact in case.told if fact.data.get("item"))
    origin = acceptance or min(named, key=attrgetter("n"), default=None)
    of_kind, suspended = folding.by_kind.get, folding.until(closing, {Reported.CASE_SUSPENDED})
    pausing = [*suspended, *of_kind(Reported.CASE_RESUMED, ())]  # some after the end (PAU-05)
    pairing = pair_procedures(pausing)
    stays = stays_of(folding.until(closing, _STAGES), acceptance, terms.stages if terms else {})
    owned = first_acceptance(case) if acceptance else origin
    ownership = read_ownership(folding.of(OWNING_TYPES), owned)
    folding.set_aside += [*pairing.set_aside, *stays.set_aside, *ownership.set_aside]
    unfit = {fact.key for fact, _ in folding.set_aside}
    clock = [acceptance, adopted and adopted.fact, closing, *pausing]
    # The end of a stage is an act only if it counts the officers.
    acts = (f for f in folding.of(_ACTS) if f.kind not in _ATTENDED or "officers" in f.data)
    reporting = [acceptance, closing, *openings, *supplements]
    return Permit(
        origin=origin.data if origin else {},
        ownership=ownership,
        openings=tuple(openings),
        supplements=tuple(supplements),
        acceptance=acceptance,
        terms=terms,
        adopted=adopted,
        procedures=tuple(pairing.procedures),
        extensions=tuple(folding.until(closing, {Reported.CASE_EXTENDED})),
        stays=tuple(stays.stays),
        closing=closing,
        refiled=min(of_kind(Reported.CASE_REFILED, ()), key=_how_early, default=None),
        delivered=tuple(of_kind(Reported.DOCUMENT_DELIVERED, ())),
        published=tuple(of_kind(Reported.RESULT_PUBLISHED, ())),
        acts=tuple(fact for fact in acts if fact.key not in unfit),
        fields=frozenset().union(*(fact.data for fact in reporting if fact is not None)),
        rests_on=tuple(sorted(fact.n for fact in clock if fact and fact.key not in unfit)),
        set_aside=tuple(folding.set_aside),
    )


def first_acceptance(case: CaseHistory) -> Fact | None:
    """Return the first acceptance on record: it fixes whose *case* it is, withdrawn or not."""
    return next(iter(case.of_type(Reported.CASE_ACCEPTED)), None)


def _how_early(link: Fact) -> tuple[bool, str]:
    """Return the sort key of a *link* to an earlier case: the first acceptance, no doubt before."""
    return link.data.get("in_doubt") is True, link.text("time")


def _ends(folding: _Folding, acceptance: Fact | None) -> tuple[Fact | None, Fact | None]:
    """Return the acceptance, if it came in time, and the fact that ended the case.

    To forward it (转报) ends a lower authority's.
    """
    closing, misfits = [*folding.of(CLOSING_TYPES)], []
    for fact in folding.by_kind.get(Reported.CASE_FORWARDED, ()):
        is_accepted = acceptance is not None and acceptance.at <= fact.at
        source = acceptance if is_accepted else next(iter(folding.of(STARTING_TYPES)), None)
        terms = read_terms(source.data.get("terms")) if source and source.at <= fact.at else None
        if terms is None or terms.kind != "forwarded":
            closing.remove(fact)
            misfits.append((fact, "not a case to send on"))
    folding.set_aside += misfits + [(fact, "closed before") for fact in closing[1:]]
    ended = closing[0] if closing else None
    if acceptance is not None and ended is not None and ended.at < acceptance.at:
        folding.set_aside.append((acceptance, "the case was closed"))
        acceptance = None
    return acceptance, ended


def _read_terms(source: Fact | None, case: CaseHistory) -> tuple[Terms | None, Adopted | None]:
    """Return the terms in *source*, acceptance or application, or those adopted for it later."""
    terms = read_terms(source.data.get("terms")) if source is not None else None
    if source is None or (terms is not None and terms.catalogue):
        return terms, None
    fact = case.by_key.get(terms_key(source))
    if fact is None:
        return terms, None
    before, now = terms or Terms(), read_terms(fact.data.get("terms")) or Terms()
    is_cut = {
        "promise": (before.promise, before.due_at) != (now.promise, now.due_at),
        "statutory": before.statutory != now.statutory,
    }
    return now, Adopted(fact, frozenset(name for name in is_cut if is_cut[name]))
