"""A county with everything that an inspector has to do, and pages of his desk."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from chalice.test import HTTPResponse

from chalicelib.policy.catalogue import read_catalogue
from tests.support.asker import Asker, data
from tests.support.late_pause import HEARING
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.signing_in import Browser

ITEMS = (
    b"item,name,department,kind,promise,statutory,basis,stages\n"
    b"X-01,\xe5\xbb\xba\xe8\xae\xbe\xe8\xae\xb8\xe5\x8f\xaf,Housing,promise,9wd,,l,\n"
    b"X-02,\xe5\x8f\x96\xe6\xb0\xb4\xe8\xae\xb8\xe5\x8f\xaf,Water,promise,5wd,,l,\n"
)
FOUND = {"rule": "V-15", "text": "不予受理没有书面凭证"}
START, NOW = "2026-11-02T09:00:00", "2026-11-17T09:00:00"


def settle(county: MemoryWorld) -> None:
    """Let everything come of what was done."""
    county.pump.drain()
    county.wall.forward(seconds=1)
    county.tick()


def page(answer: HTTPResponse, status: int = 200) -> str:
    """Return the text of a page."""
    assert answer.status_code == status, answer.body
    text: str = answer.body.decode()
    return text


def key_on(text: str, act: str = "") -> str:
    """Return the key of the form for *act* on a page."""
    after = text[text.index(f'value="{act}"') - 400 :] if act else text
    found = re.search(r'name="key" value="([^"]+)"', after)
    assert found
    return found[1]


def judge(browser: Browser, where: str, card: str, act: str, **fields: str) -> HTTPResponse:
    """Open a page, and send its form for *act*."""
    text = page(browser.get(f"/desk/{where}/{card}"))
    return browser.post(f"/desk/{where}/{card}", key=key_on(text, act), act=act, **fields)


def address(case: str) -> str:
    """Return a case's part of an address."""
    return quote(f"hall:{case}", safe="")


def card_in(county: MemoryWorld, case: str, kind: str = "card.issued") -> str:
    """Return the id of the yellow card of a case, or of what a fact of *kind* made."""
    cards = (fact for fact in county.facts(case) if fact.kind == kind)
    n = next(fact.n for fact in cards if fact.text("level") != "warning")
    return f"{county.snapshot(case).public_case}.{n}"


def proposal_in(county: MemoryWorld, case: str) -> str:
    """Return the id of the proposal of a case."""
    return card_in(county, case, "card.proposed")


@contextmanager
def inspected_county() -> Iterator[MemoryWorld]:
    """Make it: a proposal of Housing, one of Water elsewhere, an answer, an appeal, late news.

    Case 1 has a finding to confirm and no card, 2 an answered card, 3 an appealed one, 4 a pause
    that came late; 5 is Water's, of another region, and has a finding to confirm as well.
    """
    with memory_world(START) as county:
        county.services.catalogues.write(read_catalogue(ITEMS, "items.csv"))
        county.accept(START, "1", promise="")
        for case in ("2", "3", "4"):
            county.accept(START, case, promise="")
        county.accept(START, "5", promise="", department="Water", item="X-02", region="370103")
        county.until("2026-11-16T09:00:00", minutes=1440)
        ask = Asker(county.services)
        for case in ("1", "5"):
            data(ask("POST", f"/v1/cases/{address(case)}/findings", body=FOUND), 202)
        settle(county)
        county.report("case.suspended", "2026-11-05T09:00:00", "4", **HEARING)
        for case, act in (("2", "respond"), ("3", "appeal")):
            words = {"text": f"第{case}件的说明"}
            path = f"/v1/cards/{card_in(county, case)}/{act}"
            data(ask("POST", path, "Housing", words), 202)
        settle(county)
        county.until(NOW)
        yield county
