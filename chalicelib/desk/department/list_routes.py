"""The lists of a department: what there is to do today, its open cases, its cards.

The addresses are those of `desk/routes.py`. What is read is asked of the posts of who signed in:
another department's case is 404, its card 403 (PEOPLE §12). No page reads more than 6 items or
pages of the tables, however many cases are open: the lists are read in the order of their index.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalice.app import Response
from msgspec.structs import asdict

from chalicelib.card.routes import CARD_LEVELS
from chalicelib.cases.case_id import CaseKind
from chalicelib.cases.list_range import UNDATED, ListRange, due_from, is_place, last_before, merge
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.stored_fact import LAMPS
from chalicelib.desk.answering import Desk
from chalicelib.desk.calendar_picture import write_used, write_why
from chalicelib.desk.department import view
from chalicelib.desk.department.view import CaseFilter, RowContext, list_address
from chalicelib.errors import Rejected
from chalicelib.permit.reading.routes import kept_today
from chalicelib.plumbing.query import check_names, read_choice, read_name

if TYPE_CHECKING:
    from chalicelib.people.rights import Act

FOLDER = Path(__file__).parent
PAGE = 50  # rows of a page of a list
SHOWN = 20  # rows of a part of today: six parts have less than 100 kB
READ = 300  # snapshots of one request
ROUNDS = 3  # requests for one page of a list, where few of the cases are wanted
OPEN_LAMPS = LAMPS[:-1]
_FILTERS = (("why", write_why), ("used", write_used))
CARD_STATES = ("to_answer", "every")


def own_departments(desk: Desk) -> list[str]:
    """Return the departments that this person works for; an inspector's own office is none."""
    working = (each for each in desk.who.callers if each.role in ("clerk", "department"))
    return list(dict.fromkeys(each.department for each in working if each.department))


def today(desk: Desk, *, is_both: bool = False) -> Response:
    """Show what is due today and tomorrow, what is over, what waits, and the cards to answer.

    *is_both*: the person supervises too, and has a work list of that.
    """
    check_names(desk.query, {"lang", "mine", "as", "department"})
    services, mine = desk.services, desk.query.get("mine") == "1"
    department, choices = _own_department(desk)
    shown, wanted = shown_now(desk), CaseFilter(items=_own_items(desk) if mine else frozenset())
    names = _spellings(desk, department)
    parts = [_today_of(desk, name, shown, wanted) for name in names]
    contested, rest = services.cases.contested("", READ)
    own = (each for each in contested if each.department in names and _sees(desk, "see_case", each))
    news = [view.case_row(each, shown) for each in own]
    asked = {
        "as": "department" if is_both else "",
        "department": department if choices else "",
    }
    values = {
        **{part: [row for each in parts for row in each[part]] for part in view.PARTS},
        "next_due": min(
            (each["next_due"] for each in parts if each["next_due"]),
            key=lambda row: str(row["due_at"]),
            default=None,
        ),
        "is_whole": all(each["is_whole"] for each in parts),
        "most": SHOWN,
        "news": news,
        "news_more": bool(rest),
        "mine": mine,
        "is_both": is_both,
        "has_own_items": bool(_own_items(desk)),
        "department": department,
        "departments": choices,
        "address": partial(list_address, "desk", asked),
    }
    return page_of_desk(desk, "today", values)


def _today_of(desk: Desk, name: str, shown: RowContext, wanted: CaseFilter) -> dict[str, Any]:
    """Return today's parts of one department: three requests, however many cases it has."""
    cases, now = desk.services.cases, shown.now
    may_see = partial(_sees, desk, "see_case")  # a name may be a department's of another region too
    midnight = datetime.combine(now.astimezone(shown.zone).date(), time.min, shown.zone)
    until = midnight + timedelta(days=2)
    dated = cases.listed("permit", name, last_before(until), READ)
    is_due = any(each.due_at is not None and each.due_at >= now for each in dated)
    later = cases.listed("permit", name, UNDATED if is_due else due_from(until), READ)
    cards = cases.listed("card", name, ListRange(), READ)
    seen = [[each for each in listed if may_see(each)] for listed in (dated, later)]
    sorted_cases = view.sort_today(seen[0], seen[1], until, shown, wanted)
    rows = (view.card_row(each, shown) for each in cards if _sees(desk, "see_card", each))
    return {
        **asdict(sorted_cases),
        "cards": [row for row in rows if row["to_answer"]],
        "is_whole": READ not in (len(dated), len(later), len(cards)),
    }


