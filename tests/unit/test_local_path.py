"""Where to go on after sign-in: what is a page of this site, and what a browser reads otherwise."""

import pytest

from chalicelib.desk.sign_in.local_path import local_path


@pytest.mark.parametrize(
    "to",
    [
        *(
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "\\\\evil",
            "evil",
            "",
            None,
        ),
        *("/\t/evil.example", "/\n/evil", "/desk//evil", "/a/../..//evil", "javascript:alert(1)"),
        *("/desk\r\nSet-Cookie: x=y", "/ evil", "/督办", "/" + "x" * 500, "/../api", "/desk\x7f"),
    ],
)
def test_what_could_lead_elsewhere_leads_to_the_desk(to):
    """It begins with one slash and has no character that a browser reads otherwise."""
    assert local_path(to) == "/desk"


@pytest.mark.parametrize(
    "to", ["/", "/desk", "/desk/cards/c_1.2?state=issued&q=%E5%8A%9E", "/desk?x=//y"]
)
def test_a_page_of_this_site_is_kept(to):
    """With its parameters, percent-encoded."""
    assert local_path(to) == to
