"""Passkeys in a real browser with a virtual authenticator: made, vouched for, an act is signed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib.cases.case_id import card_case
from chalicelib.desk.passkeys import enrolling
from tests.support.attacks import duban_verify, signed
from tests.support.browser import barriers, chromium, overflows, window
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


def test_a_person_signs_with_his_own_key(
    county: PublicWorld, program: "Program", tmp_path: Path
) -> None:
    """Enrolled by two, a revocation is signed; the log's verifier counts one signed act."""
    services, inspector = county.services, appointment("inspector")
    people = [Browser(services, name, inspector) for name in ("erste", "zweite")]
    with (
        served_county("localhost", has_tls=True) as site,
        window(program, 1280, scripts=True) as first,
        window(program, 390, scripts=True) as second,
    ):
        for page, person in zip((first, second), people, strict=True):
            authenticator(page)
            give(page, site, person)
        code = make(first, site)
        (waiting,) = services.passkeys.waiting()
        assert waiting.statement.key.startswith(code)
        enrolling.admit_first(services, waiting.statement.key)
        county.tick()
        code = make(second, site)
        assert barriers(second) == []
        assert not overflows(second)
        first.reload()
        first.get_by_role("button", name=f"用我的通行密钥证明 {code}").click()
        first.wait_for_function("() => !document.body.innerText.includes('待您证明的')")
        county.tick()
        assert len(services.passkeys.standing()) == 2
        card = f"{county.snapshot('1').public_case}.2"
        second.goto(f"{site}/desk/answers/{card}")
        assert barriers(second) == []
        second.locator("#f-text_revoke").fill(WHY)
        second.get_by_role("button", name="（用通行密钥签名）").last.click()
        second.wait_for_url("**/desk/receipts?**")
    county.wall.forward(minutes=5)
    county.tick()
    county.close()
    folder = signed(tmp_path / "log", county.leaves(), county.rules())
    verdict = duban_verify(folder)
    assert (verdict.code, verdict.findings) == (0, [])
    assert verdict.report["acts"]["by_person"] == {people[1].person.id: 1}
