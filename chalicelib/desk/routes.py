"""`GET /desk`: what this person has to do today, by the posts that he holds."""

from chalice.app import Blueprint, Response

from chalicelib.desk.answering import FOLDER, Desk, desk_page

blueprint = Blueprint(__name__)


@blueprint.route("/desk", methods=["GET"])
@desk_page
def desk(desk: Desk) -> Response:
    """Show what is to be done today."""
    return desk.page(FOLDER, "today", {})
