"""`duban shred`: asked for once, done by the functions, and looked at until it is done."""

import json
from contextlib import contextmanager

import pytest

from infra.cli import main
from infra.stack import services as stage_services
from tests.support.traces import openings

BASIS = "《个人信息保护法》第四十七条第一款第三项"
CASE = "hall:1"


@pytest.fixture
def duban(county, monkeypatch, capsys):
    """Give the command; while it waits, the functions work."""

    @contextmanager
    def here(_name):
        yield county.services

    monkeypatch.setattr(stage_services, "services_of", here)
    monkeypatch.setattr("infra.cli.shred.time.sleep", lambda _: county.pump.drain())

    def run(*arguments):
        code = main.main(("shred", *arguments))
        printed = capsys.readouterr()
        return code, printed.out.strip(), printed.err.strip()

    return run


@pytest.fixture
def known(county):
    """Let something private be known of the case, and of its card."""
    county.report("document.delivered", "2026-11-10T07:00:00", document="王小明的信")
    county.pump.drain()
    return county


def test_it_is_asked_for_once_and_done(known, duban):
    """Again it finds what was done; and with something new to shred it does it again."""
    assert openings(known.cloud, CASE)
    code, out, err = duban(CASE, "--basis", BASIS)
    name = known.snapshot().public_case
    assert (code, out) == (
        0,
        f"{CASE}: 已粉碎，日志条目 {name}.{len(known.facts()) - 1}",
    )
    assert "35 天" in err
    assert openings(known.cloud, CASE) == []
    n = len(known.facts())
    assert duban(CASE, "--basis", BASIS)[:2] == (code, out)
    assert len(known.facts()) == n
    known.report("document.delivered", "2026-11-10T07:30:00", document="王小明的信")
    known.pump.drain()
    assert duban(CASE, "--basis", BASIS)[0] == 0
    assert [fact.kind for fact in known.facts()].count("case.shredded") == 2


@pytest.mark.usefixtures("english")
def test_what_is_not_done_yet_is_said(known, duban):
    """Whoever does not wait is told to ask again; who does finds it done, not twice."""
    code, out, _ = duban(CASE, "--basis", BASIS, "--wait", "0")
    assert (code, out) == (1, f"{CASE}: asked for, not done yet; ask again to see")
    code, out, err = duban(CASE, "--basis", "《档案法》第二十七条")
    assert (code, out) == (2, "")
    assert "another ground" in err
    code, out, _ = duban(CASE, "--basis", BASIS, "--json")
    (told,) = json.loads(out)["shredded"]
    assert (code, told["is_done"], told["left"], told["waiting"]) == (0, True, [], [])
    assert [fact.kind for fact in known.facts()].count("case.shredded") == 1


def test_what_was_said_about_a_card_goes_where_that_is_asked_for(known, duban, take, card):
    """By default it is only named."""
    take(card, "appeal", "Housing", {"text": "王小明的证词"})
    life = f"duban:card/{card.rpartition('/')[2]}"
    code, _, err = duban(CASE, "--basis", BASIS)
    assert (code, life in err) == (0, True)
    assert openings(known.cloud, life)
    assert duban(CASE, "--basis", BASIS, "--cards")[0] == 0
    assert openings(known.cloud, life) == []


@pytest.mark.parametrize(
    ("case", "basis"), [("hall:nobody", BASIS), (CASE, "he asked for it"), (CASE, "")]
)
def test_bad_input_is_one_line(duban, county, case, basis):
    """A case that there is not, a ground that is none."""
    n = len(county.facts())
    code, out, err = duban(case, "--basis", basis)
    assert (code, out, err.count("\n")) == (2, "", 0)
    county.pump.drain()
    assert len(county.facts()) == n
