"""A statement of the log: the rules in force from an instant on, each document as it was read."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct, field

from chalicelib.calendar.documents import Document
from chalicelib.calendar.workdays import Calendar
from chalicelib.card.words import Titles
from chalicelib.permit.clocks.binding import Listed
from chalicelib.policy.adoptions import StageAdoption, timeline_of
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.dated_profile import DatedProfile
from chalicelib.policy.instrument import Instrument
from chalicelib.policy.names import NameKind, list_names
from chalicelib.policy.selection import Selection
from chalicelib.policy.sources import NO_SOURCES, Registrations
from chalicelib.policy.timeline import Adoption, Timeline


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

    *counting* says how a local stage counts days in regions whose logs it is fed. Its *instrument*
    is made up, and stands in place of that of the profile. *adopted* says which profile held where
    since when, where there was more than one; *texts* has those.
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
        """Return whether the catalogue, the sources or the regions that are stated have *name*."""
        areas = {area for area, _ in self.selection.by_area}
        closed = {getattr(each, "region", "") for each in self.calendars.imported}
        regions = {self.region, *areas, *closed} - {""}
        listed = self.catalogue.items.values()
        return list_names(listed, self.sources, regions).knows(kind, name)
