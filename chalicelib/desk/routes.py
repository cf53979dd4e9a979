"""The addresses that several roles have in common: what each shows is in the folder of the role.

Whoever holds posts of two kinds sees the page of the first post that has one.
"""

from chalice.app import Blueprint, Response

from chalicelib.desk.answering import FOLDER, Desk, desk_page
from chalicelib.desk.inspector.reached import SUPERVISING
from chalicelib.desk.inspector.routes import work_page

blueprint = Blueprint(__name__)


@blueprint.route("/desk", methods=["GET"])
@desk_page
def desk(desk: Desk) -> Response:
    """Show what is to be done today, by the posts that this person holds."""
    if desk.who.roles & {*SUPERVISING}:
        return work_page(desk)
    return desk.page(FOLDER, "today", {})
