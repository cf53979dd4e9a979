"""Files drawn for review (案卷抽查) at the desk: the list, one sample, and what is done about it.

`GET` and `POST /desk/samples`, `GET` and `POST /desk/samples/{id}`: the same functions as
`/v1/samples` (`sample/routes.py`), which keep the list and the draw out of anybody's hands.
"""

import json
from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.desk.answering import Desk, desk_page
from chalicelib.desk.inspector.forms import Typed, form_values, pressed, send, status_of
from chalicelib.desk.inspector.reached import FOLDER
from chalicelib.desk.inspector.sample_view import SOURCES, act_body, commit_body, sample_line
from chalicelib.desk.signed_in import FORM
from chalicelib.draw.exchange import EXCHANGE_REASONS
from chalicelib.people.caller import Caller
from chalicelib.people.rights import Act
from chalicelib.plumbing.query import decode_parameter
from chalicelib.sample.acts import DEFECTS
from chalicelib.sample.routes import (
    SampleRequest,
    act_on_sample,
    commit_sample,
    list_newest,
    show_sample,
)

SHOWN = 50  # samples on the page, the newest

blueprint = Blueprint(__name__)


@blueprint.route("/desk/samples", methods=["GET"])
@desk_page
def samples(desk: Desk) -> Response:
    """List the samples, with the form for a new one."""
    return _list(desk)


@blueprint.route("/desk/samples", methods=["POST"], content_types=[FORM])
@desk_page
def add_sample(desk: Desk) -> Response:
    """Commit to a list of files, from which a public value will draw."""

    def take(form: Mapping[str, str], key: str) -> str:
        body = json.dumps(commit_body(form)).encode()
        done = commit_sample(desk.services, _post(desk, "draw_sample"), SampleRequest(body, key))
        return f"desk/samples/{done['id']}"

    return send(desk, blueprint.current_request, take, lambda typed: _list(desk, typed))


@blueprint.route("/desk/samples/{sample_id}", methods=["GET"])
@desk_page
def sample(desk: Desk, sample_id: str) -> Response:
    """Show a sample: who was drawn, and what was found."""
    return _show(desk, sample_id)


@blueprint.route("/desk/samples/{sample_id}", methods=["POST"], content_types=[FORM])
@desk_page
def act(desk: Desk, sample_id: str) -> Response:
    """Enter the public value, exchange a drawn file, or say what was found in one."""

    def take(form: Mapping[str, str], key: str) -> str:
        body, name = act_body(form), pressed(form, ("draw", "exchange", "review"))
        caller, wanted = _post(desk, "draw_sample"), json.dumps(body).encode()
        request = SampleRequest(wanted, key)
        act_on_sample(desk.services, caller, decode_parameter(sample_id), name, request)  # type: ignore[arg-type]
        return f"desk/samples/{sample_id}"

    return send(desk, blueprint.current_request, take, lambda typed: _show(desk, sample_id, typed))


def _post(desk: Desk, right: Act) -> Caller:
    """Return the first post that has the *right*. Raises Rejected (403)."""
    return desk.who.with_right(right)[0]


def _list(desk: Desk, typed: Typed | None = None) -> Response:
    listed = list_newest(desk.services, _post(desk, "see_sample"), SHOWN)["samples"]
    values: dict[str, Any] = {
        **form_values(desk, typed),
        "rows": [sample_line(row) for row in listed],
        "may_draw": desk.who.has_right("draw_sample"),
        "sources": [(name, getattr(each, desk.language)) for name, each in SOURCES.items()],
    }
    return desk.page(FOLDER, "samples", values, status_of(typed))


def _show(desk: Desk, sample_id: str, typed: Typed | None = None) -> Response:
    caller, name = _post(desk, "see_sample"), decode_parameter(sample_id)
    shown = show_sample(desk.services, caller, name, is_page=True)
    possible = shown["possible"]
    values: dict[str, Any] = {
        **form_values(desk, typed),
        "sample": sample_line(shown),
        "acts": possible if desk.who.has_right("draw_sample") else [],
        "defects": list(DEFECTS.items()),
        "reasons": list(EXCHANGE_REASONS.items()),
    }
    return desk.page(FOLDER, "sample", values, status_of(typed))
