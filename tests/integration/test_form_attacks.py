"""Every form there is, sent by another site, by another session or from a frame (PEOPLE §12)."""

import re
from urllib.parse import quote

import pytest

import app
from tests.support.desk_paths import is_for_people
from tests.support.inspected import inspected_county, proposal_in
from tests.support.signing_in import HOST, Browser, appointment

OURS = {"Origin": f"https://{HOST}"}
BY_SIGNATURE = "/signin/backchannel"  # the identity provider's own server sends it
FORMS = sorted(
    path
    for path, methods in app.app.routes.items()
    if is_for_people(path) and "POST" in methods and path != BY_SIGNATURE
)


@pytest.fixture(scope="module")
def county():
    """Give a county with a card and a proposal."""
    with inspected_county() as made:
        yield made


def filled(county, path):
    """Return the address of a form, of what there is."""
    card = proposal_in(county, "1")
    names = {"case_id": quote("hall:1", safe=""), "card_id": card, "kind": "held"}
    return re.sub(r"{(\w+)}", lambda found: names.get(found[1], "x"), path)


def state(county):
    """Return all that is stored but what says that a session is in use, or was denied."""
    tables = county.cloud.items
    return {name: len(tables[name]) for name in tables} | {"inbox": str(tables["test-Inbox"])}


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {}],
    ids=str,
)
def test_a_form_that_another_site_sends_does_nothing(county, path, headers):
    """With the token and all: it is `Origin` that shows it. 404: what it names is not there."""
    browser = Browser(county.services, "inspector", appointment("inspector"))
    browser.get("/desk")
    before = state(county)
    form = {"csrf": browser.form_token, "key": "k" * 24, "act": "confirm"}
    answer = browser.send_form(filled(county, path), form, **headers)
    assert answer.status_code in (403, 404), answer.body
    assert state(county) == before


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("token", ["", "0" * 64, "another"])
def test_a_form_without_the_token_of_its_session_does_nothing(county, path, token):
    """None, a made-up one, or one that is good in another session."""
    browser = Browser(county.services, "inspector", appointment("inspector"))
    if token == "another":
        other = Browser(county.services, "other", appointment("inspector"))
        other.get("/desk")
        token = other.form_token
    before = state(county)
    form = {"csrf": token, "key": "k" * 24, "act": "confirm"}
    answer = browser.send_form(filled(county, path), form, **OURS)
    assert answer.status_code in (403, 404), answer.body
    assert state(county) == before


@pytest.mark.parametrize(
    ("path", "status"),
    [("/signin", 200), ("/signin/callback", 400), ("/desk", 200), ("/desk/settings", 200),
     ("/desk/claims", 200), ("/desk/cards/none", 404), ("/signin/invitation?code=x", 403)],
)  # fmt: skip
def test_no_page_is_shown_in_a_frame(county, path, status):
    """So nobody presses a button that he does not see; pages of refusals too."""
    browser = Browser(county.services, "inspector", appointment("inspector"))
    answer = browser.get(path)
    assert answer.status_code == status
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
