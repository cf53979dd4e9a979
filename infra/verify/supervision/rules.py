"""The rules as the log states them: which were in force when, read from the published documents.

Every day, and whenever they change, the log states which profiles, calendar and catalogue are in
force, each by its hash (`rules.adopted`); the documents lie beside the log. A document is trusted
as far as its hash, and its version is computed from it again. So anybody can read every rule that a
judgement may name.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise, zip_longest
from typing import Any

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import Document, name_document
from chalicelib.calendar.overlay import overlay_calendar, select_documents
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear
from chalicelib.card.words import Titles
from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.errors import BadInput, Corrupt
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.policy.adoptions import StageAdoption, read_adoption
from chalicelib.policy.dated_profile import DatedProfile, read_dated_profile
from chalicelib.policy.instrument import Instrument, read_stated_instrument
from chalicelib.policy.selection import read_selection
from chalicelib.policy.sources import NO_SOURCES, Registrations, read_registrations
from infra.verify.issue import SENSELESS, Issue
from infra.verify.supervision.stated import (
    NO_WITNESSES,
    StatedCalendars,
    StatedCatalogue,
    StatedWitnesses,
    Statement,
)
from infra.verify.supervision.stated_documents import T, read_documents, require_version, unread
from infra.verify.supervision.stated_items import MOST_VALUES, Room, SharedItems

SEEN_TO = timedelta(hours=1)
"""Within it every case was judged under new rules: functions may run with the old ones a while,
and to read a million snapshots takes time (`lambdas/recompute.py`)."""

Documents = Callable[[str], bytes]
"""Reads the document with this SHA-256, in hexadecimal."""
_REMEMBERED = 1000  # instants; and statements that are in force together


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

    def around(self, at: datetime, index: int) -> list[Statement]:
        """Return the statements that may apply *at* an instant, to a fact that is leaf *index*."""
        return self.between(at, at, index)

    def between(self, since: datetime, until: datetime, index: int) -> list[Statement]:
        """Return the statements that may apply from *since* to *until*, to a fact at leaf *index*.

        Functions read new rules within the merge delay, and the log states them within it. Where a
        local stage's clock was set back, it is the last statement before that leaf.
        """
        stated = [
            statement
            for statement, after in self._followed
            if statement.since - MERGE_DELAY <= until
            and (after is None or since <= after.since + MERGE_DELAY)
        ]
        return stated or [each for each in self.statements if each.index < index][-1:]

    def _settled(self, then: datetime) -> tuple[Statement, ...]:
        """Return statements in force *then*, or so lately that they may apply, latest first."""
        in_order = (
            statement
            for statement, after in self._followed
            if statement.since <= then and (after is None or after.since >= then - SEEN_TO)
        )
        return tuple(in_order)[::-1]

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


class StatementReader:
    """Reads statements, each document once: one that cannot be read as well."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._room = Room()
        self._items = SharedItems(self._room)
        self._wrong = set[str]()
        self._base: tuple[str, Calendar] | None = None
        self._profile = cache(self._read_profile)
        self._text = cache(self._read_text)
        self._adopted = cache(self._read_adopted)
        self._calendars = cache(self._read_calendars)
        self._catalogue = cache(self._read_catalogue)
        self._counting = cache(self._read_counting)
        self._sources = cache(self._read_sources)
        self._witnesses = cache(self._read_witnesses)
        self._titles = cache(self._read_titles)
        self._instrument = cache(self._read_instrument)

    def read_statements(self, stated: Iterable[tuple[int, Fact]]) -> tuple[Rulebook, list[Issue]]:
        """Read every statement; *stated* are the facts of it, each with its index in the log."""
        statements, findings = [], []
        for index, fact in stated:
            if not (fact.told and fact.kind == Reported.RULES_ADOPTED):
                continue
            self._reading = ""
            try:
                statements.append(self._statement(fact, index))
            except (*SENSELESS, OSError) as error:
                self._wrong.add(self._reading)
                findings.append(unread(index, error))
        return Rulebook(statements), findings

    def _statement(self, fact: Fact, index: int) -> Statement:
        data: Any = fact.data
        named = {
            document["name"]: (document["version"], document["sha256"])
            for document in data["documents"]
        }
        selection = read_selection(data["selection"], "selection")
        listed, counted = named.get("catalogue"), named.get("counting")
        registered, relied_on = named.get("sources"), named.get("witnesses")
        titled = named.get("titles")
        made_up = named.get("instrument")
        adopted = named.get("adoptions")
        made = self._adopted(*adopted) if adopted else ()
        return Statement(
            index=index,
            since=fact.recorded_at,
            selection=selection,
            region=data["region"],
            profiles={name: self._profile(*named[f"policy/{name}"]) for name in selection.names},
            calendars=self._calendars(*named["calendar"]),
            catalogue=self._catalogue(*listed) if listed else StatedCatalogue(),
            counting=self._counting(*counted) if counted else {},
            sources=self._sources(*registered) if registered else NO_SOURCES,
            witnesses=self._witnesses(*relied_on) if relied_on else NO_WITNESSES,
            titles=self._titles(*titled) if titled else None,
            adopted=made,
            texts={digest: self._text(digest) for each in made for digest in each.digests.values()},
            instrument=self._instrument(*made_up) if made_up else None,
        )

    def _body(self, digest: str, *, is_shared: bool = False) -> bytes:
        """Return a document; it is kept as it is, unless it *is_shared* with others in parts."""
        self._reading = digest
        self._room.check()
        if digest in self._wrong:
            raise BadInput(
                zh=f"rules/{digest} 先前就无法读取", en=f"rules/{digest} could not be read before"
            )
        body = self._documents(digest)
        if hashlib.sha256(body).hexdigest() != digest:
            raise Corrupt(f"rules/{digest} is not what its name says")
        if body.count(b",") > MOST_VALUES:
            raise BadInput(
                zh=f"rules/{digest} 的值超过 {MOST_VALUES} 个",
                en=f"rules/{digest} has more than {MOST_VALUES} values",
            )
        if not is_shared:
            self._room.take(len(body))
        return body

    def _read_profile(self, version: str, digest: str) -> DatedProfile:
        profile = self._text(digest)
        return require_version(profile.reference, version, profile)

    def _read_text(self, digest: str) -> DatedProfile:
        return read_dated_profile(self._body(digest).decode(), f"rules/{digest}")

    def _read_adopted(self, version: str, digest: str) -> tuple[StageAdoption, ...]:
        return self._hashed(version, digest, lambda made: tuple(map(read_adoption, made)))

    def _hashed(self, version: str, digest: str, read: Callable[[Any], T]) -> T:
        """Read a document whose version is the begin of its hash."""
        return require_version(digest[: len(version)], version, read(self._table(digest)))

    def _table(self, digest: str, *, is_shared: bool = False) -> Any:
        return json.loads(self._body(digest, is_shared=is_shared))

    def _read_calendars(self, version: str, digest: str) -> StatedCalendars:
        table = self._table(digest)
        lists = [list(read_documents(table[name], digest)) for name in ("base", "imported")]
        years = [document for document in lists[0] if isinstance(document, CalendarYear)]
        changes = [document for document in lists[0] if isinstance(document, Change)]
        written = json.dumps([table["id"], table["base"]], sort_keys=True)
        if self._base is None or self._base[0] != written:  # most only import more over the same
            self._base = written, Calendar(table["id"], years, changes)
        base = self._base[1]
        named = "+".join((base.version, *map(name_document, lists[1])))
        return require_version(named, version, StatedCalendars(base, tuple(lists[1])))

    def _read_counting(self, version: str, digest: str) -> dict[str, dict[str, str]]:
        return self._hashed(version, digest, dict)

    def _read_titles(self, version: str, digest: str) -> Titles:
        return self._hashed(version, digest, lambda titles: Titles(**titles))

    def _read_instrument(self, version: str, digest: str) -> Instrument:
        return self._hashed(version, digest, read_stated_instrument)

    def _read_sources(self, version: str, digest: str) -> Registrations:
        registrations = read_registrations(self._table(digest))
        return require_version(registrations.version, version, registrations)

    def _read_witnesses(self, version: str, digest: str) -> StatedWitnesses:
        def read(table: Any) -> StatedWitnesses:
            return StatedWitnesses(int(table["quorum"]), tuple(map(str, table["witnesses"])))

        return self._hashed(version, digest, read)

    def _read_catalogue(self, version: str, digest: str) -> StatedCatalogue:
        found, items = self._items.read(self._table(digest, is_shared=True)["entries"])
        return require_version(found, version, StatedCatalogue(version, items))
