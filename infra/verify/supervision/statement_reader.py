"""Read the statements of rules in a log, with the documents beside it that they name.

A statement names each document by its hash and its version. A document is trusted as far as its
hash, and its version is computed from it again.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import check_document, name_document
from chalicelib.calendar.workdays import Calendar
from chalicelib.calendar.year import CalendarYear
from chalicelib.card.words import Titles
from chalicelib.cases.fact import Fact
from chalicelib.errors import BadInput, Corrupt, in_chinese
from chalicelib.intake.event_types import Reported
from chalicelib.people.organisation import NO_ORGANISATION, read_organisation
from chalicelib.policy.adoptions import read_adoption
from chalicelib.policy.dated_profile import DatedProfile, read_dated_profile
from chalicelib.policy.instrument import read_stated_instrument
from chalicelib.policy.selection import read_selection
from chalicelib.policy.sources import NO_SOURCES, read_registrations
from infra.verify.issue import SENSELESS, Issue
from infra.verify.source import Document
from infra.verify.supervision.cases import CHECK
from infra.verify.supervision.rules import (
    NO_WITNESSES,
    Rulebook,
    StatedCalendars,
    StatedCatalogue,
    StatedWitnesses,
    Statement,
)
from infra.verify.supervision.stated_items import MOST_VALUES, Room, SharedItems

_HASHED: Mapping[str, Callable[[Any], object]] = {
    "adoptions": lambda made: tuple(map(read_adoption, made)),
    "counting": dict,
    "titles": lambda titles: Titles(**titles),
    "instrument": read_stated_instrument,
    "witnesses": lambda table: StatedWitnesses(
        int(table["quorum"]), tuple(map(str, table["witnesses"]))
    ),
}
"""What reads the documents whose version is the begin of their hash."""


class StatementReader:
    """Reads statements, each document once: one that cannot be read as well."""

    def __init__(self, documents: Document) -> None:
        self._documents = documents
        self._room = Room()
        self._items = SharedItems(self._room)
        self._wrong = set[str]()
        self._base: tuple[str, Calendar] | None = None
        self._text = cache(self._read_text)
        self._document = cache(self._read_document)

    def read_statements(self, stated: Iterable[tuple[int, Fact]]) -> tuple[Rulebook, list[Issue]]:
        """Read every statement; *stated* are the facts of it, each with its index in the log."""
        statements, issues = [], []
        for index, fact in stated:
            if not (fact.told and fact.kind == Reported.RULES_ADOPTED):
                continue
            self._reading = ""
            try:
                statements.append(self._statement(fact, index))
            except (*SENSELESS, OSError) as error:
                self._wrong.add(self._reading)
                why = str(error)[:300]
                zh = f"所声明的规则无法读取或者与其摘要不符：{in_chinese(error)[:300]}"
                en = f"the rules that are stated cannot be read, or are not what they say: {why}"
                issues.append(Issue(index, CHECK, zh, en))
        return Rulebook(statements), issues

    def _statement(self, fact: Fact, index: int) -> Statement:
        data: Any = fact.data
        named = {each["name"]: (each["version"], each["sha256"]) for each in data["documents"]}

        def read(name: str, default: Any = None) -> Any:
            return self._document(name, *named[name]) if name in named else default

        selection, made = read_selection(data["selection"], "selection"), read("adoptions", ())
        return Statement(
            index=index,
            since=fact.recorded_at,
            selection=selection,
            region=data["region"],
            profiles={name: self._profile(*named[f"policy/{name}"]) for name in selection.names},
            calendars=self._document("calendar", *named["calendar"]),
            catalogue=read("catalogue", StatedCatalogue()),
            counting=read("counting", {}),
            sources=read("sources", NO_SOURCES),
            organisation=read("organisation", NO_ORGANISATION),
            witnesses=read("witnesses", NO_WITNESSES),
            titles=read("titles"),
            adopted=made,
            texts={digest: self._text(digest) for each in made for digest in each.digests.values()},
            instrument=read("instrument"),
        )

    def _profile(self, version: str, digest: str) -> DatedProfile:
        profile = self._text(digest)
        _require_version(profile.reference, version)
        return profile

    def _read_text(self, digest: str) -> DatedProfile:
        return read_dated_profile(self._body(digest).decode(), f"rules/{digest}")

    def _read_document(self, name: str, version: str, digest: str) -> Any:
        """Return the document *name*, which must be of the *version* that is stated."""
        table = json.loads(self._body(digest, is_shared=name == "catalogue"))
        document: Any
        if name == "calendar":
            document = calendars = self._read_calendars(table, digest)
            is_of = "+".join((calendars.base.version, *map(name_document, calendars.imported)))
        elif name == "catalogue":
            is_of, items = self._items.read(table["entries"])
            document = StatedCatalogue(version, items)
        elif name == "sources":
            document = registrations = read_registrations(table)
            is_of = registrations.version
        elif name == "organisation":
            document = organisation = read_organisation(table)
            is_of = organisation.version
        else:
            document, is_of = _HASHED[name](table), digest[: len(version)]
        _require_version(is_of, version)
        return document

    def _body(self, digest: str, *, is_shared: bool = False) -> bytes:
        """Return a document; it is kept as it is, unless it *is_shared* with others in parts."""
        self._reading = digest
        self._room.check()
        if digest in self._wrong:
            zh, en = f"rules/{digest} 先前就无法读取", f"rules/{digest} could not be read before"
            raise BadInput(zh=zh, en=en)
        body = self._documents(digest)
        if hashlib.sha256(body).hexdigest() != digest:
            raise Corrupt(
                f"rules/{digest} 的内容与名称不符", f"rules/{digest} is not what its name says"
            )
        if body.count(b",") > MOST_VALUES:
            zh = f"rules/{digest} 的值超过 {MOST_VALUES} 个"
            raise BadInput(zh=zh, en=f"rules/{digest} has more than {MOST_VALUES} values")
        if not is_shared:
            self._room.take(len(body))
        return body

    def _read_calendars(self, table: Any, digest: str) -> StatedCalendars:
        base, imported = (
            [check_document(each, f"rules/{digest}: {n}") for n, each in enumerate(table[name], 1)]
            for name in ("base", "imported")
        )
        written = json.dumps([table["id"], table["base"]], sort_keys=True)
        if self._base is None or self._base[0] != written:  # most only import more over the same
            years = [document for document in base if isinstance(document, CalendarYear)]
            changes = [document for document in base if isinstance(document, Change)]
            self._base = written, Calendar(table["id"], years, changes)
        return StatedCalendars(self._base[1], tuple(imported))


def _require_version(is_of: str, stated: str) -> None:
    """Check that a document *is_of* the version that is *stated*. Raises BadInput."""
    if is_of != stated:
        zh = f"声明的版本是 {stated}，文件的版本是 {is_of}"
        raise BadInput(zh=zh, en=f"the document of version {stated} is of version {is_of}")
