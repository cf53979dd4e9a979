"""Which buttons a form has whose act may be signed: by the profile, and by the site's name."""

import pytest

from chalicelib.desk.passkeys.signing import can_have_passkeys, signing_values
from chalicelib.policy.signing import SignatureRules

RULES = SignatureRules(confirm="required", dismiss="none")
ACTS = ("confirm", "dismiss", "revoke", "send_back")


@pytest.mark.parametrize(
    ("host", "can"),
    [
        ("duban.example.gov.cn", True),
        ("localhost:8000", True),
        ("127.0.0.1:8000", False),
        ("[::1]:8000", False),
        ("abc123.execute-api.cn-north-1.amazonaws.com.cn", False),
        ("abc123.execute-api.eu-central-1.amazonaws.com", False),
        ("", False),
        ("督办.example", False),
        ("[broken", False),
    ],
)
def test_a_passkey_is_for_a_domain_of_the_sites_own(host: str, can: bool) -> None:  # noqa: FBT001
    """Not for digits, nor for a gateway's name, which goes with the stage."""
    assert can_have_passkeys(host) is can


def test_an_act_is_offered_or_required_to_be_signed() -> None:
    """What the profile takes no signature for, and what nobody signs, is not among them."""
    values = signing_values("duban.example", RULES, ACTS, {"card": "c_x.1"})
    assert values["signing"] == {"confirm": "required", "dismiss": "none", "revoke": "offered"}
    assert values["is_scripted"] is True
    assert values["signed_about"] == {"card": "c_x.1"}


def test_a_site_without_a_name_offers_nothing_and_says_what_is_required() -> None:
    """No script is on such a page."""
    values = signing_values("10.0.0.1", RULES, ACTS, {})
    assert values["signing"] == {"confirm": "required"}
    assert (values["has_passkeys"], values["is_scripted"]) == (False, False)


def test_a_page_where_nothing_is_signed_has_no_script() -> None:
    """For instance one that only sends an answer back."""
    assert signing_values("duban.example", RULES, ("send_back",), {})["is_scripted"] is False
