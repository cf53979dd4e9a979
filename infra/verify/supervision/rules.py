"""The rules as the log states them: which were in force when, and where.

Every day, and whenever they change, the log states which profiles, calendar and catalogue are in
force (`rules.adopted`). So anybody can read every rule that a judgement may name.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise, zip_longest
from typing import NamedTuple

from msgspec import Struct, field

from chalicelib.calendar.documents import Document
from chalicelib.calendar.overlay import overlay_calendar, select_documents
from chalicelib.calendar.workdays import Calendar
from chalicelib.card.words import Titles
from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.people.organisation import NO_ORGANISATION, Organisation
from chalicelib.permit.clocks.binding import Listed
from chalicelib.policy.adoptions import StageAdoption, timeline_of
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.dated_profile import DatedProfile
from chalicelib.policy.instrument import Instrument
from chalicelib.policy.names import NameKind, list_names
from chalicelib.policy.selection import Selection
from chalicelib.policy.sources import NO_SOURCES, Registrations
from chalicelib.policy.timeline import Adoption, Timeline

SEEN_TO = timedelta(hours=1)
"""Within it every case was judged under new rules: functions may run with the old ones a while,
and to read a million snapshots takes time (`lambdas/recompute.py`)."""
_REMEMBERED = 1000  # instants; and statements that are in force together


class StatedCatalogue(NamedTuple):
    """A catalogue's *version* and its *items* by their codes; neither where none was imported."""

    version: str = ""
    items: Mapping[str, CatalogueItem] = {}

    def listed(self, item: str) -> Listed:
        """Return how the catalogue lists an *item*."""
        return Listed(self.items.get(item), self.version)


class StatedWitnesses(NamedTuple):
    """The *names* of the witnesses, each with its key, and how many of them must cosign."""

    quorum: int = 0
    names: tuple[str, ...] = ()


NO_WITNESSES = StatedWitnesses()


class StatedCalendars(NamedTuple):
    """The calendar that came with the code, and what was imported over it, in its order."""

    base: Calendar
    imported: tuple[Document, ...]


class Statement(Struct, frozen=True, eq=False):
    """The rules that leaf *index* states to be in force *since* an instant, in stage *region*.

    *counting* says how a local stage counts days in regions whose logs it is fed; its *instrument*
    is made up, and stands in place of the profile's. *adopted* says which profile held where since
    when, where there was more than one; *texts* has these, by digest.
    """

    index: int
    since: datetime
    selection: Selection
    region: str
    profiles: dict[str, DatedProfile]
    calendars: StatedCalendars
    catalogue: StatedCatalogue
    counting: dict[str, dict[str, str]]
    sources: Registrations = NO_SOURCES
    organisation: Organisation = NO_ORGANISATION
    witnesses: StatedWitnesses = NO_WITNESSES
    titles: Titles | None = None
    instrument: Instrument | None = None
    adopted: tuple[StageAdoption, ...] = ()
    texts: dict[str, DatedProfile] = field(default_factory=dict)

    @property
    def made(self) -> tuple[StageAdoption, ...]:
        """All adoptions of profiles; where none is stated, the profiles hold from ever."""
        digests = {name: each.version.partition(":")[2] for name, each in self.profiles.items()}
        return self.adopted or (StageAdoption(None, self.selection, digests),)

    def timeline(self, region: str) -> Timeline:
        """Return the profiles of a *region*, in the order in which they came into force."""
        if self.adopted:
            timeline = timeline_of(self.adopted, region, lambda _, digest: self.texts[digest])
        else:
            timeline = Timeline((Adoption(None, self.profiles[self.selection.of(region)]),))
        return timeline.with_instrument(self.instrument)

    def is_same(self, other: "Statement") -> bool:
        """Return whether the rules are those of *other*: most statements only repeat the last."""
        names = self.__struct_fields__[2:-1]  # the texts are those of what is adopted
        pairs = ((getattr(self, name), getattr(other, name)) for name in names)
        return all(mine is its or mine == its for mine, its in pairs)

    def knows(self, kind: NameKind, name: str) -> bool:
        """Return whether what is stated has *name*: catalogue, sources, organisation, regions."""
        areas = {area for area, _ in self.selection.by_area}
        closed = {getattr(each, "region", "") for each in self.calendars.imported}
        regions = {self.region, *areas, *closed} - {""}
        listed = self.catalogue.items.values()
        return list_names(listed, self.sources, regions, self.organisation).knows(kind, name)


