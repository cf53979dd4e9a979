"""The addresses that several roles have in common: what each shows is in the folder of the role.

Whoever supervises and works for a department too has both pages of today, each with a link to the
other. All else goes by right: a case, a card or a form is for whoever has a post that reaches it.
"""

from chalice.app import Blueprint, Response

from chalicelib.desk.answering import FOLDER, Desk, desk_page
from chalicelib.desk.inspector.reached import SUPERVISING
from chalicelib.desk.signed_in import FORM

blueprint = Blueprint(__name__)


@blueprint.route("/desk", methods=["GET"])
@desk_page
def desk(desk: Desk) -> Response:
    """Show what is to be done today, by the posts that this person holds."""
    from chalicelib.desk.department import list_routes
    from chalicelib.desk.inspector.routes import work_page

    supervises = bool(desk.who.roles & {*SUPERVISING})
    works_for = bool(list_routes.own_departments(desk))
    is_both = supervises and works_for
    if supervises and not (works_for and desk.query.get("as") == "department"):
        return work_page(desk, is_both=is_both)
    if works_for:
        return list_routes.today(desk, is_both=is_both)
    return desk.page(FOLDER, "today", {})


@blueprint.route("/desk/cases", methods=["GET"])
@desk_page
def cases(desk: Desk) -> Response:
    """List open cases."""
    from chalicelib.desk.department import list_routes

    return list_routes.list_cases(desk)


@blueprint.route("/desk/cases/{case_id}", methods=["GET"])
@desk_page
def case(desk: Desk, case_id: str) -> Response:
    """Show one case."""
    from chalicelib.desk.department import routes

    return routes.show_case(desk, case_id)


@blueprint.route("/desk/cases/{case_id}/slip", methods=["GET"])
@desk_page
def slip(desk: Desk, case_id: str) -> Response:
    """Show a case's slip, to be printed."""
    from chalicelib.desk.department import routes

    return routes.show_slip(desk, case_id)


@blueprint.route("/desk/cards", methods=["GET"])
@desk_page
def cards(desk: Desk) -> Response:
    """List cards."""
    from chalicelib.desk.department import list_routes

    return list_routes.list_cards(desk)


@blueprint.route("/desk/cards/{card_id}", methods=["GET"])
@desk_page
def card(desk: Desk, card_id: str) -> Response:
    """Show one card."""
    from chalicelib.desk.department import act_routes, list_routes
    from chalicelib.desk.inspector.card_routes import show_judged_card

    if desk.who.roles & {*SUPERVISING} and not list_routes.own_departments(desk):
        return show_judged_card(desk, card_id)
    return act_routes.show_card(desk, card_id)


@blueprint.route("/desk/cards/{card_id}/documents/{document}", methods=["GET"])
@desk_page
def document(desk: Desk, card_id: str, document: str) -> Response:
    """Show a document of a card."""
    from chalicelib.desk.department import routes

    return routes.document(desk, card_id, document)


@blueprint.route("/desk/cards/{card_id}/{act}", methods=["GET"])
@desk_page
def act(desk: Desk, card_id: str, act: str) -> Response:
    """Show the page of an act about a card."""
    from chalicelib.desk.department import act_routes

    return act_routes.show_act(desk, card_id, act)


@blueprint.route("/desk/cards/{card_id}/{act}", methods=["POST"], content_types=[FORM])
@desk_page
def take(desk: Desk, card_id: str, act: str) -> Response:
    """Do an act about a card."""
    from chalicelib.desk.department import act_routes

    return act_routes.take(desk, card_id, act)