def list_cases(desk: Desk) -> Response:
    """List the open cases of a department, those due first first."""
    query = desk.query
    check_names(query, {"lang", "department", "lamp", "state", "item", "mine", "after"})
    lamp = read_choice(query, "lamp", OPEN_LAMPS) or ""
    state = read_choice(query, "state", view.CASE_STATES) or ""
    item, mine = read_name(query, "item"), query.get("mine") == "1"
    department, choices = _department(desk, "see_case")
    shown, wanted = (
        shown_now(desk),
        CaseFilter(lamp, state, item, _own_items(desk) if mine else _NONE),
    )
    may_see = partial(_sees, desk, "see_case")
    begin = UNDATED if lamp == "pending" or state == "pending" else ListRange()
    row = partial(view.case_row, shown=shown)
    page = _read_page(
        desk, ("permit", department), begin, lambda each: wanted.has(each) and may_see(each), row
    )
    is_whole = not (page.after or query.get("after"))
    chosen = {"department": department if choices else "", "lamp": lamp, "state": state}
    chosen |= {"item": item, "mine": "1" if mine else ""}
    values = {
        "rows": page.rows,
        "total": len(page.rows) if is_whole else _total(desk, department, wanted),
        "next": page.after and list_address("desk/cases", chosen, after=page.after),
        "first": list_address("desk/cases", chosen) if query.get("after") else "",
        "chosen": chosen,
        "department": department,
        "departments": choices,
        "items": desk.services.item_names.of_department(department),
        "has_own_items": bool(_own_items(desk)),
        "address": partial(list_address, "desk/cases", chosen),
        "lamps": OPEN_LAMPS,
        "states": view.CASE_STATES,
    }
    return page_of_desk(desk, "cases", values)


_NONE: frozenset[str] = frozenset()


def _read_page(
    desk: Desk,
    listed: tuple[CaseKind, str],
    begin: ListRange,
    has: Callable[[CaseSnapshot], bool],
    row: Callable[[CaseSnapshot], dict[str, Any]],
) -> view.ListPage:
    """Read a page of a list from `?after=` on: no more than ROUNDS requests."""
    after = desk.query.get("after") or ""
    if after and not is_place(after):
        zh, en = "after 应为本列表上一页的结尾。", "after is where a page of this list ended"
        raise Rejected(422, zh=zh, en=en, field="after")
    kind, department = listed
    if not department:
        return view.ListPage([])
    found = view.ListPage([], after)
    for _ in range(ROUNDS):
        within = ListRange(since=begin.since, after=found.after)
        names = _spellings(desk, department)
        read, is_end = merge(
            [desk.services.cases.listed(kind, name, within, READ) for name in names], READ
        )
        page = view.page_of(read, has, row, PAGE - len(found.rows), is_end=is_end)
        found = view.ListPage([*found.rows, *page.rows], page.after)
        if not found.after or len(found.rows) >= PAGE:
            break
    return found


def _total(desk: Desk, department: str, wanted: CaseFilter) -> int | None:
    """Return how many cases the list has, by the board's counts; None where those do not tell."""
    if wanted.state or wanted.item or wanted.items or not department:
        return None
    if not _is_counted_alone(desk, department):
        return None
    tally = desk.services.board.tallies([department]).get(department)
    lamps = tally.lamps if tally else {}
    return sum(lamps.get(lamp, 0) for lamp in ([wanted.lamp] if wanted.lamp else OPEN_LAMPS))


