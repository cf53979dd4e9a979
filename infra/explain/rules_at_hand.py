"""The rules that a fact names, by their hashes: found again among those that are at hand.

A profile is at hand where it is shipped with this code, in force in the stage, or given as a file.
Imports only ever add documents to a calendar. So each calendar that a stage ever had, over the
years of this code, is that of the first so many documents. A fact without a region was judged by
the rules of the region that the stage serves.

No fact names the registrations of the sources. The log states them every day and whenever they
change, so they are found by the instant: an outage that was recorded later was not known yet.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from chalicelib.calendar.documents import Document
from chalicelib.calendar.overlay import overlay_calendar, select_documents
from chalicelib.calendar.workdays import Calendar
from chalicelib.cases.case_id import log_case
from chalicelib.cases.fact import Fact
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.log.objects import rules_path
from chalicelib.plumbing.services import Services
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import list_profiles, load_profile
from chalicelib.policy.sources import NO_SOURCES, Registrations, read_registrations


class RulesAtHand:
    """The rules of a stage, and the profile in a file where one was given."""

    def __init__(self, services: Services, given: Profile | None = None) -> None:
        self._services = services
        self._given = given
        self._calendars: dict[tuple[str, str], Calendar] = {}
        self._stated: dict[str, list[tuple[datetime, Registrations]]] = {}

    def profile(self, reference: str, region: str) -> Profile:
        """Return the profile that *reference* names, as it counts in *region*. Raises Unknown."""
        for profile in self._profiles(region):
            if profile.reference == reference:
                return profile
        raise Unknown(f"policy:{reference}")

    def calendar(self, version: str, region: str) -> Calendar:
        """Return the calendar of *region* that *version* names. Raises Unknown."""
        region = self._services.region_of(region)
        cached = self._calendars.get((region, version))
        if cached is not None:
            return cached
        for calendar in self._ever(region):
            self._calendars[region, calendar.version] = calendar
            if calendar.version == version:
                return calendar
        raise Unknown(f"calendar:{version}")

    def sources(self, at: datetime) -> list[Registrations]:
        """Return the registrations stated around *at*, the latest first; else the present ones."""
        services = self._services
        day = log_case(at.astimezone(services.profile().zone).date())
        if day not in self._stated:
            facts = [record.fact for record in services.facts.of_case(day)]
            stated = [fact for fact in facts if fact.kind == Reported.RULES_ADOPTED]
            self._stated[day] = [(fact.recorded_at, self._read_sources(fact)) for fact in stated]
        until = [(since, each) for since, each in self._stated[day] if since <= at + MERGE_DELAY]
        last = [each for since, each in until if since <= at - MERGE_DELAY][-1:]
        around = [*last, *(each for since, each in until if since > at - MERGE_DELAY)]
        return around[::-1] or [services.rules().sources]

    def _read_sources(self, statement: Fact) -> Registrations:
        """Return the sources in a statement of the log; none where it names none."""
        documents: Any = statement.data["documents"]
        digests = [each["sha256"] for each in documents if each["name"] == "sources"]
        body = self._services.objects.get(rules_path(digests[0])) if digests else None
        return read_registrations(json.loads(bytes(body))) if body else NO_SOURCES

    def _profiles(self, region: str) -> Iterator[Profile]:
        """Yield the profiles at hand; in a local stage also with the counting of its *region*.

        A local stage has a made-up instrument in place of theirs.
        """
        made_up = self._services.made_up_instrument
        profiles = [self._given.with_instrument(made_up)] if self._given else []
        profiles += [load_profile(name, made_up) for name in list_profiles()]
        yield from profiles
        if self._services.settings.is_local and region:
            counting = self._services.table_clock.counting(region)
            yield from (profile.counted_as(counting) for profile in profiles if counting)

    def _ever(self, region: str) -> Iterator[Calendar]:
        """Yield the calendars that ever held in *region*, from the one in force backwards."""
        base, last = self._services.calendars.base, None
        for count in range(len(self._documents), -1, -1):
            documents = select_documents(self._documents[:count], region)
            if documents != last:
                yield overlay_calendar(base, documents, region)
            last = documents

    @cached_property
    def _documents(self) -> tuple[Document, ...]:
        return self._services.calendars.documents(fresh=True)
