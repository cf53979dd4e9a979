"""`GET /desk/people`: who holds which post, since when and until when, and who has which passkey.

For whoever has the right `see_people`, within his regions. Six requests at most: everybody is read
once from the registry, and the passkeys of the people on the page at once.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.desk.answering import Desk, desk_page
from chalicelib.desk.inspector.people_view import mark_leave, mark_passkeys, tenure_rows
from chalicelib.desk.inspector.reached import FOLDER, MASKED, words_in
from chalicelib.people.person import Appointment
from chalicelib.people.rights import reaches
from chalicelib.plumbing.query import read_index, read_name

PAGE = 50

blueprint = Blueprint(__name__)


@blueprint.route("/desk/people", methods=["GET"])
@desk_page
def people(desk: Desk) -> Response:
    """Show who holds which post."""
    services, day, sees = desk.services, desk.who.day, _seen(desk)
    first = read_index(desk.query, "from", zh="from 是一个序号。", en="from is a number") or 0
    department = read_name(desk.query, "department")
    every = tenure_rows(services.people.all(), day, sees)
    listed = [row for row in every if department in ("", row["department"])]
    rows = listed[first : first + PAGE]
    sees_leave = bool(desk.who.roles - {MASKED})
    mark_leave(rows, services.organisation.whole().leaves if sees_leave else (), day)
    mark_passkeys(rows, services.passkeys.of_all({row["person"] for row in rows}), words_in(desk))
    values: dict[str, Any] = {
        "rows": rows,
        "total": len(listed),
        "departments": sorted({row["department"] for row in every if row["department"]}),
        "department": department,
        "sees_leave": sees_leave,
        "first": _address(department, 0) if first else "",
        "next": _address(department, first + PAGE) if len(listed) > first + PAGE else "",
    }
    return desk.page(FOLDER, "people", values)


def _address(department: str, first: int) -> str:
    chosen = {name: str(value) for name, value in (("department", department), ("from", first))}
    asked = urlencode({name: value for name, value in chosen.items() if value not in ("", "0")})
    return f"desk/people?{asked}" if asked else "desk/people"


def _seen(desk: Desk) -> Callable[[Appointment], bool]:
    """Return which posts the reader may see: of departments, or of supervisors, in his regions.

    Raises Rejected (403) where he has no right to any.
    """
    callers, day = desk.who.with_right("see_people"), desk.who.day
    organisation = desk.services.organisation.whole()
    department_of = {each.code: each.department for each in organisation.posts}

    def regions_of(post: Appointment) -> tuple[str, ...]:
        if not post.department:
            return post.regions
        unit = organisation.by_code.get(department_of.get(post.post, ""))
        return (organisation.region_tree.follow(unit.region, day),) if unit else ()

    def sees(post: Appointment) -> bool:
        """One whose region is not known is seen by those who have all."""
        places = regions_of(post) or ("",)
        return any(
            reaches(caller, "see_people", post.department, place)
            for caller in callers
            for place in places
        )

    return sees
