"""A form of the inspectors' desk: sent once, or shown again with what was typed and what is wrong.

A refusal that the person can do something about (403, 409, 422, 429) is the page as it is now, with
his words still in it. Anything else is an error page.
"""

from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from chalice.app import Response

from chalicelib.desk.answering import Desk
from chalicelib.desk.inspector.reached import line_of
from chalicelib.desk.signed_in import read_form, read_form_key
from chalicelib.errors import Rejected
from chalicelib.plumbing.problems import count_denial

if TYPE_CHECKING:
    from chalicelib.intake.taken import ReceivedEvent

_SHOWN_AGAIN = (
    *(HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT),
    *(HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS),
)


class Typed(NamedTuple):
    """What was typed into a form that was refused, under its *key*, and why."""

    form: Mapping[str, str]
    key: str
    refusal: Rejected

    @property
    def status(self) -> int:
        """The status of the page that shows it again."""
        return self.refusal.status

    @property
    def kept_key(self) -> str:
        """The key for the next try: the same one where nothing can be on record under it."""
        is_wrong = self.status == HTTPStatus.UNPROCESSABLE_ENTITY
        return self.key if is_wrong else ""


def send(
    desk: Desk,
    request: Any,
    take: Callable[[Mapping[str, str], str], str],
    show: Callable[[Typed], Response],
) -> Response:
    """Read the form, *take* it under its key and go on at the address that this returns.

    *show* is the page again, where the form is refused. Crash after it is taken: sent again, the
    same form is the same act.
    """
    form = read_form(desk.services, request, desk.who)
    _ = desk.services.receipts  # before anything is recorded: it needs its key
    key = read_form_key(form)
    fields = {name: text.replace("\r\n", "\n") for name, text in form.items()}
    if not key:
        zh = "表单不完整，请重新打开页面后提交。"
        raise Rejected(422, zh=zh, en="the form is not complete; open the page again", field="key")
    try:
        address = take(fields, key)
    except Rejected as refusal:
        if refusal.status not in _SHOWN_AGAIN:
            raise
        count_denial(refusal)
        return show(Typed(fields, key, refusal))
    return desk.to(address)


def pressed(form: Mapping[str, str], acts: Collection[str]) -> str:
    """Return which of the *acts* of a page its form asks for. Raises Rejected (422)."""
    act = form.get("act", "")
    if act not in acts:
        zh, en = "请从页面上的按钮提交。", "use a button of the page"
        raise Rejected(422, zh=zh, en=en, field="act")
    return act


def status_of(typed: Typed | None) -> int:
    """Return the status of a page: of one that is shown again, that of the refusal."""
    return typed.status if typed else 200


def receipt_address(done: "ReceivedEvent") -> str:
    """Return where the receipt of an act is."""
    about = urlencode({"case": done.event["subject"], "act": done.event["id"]})
    return f"desk/receipts?{about}"


def form_values(desk: Desk, typed: Typed | None) -> dict[str, Any]:
    """Return what the forms of a page are filled with: nothing, or what was typed before."""
    if typed is None:
        return {"typed": {}, "kept_key": "", "problems": [], "wrong": {}}
    field, act = typed.refusal.field or "", typed.form.get("act", "")
    name = f"text_{act}" if field in ("text", "reason") and act else field
    line = line_of(desk, typed.refusal)
    return {
        "typed": dict(typed.form),
        "kept_key": typed.kept_key,
        "problems": [(name if name in typed.form else "", line)],
        "wrong": {name: line},
    }
