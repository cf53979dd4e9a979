"""Makes an organisation of drafts and of the one in force: rows are added or changed, none goes.

Pure. What a file does not have stays: what was stays true for its time. With *whole* the tables of
the file are all there is of their kind. All that does not fit is collected, at the rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import Bilingual
from chalicelib.people.consistency import (
    Fault,
    Table,
    ended_by_successions,
    faults,
    succession_key,
)
from chalicelib.people.organisation import Leave, Organisation, Post, Tenure
from chalicelib.people.units import DatedName, Department, Region, Succession
from infra.people.cells import CellFault, Place
from infra.people.drafts import (
    DepartmentDraft,
    Draft,
    LeaveDraft,
    PersonDraft,
    PostDraft,
    RegionDraft,
    SuccessionDraft,
)
from infra.people.ended_codes import ended_codes

D = TypeVar("D", bound=Draft)
R = TypeVar("R")

Key = tuple[str, ...]
MOST_FAULTS = 1000
_FIELDS = {
    "department": "departments",
    "succession": "successions",
    "region": "regions",
    "region_succession": "region_successions",
    "post": "posts",
    "tenure": "tenures",
    "leave": "leaves",
}


class Organised(Struct, frozen=True):
    """The *organisation* that comes of an import, and what is wrong with its rows."""

    organisation: Organisation
    wrong: list[CellFault]


class Organiser:
    """Puts *drafts* over the organisation *before*; *ids* has each person's `p_…` by his code.

    Codes of regions are those of *today*.
    """

    def __init__(
        self,
        before: Organisation,
        drafts: Sequence[Draft],
        ids: Mapping[str, str],
        *,
        whole: bool,
        today: date,
    ) -> None:
        self._drafts = drafts
        self._ids = ids
        self._today = today
        self._given = {draft.place.table.table for draft in drafts}
        self._places: dict[tuple[Table, Key], Place] = {}
        self._wrong: list[CellFault] = []
        gone = self._given if whole else set()
        self._before = replace(
            before, **{field: () for table, field in _FIELDS.items() if table in gone}
        )

    def organise(self) -> Organised:
        """Return the organisation, and all that is wrong."""
        steps = self._of("region_succession", SuccessionDraft)
        regions = replace(
            self._before,
            regions=self._put("region", self._before.regions, self._regions()),
            region_successions=self._put(
                "region_succession",
                self._before.region_successions,
                [self._step(draft, draft.source, draft.successor) for draft in steps],
            ),
        )
        units = replace(regions, departments=self._departments(regions.departments))
        units = replace(
            units, departments=self._with_parents(units), successions=self._successions(units)
        )
        ended = ended_by_successions(units)
        units = replace(
            units, departments=tuple(ended.get(each.code, each) for each in units.departments)
        )
        staffed = replace(
            units,
            posts=self._put("post", units.posts, self._posts(units)),
            tenures=self._put("tenure", units.tenures, self._tenures()),
            leaves=self._put("leave", units.leaves, self._leaves()),
        )
        said = {(fault.where, fault.row, fault.column) for fault in self._wrong}
        more = [self._at_row(fault) for fault in faults(staffed)]
        wrong = self._wrong + [
            f for f in more if (f.where, f.row, f.column) not in said or not f.row
        ]
        wrong += ended_codes(staffed.region_tree, self._drafts, self._today)
        return Organised(staffed, wrong[:MOST_FAULTS])

    def _of(self, table: str, kind: type[D]) -> list[D]:
        return [
            draft
            for draft in self._drafts
            if isinstance(draft, kind) and draft.place.table.table == table
        ]

    def _put(
        self, table: Table, before: Iterable[R], rows: Iterable[tuple[Draft, R]]
    ) -> tuple[R, ...]:
        """Return the records *before* with those of *rows* by their keys, in the order of keys.

        Two rows with one key that say different things are a fault of the later one.
        """
        found = {_key(each): each for each in before}
        for draft, record in rows:
            key = _key(record)
            first = self._places.setdefault((table, key), draft.place)
            if first is not draft.place and found[key] != record:
                zh = f"与第 {first.line} 行是同一条，内容却不同"
                en = f"row {first.line} is of the same thing, and says something else"
                self._refuse(draft.place, "", zh, en)
            found[key] = record
        return tuple(found[key] for key in sorted(found))

    def _departments(self, before: Iterable[Department]) -> tuple[Department, ...]:
        """Return the departments; rows of one code are its names, in the order of their days."""
        rows: dict[str, list[DepartmentDraft]] = {}
        for draft in self._of("department", DepartmentDraft):
            rows.setdefault(draft.code, []).append(draft)
        found = {each.code: each for each in before}
        for code, drafts in rows.items():
            self._places["department", (code,)] = drafts[-1].place
            found[code] = self._named(found.get(code), drafts)
        return tuple(found[code] for code in sorted(found))

    def _named(self, before: Department | None, rows: Sequence[DepartmentDraft]) -> Department:
        rows = sorted(rows, key=lambda row: row.since or date.min)
        names = {each.since: each.name for each in before.names} if before else {}
        first = before.since if before else rows[0].since
        for earlier, row in zip([None, *rows], rows, strict=False):
            is_first = (row.since or date.min) <= (first or date.min)
            since = None if is_first else row.since
            if earlier is not None and earlier.since == row.since:
                zh, en = "同一编码、同一日期有两个名称", "one code has two names from one day on"
                self._refuse(row.place, "name", zh, en)
            if since is None or names.get(_last_before(names, since)) != row.name:
                names[since] = row.name
        last = rows[-1]
        if before and before.until and last.since and last.since > before.until:
            zh = f"这个编码的部门止于 {before.until}，不能再用来设新的部门"
            en = f"this code's department ended on {before.until}: another needs a code of its own"
            self._refuse(last.place, "code", zh, en)
        dated = sorted(names.items(), key=lambda each: each[0] or date.min)
        return Department(
            last.code,
            tuple(DatedName(name, since) for since, name in dated),
            last.region or (before.region if before else ""),
            min(first, rows[0].since or first) if first else None,
            last.until or (before.until if before else None),
            last.parent or (before.parent if before else ""),
            last.sections or (before.sections if before else ()),
        )

    def _with_parents(self, units: Organisation) -> tuple[Department, ...]:
        """Return the departments with the codes of the units above, where a name was written."""
        found = []
        for unit in units.departments:
            place = self._places.get(("department", (unit.code,)))
            parent = unit.parent
            if parent and place is not None:
                parent = self._code(units, parent, date.max, place, "parent")
            found.append(replace(unit, parent=parent))
        return tuple(found)

    def _successions(self, units: Organisation) -> tuple[Succession, ...]:
        """Return the successions; a new name of the same unit is none, its department has it."""
        rows = []
        for draft in self._of("succession", SuccessionDraft):
            source = self._code(units, draft.source, draft.at, draft.place, "source")
            to = draft.successor
            successor = self._code(units, to, draft.at, draft.place, "successor") if to else ""
            if not (draft.kind == "rename" and source == successor):
                rows.append(self._step(draft, source, successor))
        return self._put("succession", units.successions, rows)

    def _step(
        self, draft: SuccessionDraft, source: str, successor: str
    ) -> tuple[Draft, Succession]:
        step = Succession(source, draft.kind, draft.at, successor, draft.item, draft.document)
        return draft, step

    def _regions(self) -> Iterable[tuple[Draft, Region]]:
        ended = {each.code: each.until for each in self._before.regions}
        for row in self._of("region", RegionDraft):
            until = ended.get(row.code)
            if until and row.since and row.since > until:
                zh, en = "废止的代码不再使用", "a code that ended is never used again"
                self._refuse(row.place, "code", zh, en)
            yield row, Region(row.code, row.name, row.level, row.parent, row.since, row.until)

    def _posts(self, units: Organisation) -> Iterable[tuple[Draft, Post]]:
        before = {each.code: each.department for each in self._before.posts}
        held = {each.post for each in self._before.tenures}
        for row in self._of("post", PostDraft):
            department = self._code(units, row.department, date.max, row.place, "department")
            if row.code in held and before.get(row.code, department) != department:
                zh = "这个岗位有人任过，不能改到别的部门：请另设岗位编码"
                en = "somebody held this post: one of another department needs a code of its own"
                self._refuse(row.place, "department", zh, en)
            yield (
                row,
                Post(
                    row.code,
                    department,
                    row.title,
                    row.section,
                    row.addressee,
                    row.role,
                    row.regions,
                    row.items,
                    row.stages,
                ),
            )

    def _tenures(self) -> Iterable[tuple[Draft, Tenure]]:
        for row in self._of("tenure", PersonDraft):
            if row.since and row.person:
                deputy_for = self._ids.get(row.deputy_for, "")
                person = self._ids[row.person]
                yield row, Tenure(person, row.post, row.since, row.until, deputy_for)

    def _leaves(self) -> Iterable[tuple[Draft, Leave]]:
        for row in self._of("leave", LeaveDraft):
            if row.person:
                yield row, Leave(self._ids[row.person], row.since, row.until, row.post)

    def _code(self, units: Organisation, name: str, on: date, place: Place, column: str) -> str:
        """Return the code of the department *name*; itself and a fault where there is not one."""
        code = units.successors.code_of(name, on)
        if code is None:
            zh = "没有这个部门，或者有几个部门叫这个名称：请写编码"
            self._refuse(
                place, column, zh, "no department of that name, or several: write its code"
            )
        return code or name

    def _at_row(self, fault: Fault) -> CellFault:
        """Return *fault* at its row; one of what is in force already has no row."""
        place = self._places.get((fault.table, fault.key))
        if place is not None:
            return place.fault(fault.column, fault.text)
        known = "／".join(fault.key)
        return CellFault("", 0, "", known, fault.text)

    def _refuse(self, place: Place, column: str, zh: str, en: str) -> None:
        self._wrong.append(place.fault(column, Bilingual(zh, en)))


def _last_before(names: Mapping[date | None, str], day: date) -> date | None:
    return max((each for each in names if each is not None and each <= day), default=None)


def _key(record: object) -> Key:
    match record:
        case Succession():
            return succession_key(record)
        case (
            Tenure(person=person, post=post, since=since)
            | Leave(person=person, post=post, since=since)
        ):
            return person, post, since.isoformat()
        case Department(code=code) | Post(code=code) | Region(code=code):
            return (code,)
    raise TypeError(record)
