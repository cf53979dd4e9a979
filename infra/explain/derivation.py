"""Derive a fact of a stage again, and the facts it rests on, across cases, by the rules it names.

Rules are found by their hashes among those that are at hand. A profile is at hand where it is
shipped with this code, in force in the stage, or given as a file. Imports only ever add documents
to a calendar. So each calendar that a stage ever had, over the years of this code, is that of the
first so many documents. A fact without a region was judged by the rules of the region that the
stage serves.

No fact names the registrations of the sources. The log states them every day and whenever they
change, so they are found by the instant: an outage that was recorded later was not known yet.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from chalicelib.calendar.documents import Document
from chalicelib.calendar.overlay import overlay_calendar, select_documents
from chalicelib.calendar.workdays import Calendar
from chalicelib.cases.case_id import log_case, number_in
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.errors import Unknown
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.log.objects import rules_path
from chalicelib.plumbing.services import Services
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import list_profiles, load_profile
from chalicelib.policy.sources import NO_SOURCES, Registrations, read_registrations
from chalicelib.supervision.deciders import Decider, decider_of
from chalicelib.supervision.rederivation import Derive, Rederived, rederived

FactRef = tuple[str, int]  # a case by its internal id, and the number of a fact


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


class DerivedFact(Struct, frozen=True):
    """Fact *n* of *case* derived *again*; or the *missing* rules, without which it cannot be."""

    case: str
    fact: Fact
    again: Rederived | None
    missing: str = ""

    @property
    def verdict(self) -> str:
        """Return same, differs, does_not_follow, or unknown if the rules are missing."""
        if self.again is None:
            return "unknown"
        if self.again.derived is None:
            return "does_not_follow"
        return "same" if self.again.is_same else "differs"


class RecordedFacts:
    """The facts of a stage, read once, and the rules that they name."""

    def __init__(self, services: Services, at_hand: RulesAtHand) -> None:
        self.services = services
        self.at_hand = at_hand
        self._cases: dict[str, CaseHistory] = {}

    def history(self, case: str) -> CaseHistory:
        """Return all facts on record of *case*."""
        if case not in self._cases:
            records = self.services.facts.of_case(case)
            self._cases[case] = CaseHistory(record.fact for record in records)
        return self._cases[case]

    def rules(self, fact: Fact) -> list[Rules]:
        """Return the rules that *fact* names, else the present ones. Raises Unknown.

        They differ in the statements of the sources around its recording, the latest first.
        """
        region = fact.text("region")
        reference, version = fact.text("policy"), fact.text("calendar")
        timeline = self.services.timeline(region)
        is_dated = timeline.is_dated and (not reference or reference in timeline.references)
        if is_dated:
            profile = timeline.at(fact.recorded_at)
        elif reference:
            profile = self.at_hand.profile(reference, region)
        else:
            profile = self.services.profile(region)
        named = version and self.at_hand.calendar(version, region)
        calendar = named or self.services.calendar(region)
        return [
            Rules(profile, calendar, sources, timeline if is_dated else None, fact.recorded_at)
            for sources in self.at_hand.sources(fact.recorded_at)
        ]

    def derive(self, case: str, n: int) -> DerivedFact:
        """Derive one fact again."""
        history = self.history(case)
        fact = history.facts[n]
        try:
            rules = self.rules(fact)
        except Unknown as error:
            return DerivedFact(case, fact, None, error.missing)
        ways = [_judge_by(each, decider_of(case)) for each in rules]
        return DerivedFact(case, fact, rederived(history, n, *ways))

    def derive_all(self, refs: Sequence[FactRef]) -> Iterator[DerivedFact]:
        """Derive the facts at *refs*, and every judgement that they rest on, each once."""
        waiting, queued = list(refs), set(refs)
        while waiting:
            case, n = waiting.pop(0)
            derived = self.derive(case, n)
            yield derived
            rests_on = (self.origin_of(case, m) for m in rests_on_numbers(derived.fact))
            more = [ref for ref in rests_on if ref is not None and ref not in queued]
            waiting += more
            queued.update(more)

    def origin_of(self, case: str, n: int) -> FactRef | None:
        """Return the judgement that fact *n* of *case* is or notifies of, None if there is none."""
        fact = self.history(case).facts[n]
        if fact.told and fact.origin:
            number = number_in(fact.key)
            case, n = fact.origin, -1 if number is None else number
            if not 0 <= n < len(self.history(case)):
                return None
        return None if self.history(case).facts[n].told else (case, n)


def _judge_by(rules: Rules, decider: Decider) -> Derive:
    return lambda before, now: decider.decide(before, rules, now).append


def rests_on_numbers(fact: Fact) -> list[int]:
    """Return the numbers of the facts that *fact* rests on, in its own case."""
    numbers = fact.data.get("rests_on")
    return [n for n in numbers if isinstance(n, int)] if isinstance(numbers, list) else []


def derivation_row(derived: DerivedFact) -> Mapping[str, object]:
    """Return the derivation as a JSON object."""
    differences = derived.again.differences if derived.again else ()
    return {
        "case": derived.case,
        "n": derived.fact.n,
        "kind": derived.fact.kind,
        "verdict": derived.verdict,
        "missing": derived.missing or None,
        "differences": [asdict(difference) for difference in differences],
    }
