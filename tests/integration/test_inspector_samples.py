"""Files drawn for review at the desk: committed to, drawn, reviewed, and who may not."""

import json
import re
from collections.abc import Mapping

import pytest
from chalice.test import Client
from msgspec.structs import replace

import app
from chalicelib.cases.case_id import sample_case
from tests.support.asker import Asker, data
from tests.support.inspected import key_on, page
from tests.support.samples import MONTH, VALUE, drawn, office, open_turn
from tests.support.signing_in import Browser, appointment

MOST = 6
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
    assert "期间内办结的办件 · Housing" in page(browser.get("/desk/samples"))
    open_turn(county)
    browser = sitting(county)
    key = key_on(page(browser.get(path)), "draw")
    assert browser.post(path, key=key, act="draw", value=VALUE).status_code == 303
    county.pump.drain()
    text = page(browser.get(path))
    entry = re.search(r'name="entry" value="([^"]+)"', text)
    assert entry
    wrong = {"key": "k2", "act": "review", "entry": entry[1], "result": "defects"}
    assert "至少填一项" in page(browser.post(path, **wrong), 422)
    right = {**wrong, "key": "k3", "finding_procedure": "1", "text": "没有审批表"}
    assert browser.post(path, **right).status_code == 303
    county.pump.drain()
    text = page(browser.get(path))
    assert "没有审批表" in text
    assert "1 / 1 · 100.0%" in text


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


def stakeholder(county, role="inspector"):
    """Return the browser of who supervises and works for Housing too."""
    posts = appointment(role), appointment("clerk", "Housing")
    return Browser(county.services, "both", *posts)


def test_nobody_draws_from_his_own_department_alone(county):
    """Neither commits nor enters the value: another does (回避)."""
    for role in ("inspector", "supervisor"):
        assert "应当回避" in page(commit(stakeholder(county, role), turn=TURN), 403)
    answer = commit(sitting(county), turn=TURN)
    path = f"/desk/{answer.headers['Location'].partition('desk/')[2]}"
    county.wall.forward(minutes=1)
    county.tick()
    open_turn(county)
    both = stakeholder(county)
    text = page(both.get(path))
    assert "应当回避" in text
    assert 'name="value"' not in text
    form = {"key": "0123456789abcdef", "act": "draw", "value": VALUE}
    assert "应当回避" in page(both.post(path, **form), 403)
    another = sitting(county)
    page(another.get(path))
    assert another.post(path, **form).status_code == 303


def drawn_files(county, sample):
    """Return the drawn entries by the department of their files."""
    shown = data(Asker(county.services)("GET", f"/v1/samples/{sample}"))["drawn"]
    departments = {each["entry"]: county.services.cases.get(each["case"]) for each in shown}
    return {entry: snapshot.department for entry, snapshot in departments.items()}


def test_nobody_enters_a_result_about_his_own_department(county):
    """In a draw from the whole county, which nobody can steer, he leaves those files alone."""
    sample = drawn(county, Asker(county.services), department="", number=7)
    files = drawn_files(county, sample)
    assert set(files.values()) == {"Housing", "Roads"}
    both, path = stakeholder(county), f"/desk/samples/{sample}"
    page(both.get(path))
    reviews = {"act": "review", "result": "ok"}
    exchanges = {"act": "exchange", "reason": "sick"}
    for n, (entry, department) in enumerate(files.items()):
        form = {**reviews, "key": f"review-key-{n:05d}", "entry": entry}
        answer = both.post(path, **form)
        assert answer.status_code == (403 if department == "Housing" else 303), answer.body
        county.pump.drain()
        if department == "Housing":
            form = {**exchanges, "key": f"exchange-key-{n:05d}", "entry": entry}
            assert "应当回避" in page(both.post(path, **form), 403)
    assert "2 / 0" not in page(both.get(path))
    key = county.services.keys.issue("inspector", owner=both.person.id)
    entry = next(each for each, department in files.items() if department == "Housing")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    body = json.dumps({"entry": entry, "result": "ok"}).encode()
    answer = Client(app.app).http.post(f"/v1/samples/{sample}/review", headers=headers, body=body)
    assert answer.status_code == 403


def multiply(county, sample, number):
    """Save the snapshots of a *number* of samples like this one, each a minute older."""
    first = county.services.cases.get(sample_case(sample))
    for n in range(number):
        about: Mapping[str, str] = {**first.about, "at": f"2026-10-{n % 28 + 1:02d}T00:00:00.000Z"}
        name = f"{'a' * 22}{n:04d}".translate(str.maketrans("0189", "bcde"))
        like = replace(first, case=sample_case(name), public_case=f"c_{n}", about=about)
        county.services.cases.save(like)


def asked(county, browser, path):
    """Return the requests to tables that a page makes, once its process is warm.

    Each list lies beside the log, in the bucket: an object for each sample on the page.
    """
    page(browser.get(path))
    begun = len(county.cloud.calls)
    page(browser.get(path))
    return [call for call in county.cloud.calls[begun:] if call[0] != "GetObject"]


def test_the_pages_of_samples_ask_six_times_at_most(county):
    """With a hundred and twenty samples, and files drawn: fifty on a page, none is left out."""
    sample = drawn(county, Asker(county.services), department="", number=7)
    browser = sitting(county)
    one = len(asked(county, browser, "/desk/samples"))
    multiply(county, sample, 120)
    for path in ("/desk/samples", "/desk/samples?from=50", f"/desk/samples/{sample}"):
        calls = asked(county, browser, path)
        assert len(calls) <= MOST, (path, calls)
    assert len(asked(county, browser, "/desk/samples")) == one
    found: list[str] = []
    address = "desk/samples"
    while address:
        text = page(browser.get(f"/{address}"))
        found += re.findall(r'href="desk/samples/([a-z2-7]{26})"', text)
        more = re.search(r'href="([^"]+)" rel="next"', text)
        address = more[1] if more else ""
    assert len(found) == len(set(found)) == 121
    assert found[0] == sample, "the newest first"


def test_a_drawn_file_is_found_by_its_public_name(county):
    """The page of a sample leads to the search, which leads to the record within reach."""
    sample = drawn(county, Asker(county.services), number=2)
    browser = sitting(county)
    entry = re.search(
        r'href="(desk/search\?q=c_[a-z2-7]{26})"', page(browser.get(f"/desk/samples/{sample}"))
    )
    assert entry
    assert "desk/cases/hall%3A" in page(browser.get(f"/{entry[1]}"))
    assert len(asked(county, browser, f"/{entry[1]}")) <= MOST
    elsewhere = Browser(county.services, "elsewhere", appointment("inspector", "", "990101"))
    assert "desk/cases/hall%3A" not in page(elsewhere.get(f"/{entry[1]}"))