def _is_counted_alone(desk: Desk, department: str) -> bool:
    """Return whether the counts under the name are of what this person's list has, and all of it.

    A name may be borne by a department of another region, and a department may continue others.
    """
    bearing = [
        each
        for each in desk.services.organisation.units().departments
        if each.is_called(department)
    ]
    mine = (each for each in desk.who.callers if each.department == department)
    is_limited = any(each.regions for each in mine)
    is_one = len(bearing) == 1 or not (bearing or is_limited)
    return is_one and desk.services.keepers.names(department) == (department,)


def _department(desk: Desk, act: "Act") -> tuple[str, list[str]]:
    """Return the department whose list is wanted, and those to choose from where there are more.

    Raises Rejected (403) where none of the posts reaches it.
    """
    wanted, callers = read_name(desk.query, "department"), desk.who.with_right(act)
    if all(each.role in ("clerk", "department") for each in callers):
        return _own_department(desk)
    reveal = desk.services.name_tokens.name_of
    every = {reveal(name) for name in desk.services.board.department_names()}
    return wanted, sorted(every)


def _own_department(desk: Desk) -> tuple[str, list[str]]:
    """Return the own department that is wanted, by default the first, and those to choose from.

    Raises Rejected (403): another one is wanted.
    """
    wanted, own = read_name(desk.query, "department"), own_departments(desk)
    if wanted and wanted not in own:
        zh, en = "您的岗位只能查看本部门的办件和牌。", "your posts see your own department only"
        raise Rejected(403, zh=zh, en=en, field="department")
    return wanted or own[0], own if len(own) > 1 else []


def _sees(desk: Desk, act: "Act", snapshot: CaseSnapshot) -> bool:
    kept = kept_today(desk.services, snapshot)
    return any(kept.is_within(caller, act) for caller in desk.who.callers)


def list_cards(desk: Desk) -> Response:
    """List the cards of a department: those to answer first to answer, then the others."""
    query = desk.query
    check_names(query, {"lang", "department", "level", "state", "after"})
    level = read_choice(query, "level", CARD_LEVELS) or ""
    state = read_choice(query, "state", CARD_STATES) or CARD_STATES[0]
    department, choices = _department(desk, "see_card")
    row, may_see = partial(view.card_row, shown=shown_now(desk)), partial(_sees, desk, "see_card")

    def has(snapshot: CaseSnapshot) -> bool:
        is_wanted = state == "every" or bool(row(snapshot)["to_answer"])
        return is_wanted and level in ("", snapshot.level) and may_see(snapshot)

    page = _read_page(desk, ("card", department), ListRange(), has, row)
    chosen = {"department": department if choices else "", "level": level, "state": state}
    values = {
        "rows": page.rows,
        "next": page.after and list_address("desk/cards", chosen, after=page.after),
        "first": list_address("desk/cards", chosen) if query.get("after") else "",
        "chosen": chosen,
        "department": department,
        "departments": choices,
        "address": partial(list_address, "desk/cards", chosen),
        "levels": CARD_LEVELS,
        "states": CARD_STATES,
    }
    return page_of_desk(desk, "cards", values)


def _own_items(desk: Desk) -> frozenset[str]:
    return view.own_items(desk.who.person.held_on(desk.who.day))


def _spellings(desk: Desk, department: str) -> tuple[str, ...]:
    spelt = desk.services.name_tokens.spellings_lately
    names = desk.services.keepers.names(department)  # its own, and those that it continues
    return tuple(each for name in names for each in spelt(name))


def shown_now(desk: Desk) -> RowContext:
    """Return how rows are shown at this moment."""
    services = desk.services
    return RowContext(services.now(), services.profile().zone, services.item_names.current())


def page_of_desk(desk: Desk, page: str, values: Mapping[str, Any]) -> Response:
    """Answer with a page of this folder, with names instead of their tokens."""
    return desk.page(FOLDER, page, desk.services.name_tokens.reveal(values), filters=_FILTERS)
