"""Every form, with a field that is missing, or that no table and no reader was made for.

Whoever is signed in may send what he likes. It is refused, and rings nobody's alarm: no 500.
"""

from urllib.parse import quote

import pytest

from tests.integration.test_form_attacks import FORMS, filled
from tests.support.inspected import inspected_county, proposal_in
from tests.support.signing_in import Browser, appointment

STEPS = {"/desk/passkeys": ("step", ("begin", "offer", "to_vouch", "vouch", "revoke"))}
SIGNED = {"/desk/sign": ("act", ("confirm", "decide", "accept", "find", "appeal"))}
ACTS = {**STEPS, **SIGNED, "/desk/leads/{lead_id}": ("act", ("close",))}
NAMES = ("case", "card", "claim", "rule", "text", "text_open", "signature", "act", "session")
OF_KEYS = ("person", "role", "registration", "key", "entry", "code", "ground", "seen")
LONG, DEEP = "字" * 700, "[" * 20_000


@pytest.fixture(scope="module")
def county():
    """Give a county with a card and a proposal."""
    with inspected_county() as made:
        yield made


@pytest.fixture(scope="module")
def sender(county):
    """Give the browser of an inspector who is also the clerk and the head of a department."""
    posts = appointment("inspector"), appointment("clerk", "Housing")
    browser = Browser(county.services, "sender", *posts, appointment("department", "Housing"))
    browser.get("/desk")
    return browser


@pytest.mark.parametrize("odd", [None, LONG, DEEP], ids=["none", "long", "deep"])
@pytest.mark.parametrize("path", [path for path in FORMS if not path.startswith("/sign")])
def test_a_form_with_one_odd_field_is_refused(county, sender, path, odd):
    """One field after another, the others as they should be."""
    good = {"case": "hall:1", "card": proposal_in(county, "1"), "claim": "0", "rule": "V-15"}
    good |= {"text": "因为", "text_open": "因为", "reason": "因为", "key": "k" * 24, "role": ""}
    name, acts = ACTS.get(path, ("act", ("confirm",)))
    for act in acts:
        for field in (*NAMES, *OF_KEYS):
            form = {**good, name: act, f"text_{act}": "因为", "csrf": sender.form_token}
            form |= {field: odd} if odd is not None else {}
            if odd is None:
                form.pop(field, None)
            answer = sender.post(filled(county, path), **form)
            assert answer.status_code < 500, (act, field, answer.body[:300])


def test_a_search_for_a_text_that_grows_finds_nothing(sender):
    """One letter of Unicode, put into its plain form, may be eighteen."""
    answer = sender.get(f"/desk/search?q={quote('ﷺ' * 150)}")
    assert answer.status_code == 200, answer.body[:300]
