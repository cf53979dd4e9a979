"""Which right each door asks for: the doors of the API and the pages, with what is sent there.

A new route is a row here, or tests/integration/test_rights_table.py fails. *about* is what the
right has to reach: the case, the card or the department Housing in 370102, or nothing (a list,
which shows what is within reach). *is_supervising*: a page of those who supervise, which the
department has another page for.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.people.rights import Act

CASE, CARD, DEPARTMENT, NOTHING = "case", "card", "department", ""


class Door(NamedTuple):
    """A method and path with the *right* it asks for, what it is *about*, and what is sent."""

    method: str
    path: str
    right: Act
    about: str = NOTHING
    body: Mapping[str, Any] | None = None
    query: str = ""
    is_supervising: bool = False


_WORDS, _REASON = {"text": "已加派人手，现场核查"}, {"reason": "有当日的送达回证"}
_CARD, _CASE = "/v1/cards/{card_id}", "/v1/cases/{case_id}"

DOORS: tuple[Door, ...] = (
    Door("GET", "/v1/cases", "see_case"),
    Door("GET", _CASE, "see_case", CASE),
    Door("GET", f"{_CASE}/explain", "see_case", CASE),
    Door("GET", "/v1/claims", "decide_claim", query="?state=contested"),
    Door("POST", f"{_CASE}/claims/{{number}}/accept", "decide_claim", CASE, _REASON),
    Door("POST", f"{_CASE}/claims/{{number}}/refuse", "decide_claim", CASE, _REASON),
    Door(
        "POST",
        "/v1/claims/refuse",
        "decide_claim",
        body={"claims": [{"case": "hall:1", "n": 1}], **_REASON},
    ),
    Door("GET", "/v1/alerts", "see_alerts"),
    Door(
        "POST",
        f"{_CASE}/findings",
        "enter_finding",
        CASE,
        {"rule": "V-15", "text": "不予受理没有书面凭证"},
    ),
    Door("POST", f"{_CASE}/transfers/{{number}}/agree", "answer_transfer", CASE),
    Door("POST", f"{_CASE}/transfers/{{number}}/decline", "answer_transfer", CASE, _REASON),
    Door("POST", f"{_CASE}/reassign", "reassign", CASE, {"department": "Parks", **_REASON}),
    Door("GET", "/v1/leads", "see_lead"),
    Door("POST", "/v1/leads", "see_lead", body={}),
    Door("GET", "/v1/leads/{lead_id}", "see_lead"),
    Door("POST", "/v1/leads/{lead_id}/hand-over", "see_lead", body={}),
    Door("POST", "/v1/leads/{lead_id}/receipt", "see_lead", body={}),
    Door("POST", "/v1/leads/{lead_id}/close", "see_lead", body={}),
    Door("GET", "/v1/cards", "see_card"),
    Door("GET", _CARD, "see_card", CARD),
    Door("GET", f"{_CARD}/documents/{{document}}", "see_card", CARD),
    Door("POST", f"{_CARD}/confirm", "confirm", CARD, {}),
    Door("POST", f"{_CARD}/dismiss", "confirm", CARD, _WORDS),
    Door("POST", f"{_CARD}/acknowledge", "acknowledge", CARD, {}),
    Door("POST", f"{_CARD}/respond", "respond", CARD, _WORDS),
    Door("POST", f"{_CARD}/send_back", "send_back", CARD, _WORDS),
    Door("POST", f"{_CARD}/appeal", "appeal", CARD, _WORDS),
    Door("POST", f"{_CARD}/decide", "decide", CARD, {"outcome": "upheld", **_WORDS}),
    Door("POST", f"{_CARD}/revoke", "decide", CARD, _WORDS),
    Door("GET", "/v1/scores", "see_scores", DEPARTMENT, query="?department=Housing&month=2026-11"),
)
_SAMPLE = "/v1/samples/{sample_id}"
DOORS += (
    Door("GET", "/v1/samples", "see_sample"),
    Door("POST", "/v1/samples", "draw_sample", body={}),
    Door("GET", _SAMPLE, "see_sample"),
    Door("POST", f"{_SAMPLE}/draw", "draw_sample", body={}),
    Door("POST", f"{_SAMPLE}/exchange", "draw_sample", body={}),
    Door("POST", f"{_SAMPLE}/review", "draw_sample", body={}),
)
# Pages of those who signed in, as the API's doors above; *body* is a form, sent with its token.
_FORM = {"text": "已加派人手，现场核查", "key": "0123456789abcdef"}
PAGES: tuple[Door, ...] = (
    Door("GET", "/desk/cases", "see_case"),
    Door("GET", "/desk/cases/{case_id}", "see_case", CASE),
    Door("GET", "/desk/cases/{case_id}/slip", "see_case", CASE),
    Door("GET", "/desk/cases/{case_id}/record", "see_case", CASE, is_supervising=True),
    Door("GET", "/desk/fields/{case_id}/{number}/{field}", "see_private", CASE),
    Door("POST", "/desk/fields/{case_id}/{number}/{field}", "see_private", CASE, _FORM),
    Door("GET", "/desk/opened/{case_id}", "see_private", CASE),
    Door("POST", "/desk/opened/{case_id}", "see_private", CASE, {"act": "x", **_FORM}),
    Door("GET", "/desk/cards", "see_card"),
    Door("GET", "/desk/cards/{card_id}", "see_card", CARD),
    Door("GET", "/desk/cards/{card_id}/documents/{document}", "see_card", CARD),
    Door("GET", "/desk/cards/{card_id}/{act}", "acknowledge", CARD),
    Door("POST", "/desk/cards/{card_id}/{act}", "acknowledge", CARD, _FORM),
    Door("GET", "/desk/claims", "see_case", is_supervising=True),
    Door("GET", "/desk/claims/{case_id}", "see_case", CASE, is_supervising=True),
    Door("GET", "/desk/claims/{case_id}/{number}", "see_case", CASE, is_supervising=True),
    Door(
        "POST", "/desk/claims/{case_id}/{number}", "decide_claim", CASE, _FORM, is_supervising=True
    ),
    Door("GET", "/desk/findings/new", "enter_finding", query="?case=hall%3A1"),
    Door(
        "POST",
        "/desk/findings/new",
        "enter_finding",
        CASE,
        {"case": "hall:1", **_FORM},
        is_supervising=True,
    ),
    Door("GET", "/desk/proposals/{card_id}", "see_card", CARD, is_supervising=True),
    Door(
        "POST",
        "/desk/proposals/{card_id}",
        "confirm",
        CARD,
        {"act": "confirm", **_FORM},
        is_supervising=True,
    ),
    Door("GET", "/desk/appeals/{card_id}", "see_card", CARD, is_supervising=True),
    Door(
        "POST",
        "/desk/appeals/{card_id}",
        "decide",
        CARD,
        {"outcome": "upheld", **_FORM},
        is_supervising=True,
    ),
    Door("GET", "/desk/answers/{card_id}", "see_card", CARD, is_supervising=True),
    Door(
        "POST",
        "/desk/answers/{card_id}",
        "send_back",
        CARD,
        {"act": "send_back", **_FORM},
        is_supervising=True,
    ),
    Door("GET", "/desk/papers/{card_id}/{document}", "see_card", CARD, is_supervising=True),
    Door("GET", "/desk/alerts", "see_alerts"),
    Door("POST", "/desk/alerts", "see_alerts", body=_FORM),
    Door("GET", "/desk/samples", "see_sample"),
    Door("POST", "/desk/samples", "draw_sample", body=_FORM),
    Door("GET", "/desk/samples/{sample_id}", "see_sample"),
    Door("POST", "/desk/samples/{sample_id}", "draw_sample", body=_FORM),
    Door("GET", "/desk/leads", "see_lead"),
    Door("POST", "/desk/leads", "see_lead", body={"act": "open", "text_open": "疑似", **_FORM}),
    Door("GET", "/desk/leads/{lead_id}", "see_lead"),
    Door("POST", "/desk/leads/{lead_id}", "see_lead", body={"act": "close", **_FORM}),
    Door("GET", "/desk/people", "see_people"),
    Door("GET", "/desk/search", "see_case", is_supervising=True),
    Door("GET", "/desk/work/{kind}", "see_case", is_supervising=True),
)
SIGNED = {("POST", "/v1/events")}  # a source's signature is its right
LOCAL = {("PUT", "/v1/clock")}  # the operator's, on a local stage; 404 to everybody on another
ANY_PERSON = {  # pages of everybody who signed in, with a post of whatever role
    ("GET", "/desk"),
    ("GET", "/desk/settings"),
    *(("GET", "/desk/health"), ("GET", "/desk/receipts"), ("GET", "/desk/passkey.js")),
    *(("POST", "/desk/passkeys"), ("POST", "/desk/sign")),  # each asks for the right of its act
    ("POST", "/desk/settings"),
}
PUBLIC_POSTS = {  # the way in and out
    ("POST", "/signin"),
    ("POST", "/signin/backchannel"),  # the identity provider's signature is its right
    ("POST", "/signin/invitation"),
    ("POST", "/signout"),
}
