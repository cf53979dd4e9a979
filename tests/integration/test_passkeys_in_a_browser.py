"""Passkeys in a real browser with a virtual authenticator; who has none, and the whole walk."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from chalicelib.cases.case_id import card_case
from tests.support.browser import barriers, chromium, window
from tests.support.environment import environment
from tests.support.replayed import PublicWorld, public_world
from tests.support.served_county import served_county
from tests.support.signing_in import Browser, appointment, give

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Program
    from playwright.sync_api import Page

START = "2026-11-02T09:00:00"  # a Monday
WHY = "经核实，情况不属实。"


@pytest.fixture(scope="module")
def program() -> Iterator["Program"]:
    """Give a browser."""
    with chromium() as started:
        yield started


@pytest.fixture
def county() -> Iterator[PublicWorld]:
    """Give a county with a yellow card."""
    with environment(), public_world(START) as made:
        made.accept(START, "1")
        made.until("2026-11-10T09:00:00")
        yield made


def authenticator(page: "Page") -> None:
    """Give the window a device of its own, which knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def make(page: "Page", site: str) -> str:
    """Make a passkey on the page of settings; return its code."""
    page.goto(f"{site}/desk/settings")
    page.get_by_role("button", name="登记一把通行密钥").click()
    code: str = page.locator("#passkeys .note .code").inner_text()
    return code


def test_who_has_no_passkey_is_told_so_and_acts_on_his_session(
    county: PublicWorld, program: "Program"
) -> None:
    """The first button says what is missing; the other one takes the act, with scripts as well."""
    person = Browser(county.services, "dritte", appointment("inspector"))
    card = f"{county.snapshot('1').public_case}.2"
    with (
        served_county("localhost", has_tls=True) as site,
        window(program, 1280, scripts=True) as page,
    ):
        give(page, site, person)
        page.goto(f"{site}/desk/answers/{card}")
        form = page.locator("form", has=page.locator("#f-text_revoke"))
        form.locator("textarea").fill(WHY)
        form.get_by_role("button", name="（用通行密钥签名）").click()
        form.get_by_text("您还没有通行密钥").wait_for()
        assert barriers(page) == []
        form.locator("button:not([data-signs])").click()
        page.wait_for_url("**/desk/receipts?**")
    county.tick()
    records = county.services.facts.of_case(card_case(card))
    (fact,) = (each.fact for each in records if each.fact.kind == "card.revoked")
    assert not fact.signed
