"""The work list of inspectors, the alert feed, the health of the stage, and the leads.

`work_page` is what `GET /desk` shows to them. `GET /desk/work/{kind}` has one kind of work, a page
at a time. `GET /desk/alerts` begins behind what the reader marked as read; `POST` moves that mark.
"""

from itertools import islice
from typing import TYPE_CHECKING, Any, cast, get_args
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.board.view import local_time
from chalicelib.calendar.workdays import missing_years
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.work_list import LIST_OF, WorkKind, work_place
from chalicelib.desk.answering import Desk, desk_page
from chalicelib.desk.inspector.alert_view import (
    SCANNED,
    AlertPage,
    cases_behind,
    name_cases,
    type_choices,
)
from chalicelib.desk.inspector.reached import FOLDER, reach, shown_now, supervising, words_in
from chalicelib.desk.inspector.work_view import SHOWN, by_kind, claim_row, sweep_state, work_row
from chalicelib.desk.signed_in import FORM, read_form
from chalicelib.errors import Rejected
from chalicelib.feed.alerts import TYPES
from chalicelib.log.objects import published_size
from chalicelib.people.rights import Act, roles_for
from chalicelib.plumbing.query import read_choice, read_index, read_name
from chalicelib.plumbing.swept import last_swept

if TYPE_CHECKING:  # the stores are heavy
    from chalicelib.desk.inspector.read_marks_store import ReadMarks

LISTED = 300  # cases of a list that one page reads
PAGE = 50
KINDS = get_args(WorkKind)

blueprint = Blueprint(__name__)


def work_page(desk: Desk, *, is_both: bool = False) -> Response:
    """Show what waits for an inspector: the first of each kind, and how many there are.

    *is_both*: he works for a department too, and has its page of today.
    """
    supervising(desk)
    services = desk.services
    lists = {name: services.cases.to_do(name, LISTED) for name in ("decide", "look")}
    contested, rest = services.cases.contested("", PAGE)
    rows = by_kind(_rows(desk, [*lists["decide"], *lists["look"]]))
    claims = [*_claim_rows(desk, contested)]
    values = {
        "rows": rows,
        "is_both": is_both,
        "claims": claims,
        "claims_more": bool(rest),
        "is_whole": all(len(each) < LISTED for each in lists.values()),
        "most": SHOWN,
        "listed": LISTED,
        "sweep": sweep_state(last_swept(services.registry), services.wall()),
        "may_decide": desk.who.has_right("decide"),
        "may_find": desk.who.has_right("enter_finding"),
        "may_see_leads": desk.who.has_right("see_lead"),
    }
    return desk.page(FOLDER, "work", services.name_tokens.reveal(values))


def _rows(desk: Desk, snapshots: list[CaseSnapshot]) -> list[dict[str, Any]]:
    """Return the rows of those *snapshots* that the person may see."""
    shown = shown_now(desk)
    return [work_row(each, shown) for each in snapshots if _sees(desk, each)]


def _sees(desk: Desk, snapshot: CaseSnapshot) -> bool:
    right: Act = "see_lead" if snapshot.kind == "sealed" else "see_case"
    # The list does not know what a lead is about: to who has a department none is listed.
    has_own = any(post.posted_in for post in desk.who.callers)
    if right == "see_lead" and (has_own or not desk.who.has_right(right)):
        return False
    return reach(desk, right, snapshot) is not None


def _claim_rows(desk: Desk, snapshots: list[CaseSnapshot]) -> list[dict[str, Any]]:
    shown = shown_now(desk)
    return [claim_row(each, shown) for each in snapshots if _sees(desk, each)]


@blueprint.route("/desk/work/{kind}", methods=["GET"])
@desk_page
def work(desk: Desk, kind: str) -> Response:
    """Show one kind of work, a page of it."""
    supervising(desk)
    if kind not in KINDS:
        raise Rejected(404, zh="没有这一类待办。", en="there is no such kind of work")
    if kind == "lead":
        desk.who.with_right("see_lead")  # an empty list would say that there are none
    wanted = cast("WorkKind", kind)
    after = read_name(desk.query, "after")
    listed = desk.services.cases.to_do(LIST_OF[wanted], PAGE + 1, wanted, after)
    last = work_place(listed[PAGE - 1]) if len(listed) > PAGE else None
    values = {
        "kind": kind,
        "rows": _rows(desk, listed[:PAGE]),
        "read": len(listed[:PAGE]),
        "first": f"desk/work/{kind}" if after else "",
        "next": f"desk/work/{kind}?{urlencode({'after': last.place})}" if last else "",
    }
    return desk.page(FOLDER, "work_kind", desk.services.name_tokens.reveal(values))


@blueprint.route("/desk/alerts", methods=["GET"])
@desk_page
def alerts(desk: Desk) -> Response:
    """Show the alerts behind those that the person has read, in the order of the log."""
    posts = [post for post in supervising(desk) if post.role in roles_for("see_alerts")]
    services, query = desk.services, desk.query
    wanted_type = read_choice(query, "type", TYPES)
    department = read_name(query, "department")
    after = read_index(query, "after", zh="after 是一条消息的序号。", en="after is an index")
    begin = _marks(desk).find(desk.who.person.id) if after is None else after
    words = words_in(desk)

    def is_reached(owner: str, region: str) -> bool:
        kept = services.keepers.of(owner, region)
        return any(kept.is_within(post, "see_alerts") for post in posts)

    page = AlertPage(services.profile().zone, words, is_reached)
    entries = islice(services.log_reader.entries(begin + 1, SCANNED), SCANNED)
    page.add_all(entries, wanted_type, department)
    name_cases(page.rows, services.cases.get_all(cases_behind(page.rows)), shown_now(desk))
    following = urlencode({**dict(query), "after": page.reached}) if page.reached >= 0 else ""
    values = {
        "rows": page.rows,
        "left_out": page.left_out,
        "begin": begin,
        "reached": page.reached,
        "next": f"desk/alerts?{following}"
        if page.is_full or page.reached >= begin + SCANNED
        else "",
        "types": type_choices(words),
        "wanted_type": wanted_type or "",
        "department": department,
    }
    return desk.page(FOLDER, "alerts", services.name_tokens.reveal(values))


@blueprint.route("/desk/alerts", methods=["POST"], content_types=[FORM])
@desk_page
def mark_read(desk: Desk) -> Response:
    """Save how far the person has read; a mark may be moved back."""
    supervising(desk)
    form = read_form(desk.services, blueprint.current_request, desk.who)
    zh, en = "请写明读到哪一条。", "say how far it is read"
    index = read_index(form, "read", zh=zh, en=en)
    if index is None:
        raise Rejected(422, zh=zh, en=en, field="read")
    _marks(desk).move(desk.who.person.id, index)
    return desk.to("desk/alerts")


def _marks(desk: Desk) -> "ReadMarks":
    from chalicelib.desk.inspector.read_marks_store import ReadMarks

    return ReadMarks(desk.services.settings.signin_table)


@blueprint.route("/desk/health", methods=["GET"])
@desk_page
def health(desk: Desk) -> Response:
    """Show whether cases are looked through and the log is published, and how far behind."""
    supervising(desk)
    services = desk.services
    zone, through = services.profile().zone, services.board.through()
    calendar, today = services.calendar(), services.now().astimezone(zone).date()
    values = {
        "sweep": sweep_state(last_swept(services.registry), services.wall()),
        "through": through.index,
        "data_at": local_time(through.at, zone),
        "sealed": services.log.head().size,
        "published": published_size(services.objects),
        "missing": missing_years(calendar, today),
    }
    return desk.page(FOLDER, "health", values)
