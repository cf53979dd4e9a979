"""Reads the rows of tables into drafts: records that still name people and departments as written.

A person is named by his own code (工号), or is `p_…` already; a department by its code or its name.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from msgspec import Struct

from chalicelib.people.caller import Role
from chalicelib.people.units import RegionLevel, SuccessionKind
from chalicelib.policy.ladder import Addressee
from infra.people.cells import CellFault, Place, RowCells, places_of
from infra.people.sheets import FoundTable

PERSON_ID = re.compile(r"p_[a-z2-7]{16}", re.ASCII)


class Draft(Struct, frozen=True):
    """What all drafts have: the row that they were read from."""

    place: Place


class DepartmentDraft(Draft, frozen=True):
    """A department, or one more name of it."""

    code: str
    name: str
    region: str
    since: date | None
    until: date | None
    parent: str
    sections: tuple[str, ...]


class PostDraft(Draft, frozen=True):
    """A post."""

    code: str
    department: str
    title: str
    section: str
    addressee: Addressee | None
    role: Role | None
    regions: tuple[str, ...]
    items: tuple[str, ...]
    stages: tuple[str, ...]


class PersonDraft(Draft, frozen=True):
    """A person, with the post that he holds where the row has one; *personal* is for the vault."""

    person: str
    personal: dict[str, str]
    post: str = ""
    since: date | None = None
    until: date | None = None
    deputy_for: str = ""


class LeaveDraft(Draft, frozen=True):
    """A person who is away."""

    person: str
    since: date
    until: date
    post: str


class SuccessionDraft(Draft, frozen=True):
    """A unit that another continues: departments, or regions."""

    source: str
    successor: str
    kind: SuccessionKind
    at: date
    item: str
    document: str


class RegionDraft(Draft, frozen=True):
    """A region."""

    code: str
    name: str
    level: RegionLevel
    parent: str
    since: date | None
    until: date | None


def read_drafts(tables: Sequence[FoundTable]) -> tuple[list[Draft], list[CellFault]]:
    """Return the drafts of *tables*, and all that is wrong with their cells.

    A row that is there twice, word for word, is read once.
    """
    faults: list[CellFault] = []
    drafts: list[Draft] = []
    seen: set[tuple[object, ...]] = set()
    for table in tables:
        for place in places_of(table):
            values = tuple(place.value(column) for column in sorted(table.places))
            if (table.table, *values) in seen:
                continue
            seen.add((table.table, *values))
            draft = _READERS[table.table](RowCells(place, faults))
            if draft is not None:
                drafts.append(draft)
    return drafts, faults


def _department(row: RowCells) -> Draft:
    return DepartmentDraft(
        row.place,
        row.code("code", needed=True),
        row.name("name", needed=True),
        row.region("region"),
        row.day("since"),
        row.day("until"),
        row.name("parent"),
        row.several("sections"),
    )


def _post(row: RowCells) -> Draft:
    return PostDraft(
        row.place,
        row.code("code", needed=True),
        row.name("department", needed=True),
        row.name("title", needed=True),
        row.name("section"),
        cast("Addressee | None", row.word("addressee", "addressee")),
        cast("Role | None", row.word("role", "role")),
        row.regions("regions"),
        row.several("items"),
        row.several("stages"),
    )


def _tenure(row: RowCells) -> Draft | None:
    person, post = row.name("person", needed=True), row.code("post", needed=True)
    since = row.day("since", needed=True)
    draft = PersonDraft(
        row.place, person, row.personal(), post, since, row.day("until"), row.name("deputy_for")
    )
    return draft if since else None


def _person(row: RowCells) -> Draft:
    return PersonDraft(row.place, row.name("person", needed=True), row.personal())


def _leave(row: RowCells) -> Draft | None:
    person = row.name("person", needed=True)
    since, until = row.day("since", needed=True), row.day("until", needed=True)
    post = row.code("post")
    return LeaveDraft(row.place, person, since, until, post) if since and until else None


def _succession(row: RowCells) -> Draft | None:
    kind, at = row.word("kind", "kind", needed=True), row.day("at", needed=True)
    source, successor = row.name("source", needed=True), row.name("successor")
    item, document = row.name("item"), row.name("document")
    if not (kind and at and source):
        return None
    of_kind = cast("SuccessionKind", kind)
    return SuccessionDraft(row.place, source, successor, of_kind, at, item, document)


def _region(row: RowCells) -> Draft | None:
    level = row.word("level", "level", needed=True)
    draft = RegionDraft(
        row.place,
        row.region("code", needed=True),
        row.name("name", needed=True),
        cast("RegionLevel", level),
        row.region("parent"),
        row.day("since"),
        row.day("until"),
    )
    return draft if level else None


_READERS: Mapping[str, Callable[[RowCells], Draft | None]] = {
    "department": _department,
    "post": _post,
    "tenure": _tenure,
    "person": _person,
    "leave": _leave,
    "succession": _succession,
    "region": _region,
    "region_succession": _succession,
}


def people_in(drafts: Sequence[Draft]) -> Iterator[tuple[str, str, Place]]:
    """Yield each person that *drafts* name, with the column and the row."""
    for draft in drafts:
        if isinstance(draft, PersonDraft | LeaveDraft) and draft.person:
            yield draft.person, "person", draft.place
        if isinstance(draft, PersonDraft) and draft.deputy_for:
            yield draft.deputy_for, "deputy_for", draft.place
