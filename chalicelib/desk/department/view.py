"""What a department's desk lists: cases by when they are due, cards by when to answer them.

Pure: snapshots in, rows for a page out. Rows name an item by the catalogue in force.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from chalicelib.cases.case_id import parts_of
from chalicelib.cases.list_range import place_of
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.desk.addresses import case_address
from chalicelib.instant import local
from chalicelib.intake.event_types import Reported
from chalicelib.people.person import Appointment

CASE_STATES = ("open", "paused", "pending")
PARTS = ("today", "tomorrow", "overdue", "waiting", "cards")  # of the page of today
TO_ANSWER = ("issued", "acknowledged", "sent_back")
_TO_THE_APPLICANT = frozenset({Reported.CASE_SUPPLEMENT_NOTIFIED, Reported.CASE_SUSPENDED})
_MINUTE = timedelta(minutes=1)


class RowContext(Struct, frozen=True):
    """How rows are shown: at *now*, in *zone*, with the *names* of items by their codes."""

    now: datetime
    zone: tzinfo
    names: Mapping[str, str]


class CaseFilter(Struct, frozen=True):
    """Which cases of a list are wanted. An empty *lamp*, *state*, or *item* is any.

    *items* are those of the reader's own posts, where only his are wanted; none being all.
    """

    lamp: str = ""
    state: str = ""
    item: str = ""
    items: frozenset[str] = frozenset()

    def has(self, snapshot: CaseSnapshot) -> bool:
        """Return whether a case is wanted."""
        return (
            self.lamp in ("", snapshot.lamp)
            and self.state in ("", state_of(snapshot))
            and self.item in ("", snapshot.item)
            and (not self.items or snapshot.item in self.items)
        )


def state_of(snapshot: CaseSnapshot) -> str:
    """Return whether a case runs (open), stands still (paused) or is not accepted (pending)."""
    if snapshot.lamp == "pending":
        return "pending"
    return "paused" if snapshot.is_paused else "open"


def own_items(posts: Iterable[Appointment]) -> frozenset[str]:
    """Return the items of the *posts*; none where one of them handles all of its department's."""
    every = [frozenset(post.items) for post in posts if post.department]
    return frozenset().union(*every) if every and all(every) else frozenset()


def case_row(snapshot: CaseSnapshot, shown: RowContext) -> dict[str, Any]:
    """Return the row of one open case; its number is the one of its intake system."""
    source, _, number = snapshot.case.partition(":")
    due_at = snapshot.due_at
    return {
        "href": f"desk/cases/{case_address(snapshot.case)}",
        "number": number or source,
        "item": snapshot.item,
        "item_name": shown.names.get(snapshot.item, ""),
        "department": snapshot.department,
        "lamp": snapshot.lamp,
        "state": state_of(snapshot),
        "due_at": local(due_at, shown.zone) if due_at else "",
        "left_minutes": (due_at - shown.now) // _MINUTE if due_at else None,
        "missing": snapshot.waits_for,
        "in_doubt": snapshot.is_in_doubt,
        "unjudged": snapshot.is_unjudged(shown.now),
        "news": snapshot.claims.number,
    }


def waits_for_applicant(snapshot: CaseSnapshot) -> bool:
    """Return whether the next step is the applicant's: papers to mend, or a procedure that runs."""
    return snapshot.is_paused or snapshot.told in _TO_THE_APPLICANT


def card_row(snapshot: CaseSnapshot, shown: RowContext) -> dict[str, Any]:
    """Return the row of one card: what for, its state, and until when it is to be answered."""
    card = parts_of(snapshot.case)[0]
    due = snapshot.dues.get("response")
    about = snapshot.about
    window = snapshot.dues.get("appeal_window")
    source, _, number = about.get("case", "").partition(":")
    return {
        "href": f"desk/cards/{card}",
        "id": card,
        "level": snapshot.level,
        "form": "" if snapshot.lamp == "proposed" else "card",
        "state": snapshot.lamp,
        "department": snapshot.department,
        "item": snapshot.item,
        "item_name": about.get("item_words") or shown.names.get(snapshot.item, ""),
        "number": number or source,
        "rule": about.get("rule", ""),
        "ground": about.get("ground", ""),
        "rule_title": about.get("rule_words", ""),
        "ground_text": about.get("ground_words", ""),
        "due_at": local(due.at, shown.zone) if due else "",
        "left_minutes": (due.at - shown.now) // _MINUTE if due else None,
        "window": local(window.at, shown.zone) if window else "",
        "missing": due.waits_for if due else "",
        "in_doubt": False,
        "to_answer": snapshot.lamp in TO_ANSWER and due is not None,
    }


class Today(Struct, frozen=True):
    """The parts of the page of today, each a list of rows; *next_due* is set where nothing is."""

    today: list[dict[str, Any]]
    tomorrow: list[dict[str, Any]]
    overdue: list[dict[str, Any]]
    waiting: list[dict[str, Any]]
    next_due: dict[str, Any] | None = None


def sort_today(
    dated: Sequence[CaseSnapshot],
    later: Sequence[CaseSnapshot],
    until: datetime,
    shown: RowContext,
    wanted: CaseFilter,
) -> Today:
    """Sort what is due before *until*, the end of today in two days' time, by the local day.

    *dated* come the last first; *later* are due after that, or have no due instant yet.
    """
    rows: dict[str, list[dict[str, Any]]] = {"today": [], "tomorrow": [], "overdue": []}
    midnight = until - timedelta(days=1)
    for snapshot in filter(wanted.has, reversed(dated)):
        due_at = snapshot.due_at
        if due_at is not None:
            is_over = due_at < shown.now
            part = "overdue" if is_over else "today" if due_at < midnight else "tomorrow"
            rows[part].append(case_row(snapshot, shown))
    waiting, next_due = [], None
    for snapshot in filter(wanted.has, later):
        if snapshot.due_at is not None:
            next_due = next_due or case_row(snapshot, shown)
        elif waits_for_applicant(snapshot):
            waiting.append(case_row(snapshot, shown))
    return Today(rows["today"], rows["tomorrow"], rows["overdue"], waiting, next_due)


class ListPage(Struct, frozen=True):
    """The *rows* of one page of a list, and the place *after* which the next one begins."""

    rows: list[dict[str, Any]]
    after: str = ""


def page_of(
    snapshots: Sequence[CaseSnapshot],
    has: Callable[[CaseSnapshot], bool],
    row: Callable[[CaseSnapshot], dict[str, Any]],
    most: int,
    *,
    is_end: bool,
) -> ListPage:
    """Return the rows of the first *most* of *snapshots* that the list *has*.

    *is_end*: behind them there are no more.
    """
    rows: list[dict[str, Any]] = []
    for number, snapshot in enumerate(snapshots, 1):
        if has(snapshot):
            rows.append(row(snapshot))
        if len(rows) == most and not (is_end and number == len(snapshots)):
            return ListPage(rows, place_of(snapshot))
    return ListPage(rows, "" if is_end or not snapshots else place_of(snapshots[-1]))


def list_address(path: str, chosen: Mapping[str, str], **change: str) -> str:
    """Return the address of a list with what is *chosen*, some of it changed; empty: left out."""
    given = {name: value for name, value in {**chosen, **change}.items() if value}
    return f"{path}?{urlencode(given)}" if given else path
