"""Files drawn for review at the desk: committed to, drawn, reviewed, and who may not."""

import re

import pytest

from tests.support.inspected import key_on, page
from tests.support.samples import MONTH, VALUE, office, open_turn
from tests.support.signing_in import Browser, appointment

TURN = "2026-11-19"  # a Thursday
FORM = {
    "population": "closed",
    "from": MONTH["from"],
    "until": MONTH["until"],
    "department": "Housing",
    "number": "2",
    "source": "ssq",
    "title": "十月案卷",
}


@pytest.fixture
def county():
    """Give a county in which seven permits ended in October, five of them with Housing."""
    with office() as made:
        yield made


def sitting(county, role="inspector"):
    """Return the browser of somebody who signs in now."""
    return Browser(county.services, role, appointment(role))


def commit(browser, **fields):
    """Send the form for a new sample."""
    key = key_on(page(browser.get("/desk/samples")))
    return browser.post("/desk/samples", key=key, **{**FORM, **fields})


def test_a_sample_is_committed_to_drawn_and_reviewed(county):
    """By forms alone; the value is entered once it is published, and each file has its result."""
    browser = sitting(county)
    answer = commit(browser, turn=TURN)
    assert answer.status_code == 303, answer.body
    path = f"/desk/{answer.headers['Location'].partition('desk/')[2]}"
    county.wall.forward(minutes=1)
    county.tick()
    text = page(browser.get(path))
    assert "随机数尚未公布" in text
    assert "十月案卷" in text
    listed = page(browser.get("/desk/samples"))
    assert f'href="{path.removeprefix("/")}"><time datetime="2026-10-18T' in listed
    assert ">Housing</td>" in listed
    open_turn(county)
    browser = sitting(county)
    key = key_on(page(browser.get(path)), "draw")
    assert browser.post(path, key=key, act="draw", value=VALUE).status_code == 303
    county.pump.drain()
    text = page(browser.get(path))
    entry = re.search(r'name="entry" value="([^"]+)"', text)
    assert entry
    assert f'href="desk/search?q={entry[1]}">' in text
    found = page(browser.get(f"/desk/search?q={entry[1]}"))
    case = next(n for n in "12345" if county.snapshot(n).public_case == entry[1])
    assert f'href="desk/cases/hall%3A{case}/record"' in found
    wrong = {"key": "k2", "act": "review", "entry": entry[1], "result": "defects"}
    assert "至少填一项" in page(browser.post(path, **wrong), 422)
    right = {**wrong, "key": "k3", "finding_procedure": "1", "text": "没有审批表"}
    assert browser.post(path, **right).status_code == 303
    county.pump.drain()
    text = page(browser.get(path))
    assert "没有审批表" in text
    assert "1 / 1 · 100.0%" in text
    assert "1 / 1 · 100.0%" in page(browser.get("/desk/samples"))


def test_a_form_that_is_wrong_says_so_beside_the_field(county):
    """A day on which nothing is drawn; what was typed is kept."""
    browser = sitting(county)
    text = page(commit(browser, turn="2026-11-20"), 422)
    assert 'id="e-turn"' in text
    assert 'value="十月案卷"' in text
    assert 'id="e-number"' in page(commit(browser, turn=TURN, number="viele"), 422)


def test_an_auditor_reads_and_a_clerk_does_not(county):
    """Nobody but an inspector or a supervisor commits to a list."""
    auditor = sitting(county, "auditor")
    assert 'name="turn"' not in page(auditor.get("/desk/samples"))
    assert auditor.post("/desk/samples", key="k", **FORM, turn=TURN).status_code == 403
    clerk = Browser(county.services, "clerk", appointment("clerk", "Housing"))
    assert clerk.get("/desk/samples").status_code == 403