def versions_of(rules: Rules) -> tuple[str, str, str]:
    """Return what tells *rules* from others: those names, and the version of the sources."""
    return rules.policy, rules.calendar.version, rules.sources.version


def is_named(judgement: Fact, rules: Rules) -> bool:
    """Return whether *judgement* names the policy and the calendar of *rules*."""
    is_policy = judgement.text("policy") in rules.references
    return is_policy and judgement.text("calendar") == rules.calendar.version


class Rulebook:
    """All statements of a log, in its order."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        """Keep *statements* in the order of the log; drop those that repeat the one before."""
        kept: list[Statement] = []
        for statement in sorted(statements, key=lambda statement: statement.index):
            if not kept or not statement.is_same(kept[-1]):
                kept.append(statement)
        self.statements = tuple(kept)
        self._followed = list(zip_longest(self.statements, self.statements[1:]))
        self.before = {after: before for before, after in pairwise(self.statements)}
        self.rules = cache(self._rules)
        self.changes = cache(self._changes)
        self.settled = lru_cache(maxsize=_REMEMBERED)(self._settled)
        self.distinct = lru_cache(maxsize=_REMEMBERED)(self._distinct)
        self._calendars: dict[tuple[Calendar, tuple[Document, ...]], Calendar] = {}

    def around(self, at: datetime, index: int, until: datetime | None = None) -> list[Statement]:
        """Return the statements that may apply *at* an instant or *until* another, to leaf *index*.

        Functions read new rules within the merge delay, and the log states them within it. Where a
        local stage's clock was set back, it is the last statement before that leaf.
        """
        stated = self._in_force(at - MERGE_DELAY, (until or at) + MERGE_DELAY)
        return stated or [each for each in self.statements if each.index < index][-1:]

    def knew(self, kind: NameKind, name: str, recorded: datetime, written: datetime) -> bool:
        """Return whether *name* was known an hour before a fact was *recorded*, until *written*.

        Only names that nothing knew stand in the log as tokens (CLAIMS §2). Functions may run with
        old rules for a while: so every statement of that time must have the name.
        """
        stated = self._in_force(recorded - SEEN_TO, written + MERGE_DELAY)
        is_old = bool(stated) and stated[0].since <= recorded - SEEN_TO
        return is_old and all(statement.knows(kind, name) for statement in stated)

    def _in_force(self, since: datetime, until: datetime) -> list[Statement]:
        """Return the statements in force at any time from *since* to *until*, in order."""
        return [
            statement
            for statement, after in self._followed
            if statement.since <= until and (after is None or after.since >= since)
        ]

    def _settled(self, then: datetime) -> tuple[Statement, ...]:
        """Return the statements in force *then*, or so lately that they may apply, latest first."""
        return tuple(self._in_force(then - SEEN_TO, then)[::-1])

    def _distinct(self, stated: tuple[Statement, ...], region: str) -> tuple[Rules, ...]:
        """Return the rules of a *region* that are *stated*, the latest first, each once."""
        candidates = (self.rules(statement, region) for statement in stated[::-1])
        return tuple({versions_of(rules): rules for rules in candidates}.values())

    def _changes(self, region: str, source: str) -> list[Statement]:
        """Return the statements that change the rules for cases of *region* told by *source*."""

        def judged_by(statement: Statement) -> tuple[object, ...]:
            rules, sources = self.rules(statement, region), statement.sources
            terms = (sources.of(source), sources.outages, sources.live_from) if source else ()
            return *versions_of(rules)[:2], *terms

        pairs = pairwise(self.statements)
        return [after for before, after in pairs if judged_by(before) != judged_by(after)]

    def _rules(self, statement: Statement, region: str) -> Rules:
        """Return the rules of a *region*, by default the one that the stage serves."""
        where = region or statement.region
        base, imported = statement.calendars
        documents = select_documents(imported, where)
        if (base, documents) not in self._calendars:
            self._calendars[base, documents] = overlay_calendar(base, documents, where)
        timeline = statement.timeline(where).counted_as(statement.counting.get(region, {}))
        calendar, sources = self._calendars[base, documents], statement.sources
        if not timeline.is_dated:
            return Rules(timeline.only, calendar, sources)
        since = statement.since
        return Rules(timeline.at(since), calendar, sources, timeline, since)
